package dev.freehold.agent.workflow;

import java.util.List;

/// Whoever has agents do tasks, each a run of its own in the same journal.
public interface TaskAgent {
  /// What is to be done.
  ///
  /// @param model empty for the usual one
  /// @param tools that it may use; empty for all that there are
  /// @param allow the tools that may do all in the workspace without asking a person
  /// @param workspace the folder that it works on a copy of; empty for none
  /// @param hosts that its commands may reach, by the rules of [dev.freehold.agent.sandbox.Reach]
  record Task(
      String model,
      String text,
      List<String> tools,
      List<String> allow,
      String workspace,
      List<String> hosts) {}

  /// How far a task is.
  ///
  /// @param text the last answer, or what is waited for, or why it cannot go on
  record Progress(State state, String text) {}

  /// In which state it is.
  enum State {
    DONE,
    WAITS,
    FAILED
  }

  /// Writes a run for a task down; nothing is done yet.
  ///
  /// @return its id
  String begin(Task task);

  /// Goes on with a run until it is done or waits.
  Progress goOn(String run, Task task);
}
