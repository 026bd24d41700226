package dev.freehold.agent.sandbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.sandbox.proxy.PublicNetwork;
import java.nio.file.Path;
import java.util.List;

/// The sandboxes that this machine can have, one per level.
final class Levels {
  private Levels() {}

  static SandboxProbe.Result probe(Confinement level, Reach reach) {
    return probe(level, reach, PublicNetwork.SYSTEM);
  }

  private static SandboxProbe.Result probe(Confinement level, Reach reach, PublicNetwork network) {
    List<Path> programs =
        level == Confinement.NAMESPACES ? List.of(Path.of("/usr/bin/bwrap")) : List.of();
    return new SandboxProbe(programs, NamespaceRemedy.SETTINGS, Landlock::version, network)
        .find(reach);
  }

  static Sandbox sandbox(Confinement level, Reach reach) {
    return sandbox(level, reach, PublicNetwork.SYSTEM);
  }

  /// Skips the test, saying why, where this machine does not have the level.
  static Sandbox sandbox(Confinement level, Reach reach, PublicNetwork network) {
    SandboxProbe.Result result = probe(level, reach, network);
    assumeTrue(
        result.sandbox().confinement() == level,
        () -> level + " is not to be had here: " + result.describe());
    return result.sandbox();
  }
}
