package dev.freehold.mcp.transport;

import tools.jackson.core.JacksonException;

/// What went wrong, in one line, out of the errors of libraries.
public final class Reasons {
  private static final int LONGEST = 400;

  private Reasons() {}

  /// The innermost reason, without the source text that a parser shows.
  public static String of(Throwable failure) {
    Throwable inner = failure;
    while (inner.getCause() != null && inner.getCause() != inner) {
      inner = inner.getCause();
    }
    String text =
        inner instanceof JacksonException wrong
            ? wrong.getOriginalMessage()
            : String.valueOf(inner.getMessage() == null ? inner : inner.getMessage());
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
