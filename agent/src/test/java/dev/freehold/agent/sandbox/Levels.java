package dev.freehold.agent.sandbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;

/// The sandboxes that this machine can have, one per level.
final class Levels {
  private Levels() {}

  static SandboxProbe.Result probe(Confinement level, Reach reach) {
    return switch (level) {
      case NAMESPACES -> SandboxProbe.probe(reach);
      case LANDLOCK, NONE -> new SandboxProbe(List.of(Path.of("/nowhere/bwrap"))).find(reach);
    };
  }

  /// Skips the test, saying why, where this machine does not have the level.
  static Sandbox sandbox(Confinement level, Reach reach) {
    SandboxProbe.Result result = probe(level, reach);
    assumeTrue(
        result.sandbox().confinement() == level,
        () -> level + " is not to be had here: " + result.describe());
    return result.sandbox();
  }
}
