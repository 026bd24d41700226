package dev.freehold.agent.workflow;

/// Is told what a run does, on the threads that do it.
public interface WorkflowListener {
  /// A step has its value.
  ///
  /// @param key names it in the run, as `tickets/2/draft`
  /// @param kind what it does
  default void done(String key, String kind) {}

  /// A step was not done and is tried again.
  default void failed(String key, String why) {}

  /// Something that a person should know.
  default void note(String text) {}

  WorkflowListener NONE = new WorkflowListener() {};
}
