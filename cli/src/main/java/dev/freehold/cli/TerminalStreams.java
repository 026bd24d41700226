package dev.freehold.cli;

import java.io.IOException;
import java.util.List;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/// Whether a person sits at the process's input and output, and text that is safe to show there.
final class TerminalStreams {
  private TerminalStreams() {}

  /// Whether the process's stream is a terminal; false where this cannot be told.
  static boolean isTerminal(SystemStream stream) {
    for (String name : List.of("ffm", "exec")) {
      try {
        return TerminalProvider.load(name).isSystemStream(stream);
      } catch (IOException | RuntimeException | LinkageError unavailable) {
        // the next provider may know
      }
    }
    return false;
  }

  /// Text of a model with its control characters spelled out: a terminal would obey them.
  static String safe(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          boolean isBidiControl = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
          if (c != '\n' && c != '\t' && Character.isISOControl(c) || isBidiControl) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }
}
