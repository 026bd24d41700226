package dev.freehold.cli;

import dev.freehold.agent.run.Steering;
import dev.freehold.agent.run.Stop;
import java.io.IOError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.reader.impl.LineReaderImpl;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Curses;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;

/// A person at a terminal beside an agent: who is asked, who types while it works, and who stops it
/// with Ctrl-C.
final class AgentTerminal implements AutoCloseable {
  private static final String PROMPT = "freehold> ";
  private static final int HISTORY_LINES = 1000;
  private static final int POLL_MILLIS = 50;
  private static final int MOST_ENDS = 100;

  private final Terminal terminal;
  private final LineReader reader;
  private final PrintStream err;
  private final TypedLines typed;
  private final AtExit atExit;
  private final Object gate = new Object();
  private volatile boolean isEditing;
  private boolean isListening;
  private boolean isReading;
  private boolean isClosed;

  /// At the terminal of this process.
  ///
  /// @param err where the person is told what became of typed lines
  /// @param history where typed lines are kept
  AgentTerminal(PrintStream err, Path history) {
    this(TerminalStreams.builder().system(true).dumb(true), err, history);
  }

  private AgentTerminal(TerminalBuilder builder, PrintStream err, Path history) {
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
    this.err = err;
    this.typed = new TypedLines(err);
    String keys = terminal.getStringCapability(Capability.keypad_local);
    String modes = keys == null ? "" : LineReaderImpl.BRACKETED_PASTE_OFF + Curses.tputs(keys);
    this.atExit = new AtExit(() -> leaveEditor(modes));
    Thread.ofVirtual().name("agent-steering").start(this::listen);
  }

  /// At a pseudo terminal of its own, at which a person types what a stream holds.
  static AgentTerminal over(InputStream typed, OutputStream shown, Path history) {
    return new AgentTerminal(
        TerminalStreams.builder().system(false).streams(typed, shown).type("xterm").provider("ffm"),
        new PrintStream(shown),
        history);
  }

  /// A process that is told to end while a line is edited ends the modes that the editor asked for.
  private void leaveEditor(String modes) {
    if (isEditing) {
      err.println(modes);
      err.flush();
    }
  }

  /// Asks what to do; empty where the person leaves: by Ctrl-D, or Ctrl-C twice at an empty line.
  /// What was typed and heard by nobody stands in the line already.
  Optional<String> ask() {
    String begun = typed.rest();
    boolean mayLeave = false;
    while (true) {
      try {
        String line = read(PROMPT, begun);
        if (!line.isBlank()) {
          return Optional.of(line);
        }
        mayLeave = false;
      } catch (UserInterruptException interrupted) {
        if (mayLeave) {
          return Optional.empty();
        }
        mayLeave = interrupted.getPartialLine().isBlank();
        if (mayLeave) {
          err.println("Ctrl-C again, or Ctrl-D, leaves");
        }
      } catch (EndOfFileException left) {
        return Optional.empty();
      }
      begun = "";
    }
  }

  /// Asks a question; empty where the person leaves it open, by Ctrl-C or Ctrl-D. An answer is what
  /// is typed after the question is there: lines from before were meant for the model.
  Optional<String> question(String text) {
    boolean wasListening = pause();
    try {
      takeTyped();
      reader.setVariable(LineReader.DISABLE_HISTORY, true);
      return Optional.of(read(text.replace("%", "%%"), ""));
    } catch (UserInterruptException | EndOfFileException left) {
      return Optional.empty();
    } finally {
      reader.setVariable(LineReader.DISABLE_HISTORY, false);
      if (wasListening) {
        resume();
      }
    }
  }

  private String read(String prompt, String begun) {
    isEditing = true;
    try {
      return reader.readLine(prompt, null, begun);
    } catch (IOError gone) {
      throw new EndOfFileException(gone);
    } finally {
      isEditing = false;
      Thread.interrupted(); // the reader is told of Ctrl-C so, maybe once more than it noticed
    }
  }

  /// Reads what was typed already and not read, a begun line too.
  private void takeTyped() {
    Attributes before = terminal.enterRawMode();
    try {
      int c = terminal.reader().read(POLL_MILLIS);
      while (c >= 0) {
        typed.add((char) c);
        c = terminal.reader().read(POLL_MILLIS);
      }
    } catch (IOException | IOError gone) {
      return; // the question will find that nobody is there
    } finally {
      terminal.setAttributes(before);
      typed.dropBegun();
    }
  }

  /// Whole lines that were typed while the agent worked.
  Steering steering() {
    return typed::poll;
  }

  /// Whether something was typed that the model was not told yet.
  boolean hasTyped() {
    return !typed.isEmpty();
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

  /// Waits until lines are to be read; false where there is nothing more to read.
  private boolean mayRead(boolean isOver) {
    synchronized (gate) {
      isReading = false;
      gate.notifyAll();
      while (!isListening && !isClosed) {
        await();
      }
      isReading = !isClosed && !isOver;
      return isReading;
    }
  }

  private void listen() {
    NonBlockingReader input = terminal.reader();
    int ends = 0;
    while (mayRead(ends == MOST_ENDS)) {
      try {
        int c = input.read(POLL_MILLIS);
        if (c >= 0) {
          typed.add((char) c);
          ends = 0;
        } else if (c == NonBlockingReader.EOF) {
          ends++; // each Ctrl-D is one; a terminal that is gone gives no end of them
          Thread.sleep(POLL_MILLIS);
        }
      } catch (IOException gone) {
        ends = MOST_ENDS;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        ends = MOST_ENDS;
      }
    }
  }

  @Override
  public void close() {
    synchronized (gate) {
      isClosed = true;
      gate.notifyAll();
    }
    atExit.close();
    try {
      terminal.close();
    } catch (IOException ignored) {
      // the process ends anyway
    }
  }
}
