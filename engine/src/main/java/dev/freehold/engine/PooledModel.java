package dev.freehold.engine;

import dev.freehold.chat.ServedModel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A model that is in memory, with those who use it at this moment.
///
/// Closed by its last user once it was retired. All methods are called under the pool's lock, but
/// [#close].
final class PooledModel {
  private final LocalModel local;
  private final LocalBackend backend;
  private final String version;
  private final long memoryBytes;
  private final Clock clock;
  private Duration keepAlive;
  private Instant lastUsed;
  private int users;
  private boolean isRetired;

  /// @param memoryBytes what it takes, the states of its requests included
  /// @param keepAlive how long it stays without users; negative for ever
  PooledModel(
      LocalModel local,
      LocalBackend backend,
      String version,
      long memoryBytes,
      Duration keepAlive,
      Clock clock) {
    this.local = local;
    this.backend = backend;
    this.version = version;
    this.memoryBytes = memoryBytes;
    this.keepAlive = keepAlive;
    this.clock = clock;
    this.lastUsed = clock.instant();
  }

  LocalBackend backend() {
    return backend;
  }

  String version() {
    return version;
  }

  long memoryBytes() {
    return memoryBytes;
  }

  Instant lastUsed() {
    return lastUsed;
  }

  boolean isIdle() {
    return users == 0;
  }

  void keepFor(Duration time) {
    keepAlive = time;
    lastUsed = clock.instant();
  }

  void enter() {
    users++;
    lastUsed = clock.instant();
  }

  /// @return whether the caller was the last user of a retired model, and closes it
  boolean leave() {
    users--;
    lastUsed = clock.instant();
    return isRetired && users == 0;
  }

  /// Takes no new users any more.
  ///
  /// @return whether it has none, so that the caller closes it
  boolean retire() {
    isRetired = true;
    return users == 0;
  }

  /// When it is dropped if nobody asks for it; empty for never, and while it is used.
  Optional<Instant> until() {
    return keepAlive.isNegative() || users > 0
        ? Optional.empty()
        : Optional.of(lastUsed.plus(keepAlive));
  }

  ServedModel.Loaded loaded() {
    return new ServedModel.Loaded(backend.contextLength(), memoryBytes, until());
  }

  void close() {
    backend.close();
    local.model().close();
  }
}
