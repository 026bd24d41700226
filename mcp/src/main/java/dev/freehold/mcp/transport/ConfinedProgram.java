package dev.freehold.mcp.transport;

import dev.freehold.agent.sandbox.Command;
import dev.freehold.agent.sandbox.Limits;
import dev.freehold.agent.sandbox.Outcome;
import dev.freehold.agent.sandbox.Sandbox;
import dev.freehold.agent.sandbox.SandboxException;
import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program that a sandbox confines, talked to by two named pipes in the one folder that it may
/// write.
///
/// A shell makes the pipes, opens them, takes their names away and only then becomes the program,
/// so that this never opens anything that the program put there.
final class ConfinedProgram implements RunningProgram {
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final int TO_START_SECONDS = 20;
  private static final int TICK_MILLIS = 5;
  private static final int SAID_BYTES = 4_000;

  private static final String SCRIPT =
      """
      mkfifo -m 600 "$1.in" "$1.out" && exec 3<"$1.in" 4>"$1.out" || exit 125
      rm -f "$1.in" "$1.out"
      shift
      exec "$@" <&3 >&4 3<&- 4>&-
      """;

  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Path pipes;
  private final OutputStream input;
  private final InputStream output;
  private volatile String ending = "";

  ConfinedProgram(Sandbox sandbox, List<String> argv, Map<String, String> environment, Path folder)
      throws IOException {
    pipes = folder.resolve(".talk-" + UUID.randomUUID());
    List<String> wrapped =
        new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh", pipes.toString()));
    wrapped.addAll(argv);
    Command command =
        new Command(
            wrapped,
            folder,
            environment,
            "",
            Limits.DEFAULT.withTime(LONGEST).withOutputBytes(SAID_BYTES));
    Thread.ofPlatform().name("mcp-confined").daemon().start(() -> run(sandbox, command));
    Opened opened = new Opened();
    Thread.ofPlatform().name("mcp-opens").daemon().start(opened);
    opened.await();
    if (opened.input == null || opened.output == null) {
      cancellation.cancel();
      release();
      throw new IOException("it did not start confined: " + ending);
    }
    input = opened.input;
    output = opened.output;
  }

  private void run(Sandbox sandbox, Command command) {
    try {
      Outcome outcome = sandbox.run(command, cancellation);
      String said = outcome.output().strip();
      ending =
          outcome.ending()
              + ", exit code "
              + outcome.exit()
              + (said.isEmpty() ? "" : "; it said: " + said);
    } catch (SandboxException failure) {
      ending = String.valueOf(failure.getMessage());
    } finally {
      ended.countDown();
    }
  }

  private Path in() {
    return pipes.resolveSibling(pipes.getFileName() + ".in");
  }

  private Path out() {
    return pipes.resolveSibling(pipes.getFileName() + ".out");
  }

  /// Opens both pipes, each of which waits for its other end.
  private final class Opened implements Runnable {
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable OutputStream input;
    private volatile @Nullable InputStream output;

    @Override
    public void run() {
      try {
        while (!Files.exists(out(), LinkOption.NOFOLLOW_LINKS) && ended.getCount() > 0) {
          TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
        input = Files.newOutputStream(in(), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        output = Files.newInputStream(out(), LinkOption.NOFOLLOW_LINKS);
      } catch (IOException notThere) {
        // how the command ended says why
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      } finally {
        done.countDown();
      }
    }

    void await() {
      try {
        for (int tick = 0; tick < TO_START_SECONDS * 20; tick++) {
          if (done.await(50, TimeUnit.MILLISECONDS) || ended.getCount() == 0) {
            done.await(50, TimeUnit.MILLISECONDS);
            return;
          }
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Lets a thread go on that waits for the other end of a pipe, and takes the pipes away.
  private void release() {
    for (Path pipe : List.of(in(), out())) {
      if (Files.exists(pipe, LinkOption.NOFOLLOW_LINKS)) {
        try (RandomAccessFile both = new RandomAccessFile(pipe.toFile(), "rw")) {
          Files.deleteIfExists(pipe);
        } catch (IOException gone) {
          // with the folder
        }
      }
    }
  }

  @Override
  public OutputStream input() {
    return input;
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public void end() {
    try {
      input.close();
      if (!ended.await(1_500, TimeUnit.MILLISECONDS)) {
        cancellation.cancel();
        ended.await();
      }
      output.close();
    } catch (IOException closed) {
      // it has ended
    } catch (InterruptedException stopped) {
      cancellation.cancel();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String ending() {
    return ending;
  }
}
