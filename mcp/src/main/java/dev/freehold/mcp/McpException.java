package dev.freehold.mcp;

/// A server or a file about servers that cannot be used: what was asked, what was found and what to
/// do.
public final class McpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public McpException(String message) {
    super(message);
  }

  public McpException(String message, Throwable cause) {
    super(message, cause);
  }
}
