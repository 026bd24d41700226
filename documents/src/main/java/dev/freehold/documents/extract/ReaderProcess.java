package dev.freehold.documents.extract;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Has HTML and PDF read by a process of their own, within memory and time; it is started when it
/// is needed, reads one document after the other, and is replaced when one has brought it down.
final class ReaderProcess implements AutoCloseable {
  /// What the JVM exits with when its memory is used up.
  private static final int OUT_OF_MEMORY = 3;

  private static final int PATIENCE_SECONDS = 10;
  private static final int LOOK_MILLIS = 50;

  private final JavaCommand java;
  private final ExtractionLimits limits;
  private @Nullable Process process;

  ReaderProcess(JavaCommand java, ExtractionLimits limits) {
    this.java = java;
    this.limits = limits;
  }

  /// @throws CancellationException where it was cancelled; the process is gone then
  Extraction read(Format format, byte[] bytes, Cancellation cancellation) {
    Process running = started();
    CompletableFuture<Extraction> answer = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            answer.complete(exchange(running, format, bytes));
          } catch (IOException | RuntimeException failure) {
            answer.completeExceptionally(failure);
          }
        });
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < limits.time().toNanos()) {
      try {
        return answer.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException notYet) {
        if (cancellation.isCancelled()) {
          end();
          throw new CancellationException();
        }
      } catch (ExecutionException broken) {
        return new Extraction.Skipped(ended(running, broken));
      } catch (InterruptedException stopped) {
        end();
        Thread.currentThread().interrupt();
        throw new CancellationException();
      }
    }
    end();
    return new Extraction.Skipped(
        "was not read within %,d s".formatted(Math.max(1, limits.time().toSeconds())));
  }

  private String ended(Process running, ExecutionException broken) {
    int code = 0;
    try {
      code = running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) ? running.exitValue() : 0;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    end();
    return code == OUT_OF_MEMORY
        ? "needs more than %,d MB of memory".formatted(limits.maxMegabytes())
        : "brought down the process that read it: " + broken.getCause();
  }

  private Extraction exchange(Process running, Format format, byte[] bytes) throws IOException {
    DataOutputStream out = new DataOutputStream(running.getOutputStream());
    out.writeByte(format.ordinal());
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
    // Unread bytes of an answer never stay behind: the process writes one for each document.
    return ReaderWire.read(
        new DataInputStream(new BufferedInputStream(running.getInputStream())),
        limits.maxCharacters());
  }

  private Process started() {
    Process there = process;
    if (there != null && there.isAlive()) {
      return there;
    }
    List<String> options =
        List.of(
            "-Xmx" + limits.maxMegabytes() + "m",
            "-Xss2m",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            "-Djava.awt.headless=true");
    List<String> arguments =
        List.of("" + limits.maxCharacters(), "" + limits.maxPages(), "" + limits.time().toMillis());
    ProcessBuilder builder =
        new ProcessBuilder(java.with(options, arguments))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    try {
      Process begun = builder.start();
      process = begun;
      return begun;
    } catch (IOException e) {
      throw new DocumentsException(
          Reason.DISK, "the process that reads HTML and PDF cannot be started: " + e, e);
    }
  }

  private void end() {
    Process there = process;
    process = null;
    if (there != null) {
      there.destroyForcibly();
    }
  }

  @Override
  public void close() {
    end();
  }
}
