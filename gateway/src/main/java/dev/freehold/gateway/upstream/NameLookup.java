package dev.freehold.gateway.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/// Looks names of hosts up, so that it can be waited for no longer than for a connection. The JDK's
/// client looks them up without a limit, but finds what was found here in the JDK's cache, which
/// keeps it for 30 s.
final class NameLookup {
  private static final long FRESH = Duration.ofSeconds(1).toNanos();
  private static final int MAX_NAMES = 10_000;
  private static final CompletableFuture<Void> FOUND = CompletableFuture.completedFuture(null);

  private final Executor threads;
  private final Map<String, CompletableFuture<Void>> running = new ConcurrentHashMap<>();
  private final Map<String, Long> found = new ConcurrentHashMap<>();

  /// @param threads of the system, since looking up holds on to one
  NameLookup(Executor threads) {
    this.threads = threads;
  }

  /// Ends when an address is known; fails with an [UnknownHostException] where there is none. All
  /// who ask for a name at the same time wait for the same lookup.
  CompletableFuture<Void> of(String host) {
    Long at = found.get(host);
    return at != null && System.nanoTime() - at < FRESH
        ? FOUND
        : running.computeIfAbsent(host, this::start);
  }

  private CompletableFuture<Void> start(String host) {
    CompletableFuture<Void> lookup = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        InetAddress unused = InetAddress.getByName(host);
        if (found.size() >= MAX_NAMES) {
          found.clear();
        }
        found.put(host, System.nanoTime());
        running.remove(host);
        lookup.complete(null);
      } catch (UnknownHostException unknown) {
        running.remove(host);
        lookup.completeExceptionally(unknown);
      }
    });
    return lookup;
  }
}
