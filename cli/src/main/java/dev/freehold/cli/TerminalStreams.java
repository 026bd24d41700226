package dev.freehold.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.spi.SystemStream;
import org.jline.terminal.spi.TerminalProvider;

/// Whether a person sits at the process's input and output, and text that is safe to show there.
final class TerminalStreams {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private TerminalStreams() {}

  /// Whether the process's stream is a terminal; false where this cannot be told.
  static boolean isTerminal(SystemStream stream) {
    if (isNoDevice(stream)) {
      return false;
    }
    for (String name : List.of("ffm", "exec")) {
      try {
        return TerminalProvider.load(name).isSystemStream(stream);
      } catch (IOException | RuntimeException | LinkageError unavailable) {
        // the next provider may know
      }
    }
    return false;
  }

  /// Whether the system tells that a stream is a file or a pipe, which is found out faster than
  /// whether a device is a terminal.
  private static boolean isNoDevice(SystemStream stream) {
    try {
      Path target = Files.readSymbolicLink(DESCRIPTORS.resolve("" + stream.ordinal()));
      return !target.startsWith("/dev") || target.equals(Path.of("/dev/null"));
    } catch (IOException | RuntimeException unknown) {
      return false;
    }
  }

  /// Makes terminals that are asked nothing at the start, such as whether they draw joined emoji as
  /// one: some answer late or never, the prompt waits for it, and what was typed until then is
  /// lost.
  static TerminalBuilder builder() {
    return TerminalBuilder.builder().graphemeCluster(false);
  }

  /// Text of a model with its control characters spelled out, which a terminal would obey, and with
  /// what turns the order of others around, says something unseen, or is half a character.
  static String safe(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (c != '\n' && c != '\t' && isUnsafe(c)) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }

  /// Whether a character is not to be shown as it is.
  static boolean isUnsafe(int c) {
    boolean isBidiControl = c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    boolean isTag = c >= 0xE0000 && c <= 0xE007F;
    boolean isSeparator = c == 0x2028 || c == 0x2029;
    boolean isHalf = Character.getType(c) == Character.SURROGATE;
    return Character.isISOControl(c) || isBidiControl || isTag || isSeparator || isHalf;
  }
}
