package dev.freehold.agent.choice;

/// A model did not answer a question with one of its options.
public final class ChoiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ChoiceException(String message) {
    super(message);
  }
}
