package dev.freehold.agent.sandbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A command to run confined.
///
/// @param argv program and arguments
/// @param workspace the folder that it may change, and where it starts: absolute and real
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
    List<String> texts = new ArrayList<>(argv);
    texts.addAll(environment.keySet());
    texts.addAll(environment.values());
    if (texts.stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
      throw new IllegalArgumentException("an argument or a variable has a zero byte");
    }
    if (environment.keySet().stream().anyMatch(name -> name.isEmpty() || name.contains("="))) {
      throw new IllegalArgumentException("a variable has no name or one with '='");
    }
  }

  /// A line of shell.
  public static Command shell(String line, Path workspace, Limits limits) {
    return new Command(List.of("/bin/sh", "-c", line), workspace, Map.of(), "", limits);
  }
}
