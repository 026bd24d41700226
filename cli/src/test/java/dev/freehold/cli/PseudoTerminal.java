package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A program at a pseudo terminal, which `script` of util-linux makes, and the person before it.
///
/// When the program has ended, `stty` prints how it left the terminal.
final class PseudoTerminal implements AutoCloseable {
  static final String CTRL_C = "\u0003";
  static final String CTRL_D = "\u0004";
  static final String ENTER = "\r";

  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Pattern SEQUENCE =
      Pattern.compile("\u001b(\\[[0-9;?$]*[A-Za-z]|[=>]|\\][^\u0007]*\u0007)");

  private final Process process;
  private final StringBuilder written = new StringBuilder();
  private int seen;
  private boolean isOver;

  /// @param command the program with its arguments, none with a quote in it
  PseudoTerminal(Path home, List<String> command) throws IOException {
    String line = "'" + String.join("' '", command) + "'";
    ProcessBuilder builder =
        new ProcessBuilder(
                "script",
                "-qec",
                "trap : INT; stty rows 40 cols 200; "
                    + line
                    + "; code=$?; echo \"[left $code]\"; stty -a; exit $code",
                "/dev/null")
            .directory(home.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.matches("(FREEHOLD|XDG|JAVA)_.*"));
    builder.environment().put("HOME", home.toString());
    builder.environment().put("SHELL", "/bin/sh");
    builder.environment().put("TERM", "xterm");
    process = builder.start();
    Thread.ofVirtual().start(this::listen);
  }

  /// Skips the test where there is no pseudo terminal to be had.
  static void require() throws InterruptedException {
    boolean isThere;
    try {
      Process asked = new ProcessBuilder("script", "--version").redirectErrorStream(true).start();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      isThere = asked.waitFor() == 0 && said.contains("util-linux");
    } catch (IOException absent) {
      isThere = false;
    }
    assumeTrue(isThere, "the program \"script\" of util-linux is not there");
  }

  private void listen() {
    try (Reader screen = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
      char[] buffer = new char[4096];
      for (int n = screen.read(buffer); n >= 0; n = screen.read(buffer)) {
        synchronized (written) {
          written.append(buffer, 0, n);
          written.notifyAll();
        }
      }
    } catch (IOException gone) {
      // the program has ended
    }
    synchronized (written) {
      isOver = true;
      written.notifyAll();
    }
  }

  /// Types keys.
  void type(String keys) {
    try {
      process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Waits until a text is shown, after all that was waited for before.
  void await(String text) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    synchronized (written) {
      while (written.indexOf(text, seen) < 0) {
        long left = (until - System.nanoTime()) / 1_000_000;
        assertThat(!isOver && left > 0).as("\"%s\" is not shown:%n%s", text, shown()).isTrue();
        written.wait(left);
      }
      seen = written.indexOf(text, seen) + text.length();
    }
  }

  /// Waits for the line editor with this prompt: what is typed from then on is read by it.
  void awaitPrompt(String prompt) throws InterruptedException {
    await("\u001b[?2004h");
    await(prompt);
  }

  /// Waits until the program has ended, and looks at the terminal that it left.
  int awaitEnd() throws InterruptedException {
    await("[left ");
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(shown()).isTrue();
    await("echoke");
    String all = all();
    String modes = all.substring(all.lastIndexOf("[left "));
    for (String mode : List.of("icanon", "echo", "isig", "iexten", "icrnl", "opost")) {
      assertThat(modes).containsPattern("(?m)(^| )" + mode + "( |$)");
    }
    assertEnded(all, "\u001b[?2004h", "\u001b[?2004l");
    assertEnded(all, "\u001b[?1h", "\u001b[?1l");
    assertEnded(all, "\u001b[?25l", "\u001b[?25h");
    return process.exitValue();
  }

  private static void assertEnded(String all, String on, String off) {
    assertThat(all.lastIndexOf(off))
        .as(off.substring(1))
        .isGreaterThanOrEqualTo(all.lastIndexOf(on));
  }

  private String all() {
    synchronized (written) {
      return written.toString();
    }
  }

  /// All that was shown, without the sequences that a terminal obeys.
  String shown() {
    return SEQUENCE.matcher(all()).replaceAll("").replace("\r", "");
  }

  /// Tells the program to end, as the system does at its own end.
  void terminate() {
    process
        .descendants()
        .filter(each -> each.info().command().orElse("").endsWith("/java"))
        .forEach(ProcessHandle::destroy);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
