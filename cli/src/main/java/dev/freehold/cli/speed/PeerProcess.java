package dev.freehold.cli.speed;

import dev.freehold.cli.CliException;
import dev.freehold.cli.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// A program of others that is run to its end, in an empty folder of its own since some leave files
/// where they run, and ends with us, whatever happens.
///
/// Failures, all as [CliException]: it is not there or cannot be started, takes longer than it may,
/// prints more than a report, or ends with an error.
final class PeerProcess {
  /// What it printed.
  record Output(String out, String err) {}

  private static final int MOST_BYTES = 8 << 20;
  private static final int LAST_LINES = 3;

  /// How long what it printed may take to come after it has ended.
  private static final Duration AFTER_END = Duration.ofSeconds(5);

  private final Path program;
  private final Duration limit;

  PeerProcess(Path program, Duration limit) {
    this.program = program;
    this.limit = limit;
  }

  String name() {
    return String.valueOf(program.getFileName());
  }

  /// Another program in the same folder, where there is one.
  Optional<PeerProcess> sibling(String name) {
    Path other = program.resolveSibling(name);
    return Files.isExecutable(other) && Files.isRegularFile(other)
        ? Optional.of(new PeerProcess(other, limit))
        : Optional.empty();
  }

  /// Runs it with these arguments, without input.
  Output run(List<String> arguments) {
    checkProgram();
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(arguments);
    Path folder;
    Process process;
    try {
      folder = Files.createTempDirectory("peer");
      process = new ProcessBuilder(command).directory(folder.toFile()).start();
    } catch (IOException failure) {
      throw new CliException("%s: cannot be started: %s".formatted(program, failure), failure);
    }
    Thread endsWithUs = new Thread(() -> kill(process));
    Runtime.getRuntime().addShutdownHook(endsWithUs);
    try {
      return finish(process, command);
    } catch (InterruptedException stopped) {
      throw new CliException(Exit.INTERRUPTED, "stopped while " + name() + " ran", "");
    } finally {
      kill(process);
      removeHook(endsWithUs);
      delete(folder);
    }
  }

  private void checkProgram() {
    String remedy = "Give the path of a llama-bench: --peer ../llama.cpp/build/bin/llama-bench";
    if (!Files.exists(program)) {
      throw new CliException(Exit.FAILURE, program + ": no such file", remedy);
    }
    if (!Files.isRegularFile(program)) {
      throw new CliException(Exit.FAILURE, program + ": is not a program", remedy);
    }
    if (!Files.isExecutable(program)) {
      throw new CliException(
          Exit.FAILURE, program + ": may not be executed", "Allow it: chmod +x " + program);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException left) {
      // the system clears the folder of temporary files
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      // it is running, or has run
    }
  }

  /// It and all that it started.
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private Output finish(Process process, List<String> command) throws InterruptedException {
    CompletableFuture<String> out = read(process, process.getInputStream());
    CompletableFuture<String> err = read(process, process.getErrorStream());
    try {
      process.getOutputStream().close();
    } catch (IOException gone) {
      // it has ended already
    }
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new CliException(
          Exit.FAILURE,
          "%s did not end within %d s, and was stopped".formatted(name(), limit.toSeconds()),
          "Give it more time: --peer-timeout SECONDS");
    }
    Output output = new Output(after(out), after(err));
    if (process.exitValue() != 0) {
      throw new CliException(
          Exit.FAILURE,
          "%s ended with %d: %s".formatted(name(), process.exitValue(), lastLines(output)),
          "Run it alone to see more: " + String.join(" ", command));
    }
    return output;
  }

  private String after(CompletableFuture<String> text) throws InterruptedException {
    try {
      return text.get(AFTER_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failure) {
      throw new CliException(
          "%s: its output cannot be read: %s".formatted(name(), failure.getCause()), failure);
    } catch (TimeoutException held) {
      throw new CliException(name() + ": ended, but its output is held open", held);
    }
  }

  private CompletableFuture<String> read(Process process, InputStream in) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try (in) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
              kill(process);
              throw new IOException("it prints more than %d bytes".formatted(MOST_BYTES));
            }
            text.complete(new String(bytes, StandardCharsets.UTF_8));
          } catch (IOException failure) {
            text.completeExceptionally(failure);
          }
        });
    return text;
  }

  /// What it said last, on the stream where errors go, if anything.
  private static String lastLines(Output output) {
    String said = output.err().isBlank() ? output.out() : output.err();
    List<String> lines = said.lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty()
        ? "it said nothing"
        : String.join(" / ", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
  }
}
