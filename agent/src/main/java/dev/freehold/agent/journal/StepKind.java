package dev.freehold.agent.journal;

/// What a step does.
public enum StepKind {
  /// A model answers.
  MODEL,
  /// A tool is called.
  TOOL,
  /// Somebody decides whether something is done.
  APPROVAL,
  /// A time is waited for.
  TIMER,
  /// Something else has an effect, as an action of a workflow or an undoing.
  ACTION,
  /// Something is written down that came from outside: a message, a choice, a time.
  NOTE
}
