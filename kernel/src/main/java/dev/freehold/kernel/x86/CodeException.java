package dev.freehold.kernel.x86;

/// Machine code cannot run here, and why.
public final class CodeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CodeException(String message) {
    super(message);
  }
}
