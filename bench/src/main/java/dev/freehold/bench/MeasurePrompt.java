package dev.freehold.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// Measures how long `freehold agent` takes from its process to a prompt that can be typed at, with
/// the demo model and on a pseudo terminal, which `script` of util-linux makes.
///
/// `MeasurePrompt LAUNCHER [STARTS [LIMIT_SECONDS]]`. One start goes before and does not count, so
/// that what is made once is there. Ends with exit code 1 where the median is above the limit, 1 s
/// by default. The home folder is an empty one.
public final class MeasurePrompt {
  private static final double DEFAULT_LIMIT = 1.0;
  private static final int DEFAULT_STARTS = 9;

  /// What the line editor says when it reads: text that is pasted shall be told from typed text.
  private static final String READY = "\u001b[?2004h";

  private static final char END_OF_INPUT = 4;

  private final String launcher;
  private final Path home;

  private MeasurePrompt(String launcher, Path home) {
    this.launcher = launcher;
    this.home = home;
  }

  public static void main(String... arguments) throws IOException, InterruptedException {
    if (arguments.length < 1 || arguments.length > 3) {
      System.err.println("usage: MeasurePrompt LAUNCHER [STARTS [LIMIT_SECONDS]]");
      System.exit(2);
    }
    int starts = arguments.length > 1 ? Integer.parseInt(arguments[1]) : DEFAULT_STARTS;
    double limit = arguments.length > 2 ? Double.parseDouble(arguments[2]) : DEFAULT_LIMIT;
    requireScript();
    String launcher = Path.of(arguments[0]).toAbsolutePath().toString();
    Path home = Files.createTempDirectory("measure-prompt");
    boolean isFast;
    try {
      isFast = new MeasurePrompt(launcher, home).measure(starts, limit);
    } finally {
      delete(home);
    }
    System.exit(isFast ? 0 : 1);
  }

  private boolean measure(int starts, double limit) throws IOException, InterruptedException {
    start();
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      double second = start();
      System.out.printf(Locale.ROOT, "prompt after %.3f s%n", second);
      seconds.add(second);
    }
    seconds.sort(null);
    double median = seconds.get(seconds.size() / 2);
    boolean isFast = median <= limit;
    System.out.printf(
        Locale.ROOT,
        "median %.3f s of %d starts, %.3f to %.3f s: %s (at most %.2f s is asked)%n",
        median,
        starts,
        seconds.getFirst(),
        seconds.getLast(),
        isFast ? "PASS" : "too slow",
        limit);
    return isFast;
  }

  /// Seconds until the prompt is there; the person leaves at once.
  private double start() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("script", "-qec", "exec \"$LAUNCHER\" agent --model demo", "/dev/null")
            .directory(home.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(FREEHOLD|XDG)_.*"));
    builder.environment().put("LAUNCHER", launcher);
    builder.environment().put("HOME", home.toString());
    builder.environment().put("SHELL", "/bin/sh");
    builder.environment().put("TERM", "xterm");
    long begun = System.nanoTime();
    Process process = builder.start();
    try {
      InputStream screen = process.getInputStream();
      StringBuilder shown = new StringBuilder();
      while (shown.indexOf(READY) < 0) {
        int c = screen.read();
        if (c < 0) {
          throw new IOException("it ended before its prompt: " + shown);
        }
        shown.append((char) c);
      }
      double seconds = (System.nanoTime() - begun) / 1e9;
      process.getOutputStream().write(END_OF_INPUT);
      process.getOutputStream().flush();
      screen.readAllBytes();
      if (process.waitFor() != 0) {
        throw new IOException("it ended with " + process.exitValue());
      }
      return seconds;
    } finally {
      process.destroy();
    }
  }

  private static void requireScript() throws InterruptedException {
    try {
      Process process = new ProcessBuilder("script", "--version").redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() == 0 && said.contains("util-linux")) {
        return;
      }
    } catch (IOException absent) {
      System.err.println(absent.getMessage());
    }
    System.err.println(
        "MeasurePrompt: needs the program \"script\" of util-linux, which is absent");
    System.err.println("It is in the package util-linux or bsdutils of Linux distributions.");
    System.exit(2);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            try {
              Files.delete(file);
            } catch (IOException failure) {
              throw new UncheckedIOException(failure);
            }
          });
    }
  }
}
