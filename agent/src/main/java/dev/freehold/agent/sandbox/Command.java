package dev.freehold.agent.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A command to run confined.
///
/// @param argv program and arguments
/// @param workspace the folder that it may change, and where it starts
/// @param environment variables besides the few that every command has
/// @param input what it reads from its standard input
public record Command(
    List<String> argv,
    Path workspace,
    Map<String, String> environment,
    String input,
    Limits limits) {
  public Command {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv is empty");
    }
  }

  /// A line of shell.
  public static Command shell(String line, Path workspace, Limits limits) {
    return new Command(List.of("/bin/sh", "-c", line), workspace, Map.of(), "", limits);
  }
}
