package dev.freehold.vault.disk;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The locks on a simulated disk; its process gives them back when it ends.
final class SimulatedLocks {
  /// How many share a lock; -1 where one holds it alone.
  private Map<String, Integer> sharers = new ConcurrentHashMap<>();

  synchronized Optional<Disk.Hold> tryLock(String key, boolean shared) {
    int held = sharers.getOrDefault(key, 0);
    if (held != 0 && !(shared && held > 0)) {
      return Optional.empty();
    }
    sharers.put(key, shared ? held + 1 : -1);
    return Optional.of(new Hold(sharers, key));
  }

  /// The process ended: its locks are gone, and giving one of them back later changes nothing.
  synchronized void clear() {
    sharers = new ConcurrentHashMap<>();
  }

  /// A lock of the process that runs.
  private static final class Hold implements Disk.Hold {
    private final Map<String, Integer> sharers;
    private final String key;
    private boolean released;

    Hold(Map<String, Integer> sharers, String key) {
      this.sharers = sharers;
      this.key = key;
    }

    @Override
    public synchronized void close() {
      if (!released) {
        released = true;
        sharers.merge(key, 0, (held, none) -> held > 1 ? held - 1 : 0);
      }
    }
  }
}
