package dev.freehold.agent.workflow;

/// A step was tried as often as it may be and could not be done.
final class StepFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  StepFailure(String key, String why) {
    super("step %s: %s".formatted(key, why), null, false, false);
  }
}
