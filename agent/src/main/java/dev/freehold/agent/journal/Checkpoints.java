package dev.freehold.agent.journal;

/// Is told before and after everything that a journal writes, so that a test can stop there.
interface Checkpoints {
  /// @param place what is about to be written, or was
  void reach(String place);

  Checkpoints NONE = place -> {};
}
