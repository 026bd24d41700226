package dev.freehold.agent.sandbox;

import java.util.List;

/// What is started: a program, what it inherits, and what confines it.
///
/// @param argv its path and arguments
/// @param environment all of its variables, as `NAME=value`
/// @param group the process group that it joins, or [#OWN_GROUP] or [#OWN_SESSION]
/// @param restriction what the thread that starts it does to itself before
record Launch(
    List<String> argv,
    List<String> environment,
    Inherited inherited,
    int group,
    Restriction restriction) {
  static final int OWN_GROUP = 0;
  static final int OWN_SESSION = -1;
  static final int SECOND_PIPE = 3;
  static final int FIRST_FILE = 4;

  /// Its descriptors: 0 is `input`, 1 and 2 the pipe of its output, 3 a second pipe, from 4 on
  /// `files`, and where it reports a gate after them.
  record Inherited(byte[] input, SecondPipe secondPipe, List<byte[]> files) {
    /// Nothing to read, and the end of this program.
    static final Inherited LIFELINE = new Inherited(new byte[0], SecondPipe.LIFELINE, List.of());
  }

  /// What the second pipe is for.
  enum SecondPipe {
    /// The process writes reports on itself, and may wait at its gate until that ends.
    REPORTS,
    /// The process reads nothing, until this program ends and so the pipe does.
    LIFELINE
  }

  /// Something that a thread does to itself for good, and that what it starts inherits.
  @FunctionalInterface
  interface Restriction {
    /// Nothing.
    Restriction NONE = () -> {};

    void take();
  }
}
