package dev.freehold.agent.sandbox;

import java.util.List;

/// All processes of one command that has no namespaces: those of a process group, which the filter
/// of system calls lets none of them leave.
///
/// A shell that is not confined leads the group; it ends the group when this program ends.
final class GroupTree implements CommandTree {
  private static final int KILL = 9;
  private static final long END_NANOS = 10_000_000_000L;
  private static final List<String> LEADER = List.of("/bin/sh", "-c", "read -r end <&3; kill -9 0");

  private final LinuxCalls calls;
  private final StartedProcess leader;

  GroupTree(LinuxCalls calls) {
    this.calls = calls;
    leader =
        new StartedProcess(
            calls,
            new Launch(
                LEADER,
                List.of(),
                Launch.Inherited.LIFELINE,
                Launch.OWN_GROUP,
                Launch.Restriction.NONE));
  }

  /// The group, for what is to join it.
  int group() {
    return leader.pid();
  }

  @Override
  public List<Integer> processes(int atMost) {
    return ProcessTree.inGroup(group(), atMost);
  }

  @Override
  public void kill() {
    calls.call(calls.numbers().kill(), -group(), KILL);
  }

  @Override
  public void awaitEnd() {
    long until = System.nanoTime() + END_NANOS;
    while (!processes(1).isEmpty()) {
      if (System.nanoTime() > until) {
        throw new SandboxException(CommandTree.DOES_NOT_END);
      }
      kill();
      leader.descriptors().awaitReadable(-1, 1);
    }
  }

  @Override
  public void close() {
    kill();
    leader.close();
  }
}
