package dev.freehold.mcp.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A program and all that descends from it, to be ended together.
final class ProcessGroup {
  private static final Duration TO_END = Duration.ofMillis(1_500);

  private final Process process;

  ProcessGroup(Process process) {
    this.process = process;
  }

  /// Closes its input, which tells it to end; ends it and its descendants where it does not.
  void end() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    try {
      process.getOutputStream().close();
    } catch (IOException closed) {
      // it has ended
    }
    boolean hasEnded = await(process.toHandle());
    process.descendants().filter(below -> !all.contains(below)).forEach(all::add);
    if (!hasEnded) {
      process.destroy();
    }
    all.forEach(ProcessHandle::destroy);
    if (!await(process.toHandle())) {
      process.destroyForcibly();
    }
    for (ProcessHandle below : all) {
      if (!await(below)) {
        below.destroyForcibly();
      }
    }
  }

  private static boolean await(ProcessHandle one) {
    try {
      one.onExit().get(TO_END.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException runs) {
      return false;
    } catch (ExecutionException unknown) {
      return !one.isAlive();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return !one.isAlive();
    }
  }
}
