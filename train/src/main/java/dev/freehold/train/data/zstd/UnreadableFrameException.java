package dev.freehold.train.data.zstd;

import java.io.IOException;

/// A frame that is whole but is not read here: it needs a dictionary, or more memory than is given.
public final class UnreadableFrameException extends IOException {
  private static final long serialVersionUID = 1L;

  UnreadableFrameException(String message) {
    super(message);
  }
}
