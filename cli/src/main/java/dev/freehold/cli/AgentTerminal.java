package dev.freehold.cli;

import dev.freehold.agent.run.Steering;
import dev.freehold.agent.run.Stop;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.NonBlockingReader;

/// A person at a terminal beside an agent: who is asked, who types while it works, and who stops it
/// with Ctrl-C.
final class AgentTerminal implements AutoCloseable {
  private static final int HISTORY_LINES = 1000;
  private static final int POLL_MILLIS = 50;
  private static final int MAX_LINE = 1 << 16;

  private final Terminal terminal;
  private final LineReader reader;
  private final Queue<String> typed = new ConcurrentLinkedQueue<>();
  private final Object gate = new Object();
  private boolean isListening;
  private boolean isReading;
  private boolean isClosed;

  /// At the terminal of this process.
  ///
  /// @param history where typed lines are kept
  AgentTerminal(Path history) {
    this(TerminalStreams.builder().system(true).dumb(true), history);
  }

  private AgentTerminal(TerminalBuilder builder, Path history) {
    try {
      Path folder = history.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      terminal = builder.build();
      reader =
          LineReaderBuilder.builder()
              .terminal(terminal)
              .variable(LineReader.HISTORY_FILE, history)
              .variable(LineReader.HISTORY_FILE_SIZE, HISTORY_LINES)
              .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
              .build();
    } catch (IOException failure) {
      throw new CliException("the terminal cannot be used: " + failure.getMessage(), failure);
    }
    Thread.ofVirtual().name("agent-steering").start(this::listen);
  }

  /// At a pseudo terminal of its own, at which a person types what streams hold.
  static AgentTerminal over(InputStream typed, OutputStream shown, Path history) {
    return new AgentTerminal(
        TerminalStreams.builder().system(false).streams(typed, shown).type("xterm").provider("ffm"),
        history);
  }

  /// Asks for a line; empty where the person leaves. An interrupted line is blank.
  Optional<String> ask(String prompt) {
    boolean wasListening = pause();
    try {
      return Optional.of(reader.readLine(prompt));
    } catch (UserInterruptException interrupted) {
      return Optional.of("");
    } catch (EndOfFileException left) {
      return Optional.empty();
    } finally {
      if (wasListening) {
        resume();
      }
    }
  }

  /// Whole lines that were typed while the agent worked.
  Steering steering() {
    return () -> Optional.ofNullable(typed.poll());
  }

  /// Does work during which typed lines are kept, and Ctrl-C stops.
  ///
  /// @param leave what a second Ctrl-C does
  void during(Stop stop, Runnable told, Runnable leave, Runnable work) {
    Terminal.SignalHandler before =
        terminal.handle(
            Terminal.Signal.INT,
            signal -> {
              if (stop.isStopped()) {
                leave.run();
              } else {
                stop.stop();
                told.run();
              }
            });
    resume();
    try {
      work.run();
    } finally {
      pause();
      terminal.handle(Terminal.Signal.INT, before);
    }
  }

  private void resume() {
    synchronized (gate) {
      isListening = true;
      gate.notifyAll();
    }
  }

  /// Waits until nobody but the caller reads from the terminal.
  private boolean pause() {
    synchronized (gate) {
      boolean was = isListening;
      isListening = false;
      while (isReading) {
        await();
      }
      return was;
    }
  }

  private void await() {
    try {
      gate.wait();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted", stopped);
    }
  }

  private void listen() {
    StringBuilder line = new StringBuilder();
    NonBlockingReader input = terminal.reader();
    while (true) {
      synchronized (gate) {
        isReading = false;
        gate.notifyAll();
        while (!isListening && !isClosed) {
          await();
        }
        if (isClosed) {
          return;
        }
        isReading = true;
      }
      try {
        int c = input.read(POLL_MILLIS);
        if (c == '\n' || c == '\r') {
          if (!line.toString().isBlank()) {
            typed.add(line.toString());
          }
          line.setLength(0);
        } else if (c >= 0 && line.length() < MAX_LINE) {
          line.append((char) c);
        } else if (c == NonBlockingReader.EOF) {
          close();
        }
      } catch (IOException gone) {
        close();
      }
    }
  }

  @Override
  public void close() {
    synchronized (gate) {
      isClosed = true;
      gate.notifyAll();
    }
    try {
      terminal.close();
    } catch (IOException ignored) {
      // the process ends anyway
    }
  }
}
