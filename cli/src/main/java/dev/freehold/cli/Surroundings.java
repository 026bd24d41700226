package dev.freehold.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/// What a command sees of the process around it: environment, home folder, streams and clock.
///
/// Nothing else in Freehold reads these; a test passes its own.
public record Surroundings(
    Map<String, String> environment,
    Path home,
    InputStream in,
    PrintStream out,
    PrintStream err,
    Clock clock) {
  public Surroundings {
    environment = Map.copyOf(environment);
  }

  /// The surroundings of this process. Output is UTF-8 whatever the locale; standard output is
  /// buffered until it is flushed.
  public static Surroundings ofProcess() {
    return new Surroundings(
        System.getenv(),
        home(System.getenv()),
        new FileInputStream(FileDescriptor.in),
        utf8(FileDescriptor.out, false),
        utf8(FileDescriptor.err, true),
        new SystemClock());
  }

  /// The folder that `HOME` names, as every other program takes it, else the one of the account.
  private static Path home(Map<String, String> environment) {
    String named = environment.getOrDefault("HOME", "");
    return Path.of(named.startsWith("/") ? named : System.getProperty("user.home"));
  }

  private static PrintStream utf8(FileDescriptor descriptor, boolean autoFlush) {
    return new PrintStream(
        new CheckedOutput(new FileOutputStream(descriptor)), autoFlush, StandardCharsets.UTF_8);
  }

  /// Freehold's folder in one that the system's conventions name.
  ///
  /// @param variable names that folder, where it is set
  /// @param usual the folder where it is not, within the user's home
  Path folder(String variable, String usual) {
    String named = environment.getOrDefault(variable, "");
    return (named.isBlank() ? home.resolve(usual) : Path.of(named)).resolve("freehold");
  }
}
