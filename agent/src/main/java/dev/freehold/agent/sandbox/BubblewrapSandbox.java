package dev.freehold.agent.sandbox;

import dev.freehold.agent.sandbox.proxy.AllowedHosts;
import dev.freehold.agent.sandbox.proxy.PublicNetwork;
import dev.freehold.chat.Cancellation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Commands in namespaces of their own, which bubblewrap makes.
final class BubblewrapSandbox implements Sandbox {
  private final LinuxCalls calls;
  private final Bubblewrap bubblewrap;
  private final WorkspaceGuards guards;
  private final Added added;
  private final PublicNetwork network;
  private final List<String> hosts;

  /// What this program adds to what bubblewrap does.
  ///
  /// @param landlock whether Landlock confines signals and abstract sockets
  /// @param numbers whether the namespace has few numbers of processes, which holds root as well
  record Added(boolean landlock, boolean numbers) {}

  /// One that lets commands reach no host.
  ///
  /// @param network that hosts are reached in, where some are allowed
  BubblewrapSandbox(LinuxCalls calls, Bubblewrap bubblewrap, Added added, PublicNetwork network) {
    this(calls, bubblewrap, new WorkspaceGuards(), added, network, List.of());
  }

  private BubblewrapSandbox(
      LinuxCalls calls,
      Bubblewrap bubblewrap,
      WorkspaceGuards guards,
      Added added,
      PublicNetwork network,
      List<String> hosts) {
    this.calls = calls;
    this.bubblewrap = bubblewrap;
    this.guards = guards;
    this.added = added;
    this.network = network;
    this.hosts = List.copyOf(hosts);
  }

  @Override
  public Sandbox reaching(List<String> newHosts) {
    return new BubblewrapSandbox(calls, bubblewrap, guards, added, network, newHosts);
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
      return OwnThread.call(() -> {
        ThreadRights.beFirst(calls);
        return runWithin(command, mounts, cancellation);
      });
    } finally {
      guards.leave(workspace);
    }
  }

  private Outcome runWithin(
      Command command, WorkspaceGuards.Mounts mounts, Cancellation cancellation) {
    if (hosts.isEmpty()) {
      return restrict(command, mounts, Map.of(), cancellation);
    }
    try (CommandNetwork reached = new CommandNetwork(new AllowedHosts(hosts), network)) {
      return restrict(reached.wrap(command), mounts, reached.shown(), cancellation)
          .withAsked(reached.asked());
    }
  }

  private Outcome restrict(
      Command command,
      WorkspaceGuards.Mounts mounts,
      Map<Path, Path> shown,
      Cancellation cancellation) {
    List<String> argv = bubblewrap.arguments(command, mounts, shown);
    if (!added.landlock()) {
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
      if (added.numbers()) {
        tree.limit(command.limits().processes());
      }
      process.open();
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
