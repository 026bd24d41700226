package dev.freehold.agent.journal;

/// How far a run is.
public enum RunState {
  /// It has steps to do. Where nobody works on it, it was broken off and can be resumed.
  OPEN,
  /// It waits for a person or a time; its note says for what.
  WAITING,
  /// It came to its end; a message can take it up again.
  DONE,
  /// It cannot go on; its note says why.
  FAILED,
  /// Nobody wants it any more; what it made is gone.
  DISCARDED
}
