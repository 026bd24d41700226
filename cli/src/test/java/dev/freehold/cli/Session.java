package dev.freehold.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/// A shell for tests: runs command lines with an environment, a home and an input of their own.
final class Session {
  /// What a command line printed and how it ended.
  record Result(Exit exit, String out, String err) {}

  private final Map<String, String> environment = new HashMap<>();
  private final Path home;

  Session(Path home) {
    this.home = home;
  }

  Session with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Result run(String... arguments) {
    return runWithInput(new byte[0], arguments);
  }

  Result runWithInput(String input, String... arguments) {
    return runWithInput(input.getBytes(StandardCharsets.UTF_8), arguments);
  }

  Result runWithInput(byte[] input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            environment,
            home,
            new ByteArrayInputStream(input),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    Exit exit = Main.run(surroundings, arguments);
    surroundings.out().flush();
    return new Result(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
