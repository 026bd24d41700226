package dev.freehold.cli;

import dev.freehold.cli.launch.Target;
import dev.freehold.gateway.engine.EngineEnvironment;
import dev.freehold.gateway.engine.EngineRegister;
import java.nio.file.Path;
import java.util.List;

/// Where supervised engines are written down and print to.
final class EnginePlaces {
  private EnginePlaces() {}

  /// `$XDG_STATE_HOME/freehold/engines`, or the same under `~/.local/state`.
  static Path folder(Surroundings surroundings) {
    return LedgerPlaces.state(surroundings).resolve("engines");
  }

  /// Those that run; engines that a killed Freehold left behind are ended.
  static EngineRegister register(Surroundings surroundings) {
    endLeftBehind(surroundings);
    return running(surroundings);
  }

  /// Ends engines that a killed Freehold left behind.
  static void endLeftBehind(Surroundings surroundings) {
    running(surroundings).endLeftBehind(line -> surroundings.err().println("note: " + line));
  }

  /// What engines are started with: without the secrets of Freehold itself.
  static EngineEnvironment environment() {
    EngineEnvironment environment = new EngineEnvironment();
    environment.withhold(List.of(ServeOptions.TLS_PASSWORD, Target.Key.VARIABLE));
    return environment;
  }

  private static EngineRegister running(Surroundings surroundings) {
    return EngineRegister.in(folder(surroundings).resolve("running"));
  }
}
