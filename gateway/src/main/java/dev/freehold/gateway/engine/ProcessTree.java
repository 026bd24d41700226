package dev.freehold.gateway.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// A process and all that it started, among them what outlives it: workers whose parent was killed
/// belong to nobody any more.
final class ProcessTree {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final ProcessHandle root;
  private final EngineRegister register;
  private final Consumer<String> told;
  private final Map<ProcessHandle, Optional<Path>> entries = new HashMap<>();

  /// @param told what does not go well, in one line
  ProcessTree(ProcessHandle root, EngineRegister register, Consumer<String> told) {
    this.root = root;
    this.register = register;
    this.told = told;
    look();
  }

  /// Takes note of what runs now.
  synchronized void look() {
    Set<ProcessHandle> now = withDescendants(Set.of(root));
    now.removeAll(entries.keySet());
    for (ProcessHandle process : now) {
      entries.put(process, Optional.empty());
      try {
        entries.put(process, register.add(process));
      } catch (IOException failure) {
        told.accept(
            "process %d is not written down, and stays if Freehold is killed: %s"
                .formatted(process.pid(), failure));
      }
    }
    entries
        .entrySet()
        .removeIf(entry -> {
          boolean hasEnded = !entry.getKey().isAlive();
          if (hasEnded) {
            entry.getValue().ifPresent(EngineRegister::delete);
          }
          return hasEnded;
        });
  }

  /// Asks all of it to end, and ends what does not.
  synchronized void end() {
    look();
    end(withDescendants(entries.keySet()));
    entries.values().forEach(entry -> entry.ifPresent(EngineRegister::delete));
    entries.clear();
  }

  static Set<ProcessHandle> withDescendants(Set<ProcessHandle> roots) {
    Set<ProcessHandle> all = new HashSet<>(roots);
    roots.forEach(process -> process.descendants().forEach(all::add));
    return all;
  }

  static void end(Collection<ProcessHandle> all) {
    all.forEach(ProcessHandle::destroy);
    long end = System.nanoTime() + STOP_LIMIT.toNanos();
    while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
