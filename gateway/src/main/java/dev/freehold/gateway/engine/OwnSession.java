package dev.freehold.gateway.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Has a program run in a session of its own where the system has `setsid`, so that Ctrl-C at the
/// terminal does not reach it while its answers are drained.
final class OwnSession {
  private static final List<Path> SETSID =
      List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

  private OwnSession() {}

  /// Changes the command; a program that is not there is left for the start to fail at.
  static void prepare(ProcessBuilder builder) {
    Optional<Path> setsid = SETSID.stream().filter(Files::isExecutable).findFirst();
    String program = builder.command().getFirst();
    if (setsid.isPresent() && isThere(program, builder.environment().getOrDefault("PATH", ""))) {
      List<String> command = new ArrayList<>(List.of(setsid.get().toString()));
      command.addAll(builder.command());
      builder.command(command);
    }
  }

  private static boolean isThere(String program, String path) {
    return program.contains("/")
        ? Files.isExecutable(Path.of(program))
        : Arrays.stream(path.split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
  }
}
