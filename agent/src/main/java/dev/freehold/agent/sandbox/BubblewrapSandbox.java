package dev.freehold.agent.sandbox;

import dev.freehold.chat.Cancellation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Commands in namespaces of their own, which bubblewrap makes.
final class BubblewrapSandbox implements Sandbox {
  private final LinuxCalls calls;
  private final Bubblewrap bubblewrap;
  private final WorkspaceGuards guards = new WorkspaceGuards();

  BubblewrapSandbox(LinuxCalls calls, Bubblewrap bubblewrap) {
    this.calls = calls;
    this.bubblewrap = bubblewrap;
  }

  @Override
  public Confinement confinement() {
    return Confinement.NAMESPACES;
  }

  @Override
  public Outcome run(Command command, Cancellation cancellation) {
    Path workspace = Workspaces.checked(command.workspace());
    WorkspaceGuards.Mounts mounts = guards.enter(workspace);
    try {
      return OwnThread.call(() -> runWithin(command, mounts, cancellation));
    } finally {
      guards.leave(workspace);
    }
  }

  private Outcome runWithin(
      Command command, WorkspaceGuards.Mounts mounts, Cancellation cancellation) {
    Map<String, String> variables =
        CommandVariables.of(command, Bubblewrap.HOME, Bubblewrap.PRIVATE);
    Launch launch =
        new Launch(
            bubblewrap.arguments(command, variables, mounts),
            List.of(),
            command.input().getBytes(java.nio.charset.StandardCharsets.UTF_8),
            List.of(),
            Launch.Restriction.NONE);
    try (StartedProcess process = new StartedProcess(calls, launch);
        NamespaceTree tree = new NamespaceTree(calls, process)) {
      Outcome outcome = new Watch(process, command, cancellation, tree::kill).untilEnd();
      tree.awaitEnd();
      if (outcome.ending() == Outcome.Ending.EXITED && !tree.hasRun()) {
        throw new SandboxException(
            "bubblewrap could not confine the command: " + outcome.output().strip());
      }
      return outcome;
    }
  }
}
