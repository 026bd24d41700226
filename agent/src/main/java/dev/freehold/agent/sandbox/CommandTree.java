package dev.freehold.agent.sandbox;

import java.util.List;

/// All processes of one command, which are counted and ended together.
interface CommandTree extends AutoCloseable {
  String DOES_NOT_END =
      "processes of the command do not end, though killed; they may wait for a disk";

  /// Those that run now, or so many of them.
  List<Integer> processes(int atMost);

  void kill();

  /// Returns when none is left that could still do anything.
  ///
  /// @throws SandboxException where that takes too long
  void awaitEnd();

  @Override
  void close();
}
