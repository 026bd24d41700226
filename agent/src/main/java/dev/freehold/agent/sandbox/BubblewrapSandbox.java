package dev.freehold.agent.sandbox;

import dev.freehold.chat.Cancellation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Commands in namespaces of their own, which bubblewrap makes.
final class BubblewrapSandbox implements Sandbox {
  private final LinuxCalls calls;
  private final Bubblewrap bubblewrap;
  private final WorkspaceGuards guards = new WorkspaceGuards();

  private final boolean withLandlock;

  /// @param withLandlock whether Landlock confines signals and abstract sockets besides
  BubblewrapSandbox(LinuxCalls calls, Bubblewrap bubblewrap, boolean withLandlock) {
    this.calls = calls;
    this.bubblewrap = bubblewrap;
    this.withLandlock = withLandlock;
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
    List<String> argv = bubblewrap.arguments(command, variables, mounts);
    if (!withLandlock) {
      return run(command, argv, Launch.Restriction.NONE, cancellation);
    }
    try (Landlock rules = Landlock.ofSignals(calls)) {
      return run(command, argv, rules::restrictThread, cancellation);
    }
  }

  private Outcome run(
      Command command,
      List<String> argv,
      Launch.Restriction restriction,
      Cancellation cancellation) {
    Launch launch =
        new Launch(
            argv,
            List.of(),
            new Launch.Inherited(
                command.input().getBytes(StandardCharsets.UTF_8),
                Launch.SecondPipe.REPORTS,
                List.of(CallFilter.withinNamespaces(calls.numbers()))),
            Launch.OWN_SESSION,
            restriction);
    try (StartedProcess process = new StartedProcess(calls, launch);
        NamespaceTree tree = new NamespaceTree(calls, process)) {
      Outcome outcome = new Watch(process, command, cancellation, tree).untilEnd();
      tree.awaitEnd();
      if (outcome.ending() == Outcome.Ending.EXITED && !tree.hasRun()) {
        throw new SandboxException(
            "bubblewrap could not confine the command: " + outcome.output().strip());
      }
      return outcome;
    }
  }
}
