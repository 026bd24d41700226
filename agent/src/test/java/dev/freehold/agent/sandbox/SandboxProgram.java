package dev.freehold.agent.sandbox;

import dev.freehold.chat.Cancellation;
import java.nio.file.Path;

/// Runs a command that never ends, for a test that kills this program.
final class SandboxProgram {
  private SandboxProgram() {}

  public static void main(String[] arguments) {
    Confinement level = Confinement.valueOf(arguments[0]);
    String beats = "(while :; do date +%s%N > beat; sleep 0.02; done) & wait";
    Levels.probe(level, Reach.NOTHING)
        .sandbox()
        .run(Command.shell(beats, Path.of(arguments[1]), Limits.DEFAULT), new Cancellation());
  }
}
