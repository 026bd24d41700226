package dev.freehold.agent.sandbox;

import java.util.List;

/// What is started: a program, what it inherits, and what confines it.
///
/// Its descriptors: 0 is `input`, 1 and 2 the pipe of its output, 3 a pipe on which it may report,
/// and from 4 on `files`.
///
/// @param argv its path and arguments
/// @param environment all of its variables, as `NAME=value`
/// @param restriction what the thread that starts it does to itself before
record Launch(
    List<String> argv,
    List<String> environment,
    byte[] input,
    List<byte[]> files,
    Restriction restriction) {
  static final int REPORT = 3;
  static final int FIRST_FILE = 4;

  /// Something that a thread does to itself for good, and that what it starts inherits.
  @FunctionalInterface
  interface Restriction {
    /// Nothing.
    Restriction NONE = () -> {};

    void take();
  }
}
