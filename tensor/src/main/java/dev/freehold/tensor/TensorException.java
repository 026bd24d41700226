package dev.freehold.tensor;

import org.jspecify.annotations.Nullable;

/// A model file that cannot be read as asked: what was asked, what was found, and what to do.
public final class TensorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TensorException(String message) {
    super(message);
  }

  public TensorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
