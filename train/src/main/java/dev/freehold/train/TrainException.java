package dev.freehold.train;

/// A recipe, data, checkpoint or transcript that cannot be used, or a run that cannot go on; says
/// what was asked, what was found and what to do.
public final class TrainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TrainException(String message) {
    super(message);
  }

  public TrainException(String message, Throwable cause) {
    super(message, cause);
  }
}
