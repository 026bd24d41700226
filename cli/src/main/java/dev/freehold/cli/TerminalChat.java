package dev.freehold.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;

/// A person at a terminal: line editing with history, and Ctrl-C that stops an answer only.
final class TerminalChat {
  private static final int HISTORY_LINES = 1000;

  private TerminalChat() {}

  /// Runs a chat until the person leaves.
  ///
  /// @param history where typed lines are kept
  static void run(ChatConsole console, Path history) {
    try (Terminal terminal = TerminalStreams.builder().system(true).dumb(true).build()) {
      Path folder = history.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      LineReader reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .variable(LineReader.HISTORY_FILE, history)
              .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
      console.run(
          prompt -> read(reader, prompt),
          (cancellation, work) -> {
            Terminal.SignalHandler before =
                terminal.handle(Terminal.Signal.INT, signal -> cancellation.cancel());
            try {
              work.run();
            } finally {
              terminal.handle(Terminal.Signal.INT, before);
            }
          });
    } catch (IOException failure) {
      throw new CliException("the terminal cannot be used: " + failure.getMessage(), failure);
    }
  }

  private static Optional<String> read(LineReader reader, String prompt) {
    try {
      return Optional.of(reader.readLine(prompt));
    } catch (UserInterruptException interrupted) {
      return Optional.of("");
    } catch (EndOfFileException left) {
      return Optional.empty();
    }
  }
}
