package dev.freehold.gateway.engine;

import dev.freehold.gateway.upstream.Settings;
import dev.freehold.gateway.upstream.Shape;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// An engine that is started as a process and asked over HTTP at this machine.
///
/// @param name of the backend
/// @param command what is started; `{port}` stands for the port that it is to listen at
/// @param path what the paths of the form are put behind, as `/v1`
/// @param health a path that answers 200 when the engine can be asked
/// @param startLimit how long that may take
/// @param log a file for what it prints
public record EngineSpec(
    String name,
    List<String> command,
    Shape shape,
    Settings settings,
    String path,
    String health,
    Duration startLimit,
    Path log) {
  /// What stands for the port in a command.
  public static final String PORT = "{port}";

  public EngineSpec {
    command = List.copyOf(command);
  }
}
