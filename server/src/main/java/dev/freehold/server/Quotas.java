package dev.freehold.server;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/// How much each key has used of what it may use in a minute.
///
/// Requests and tokens are held in buckets that fill evenly. Tokens are taken when an answer has
/// ended, since nobody knows before how many it has: a bucket may go below zero by the answers that
/// run at the same time, and nothing is admitted until it is above zero again.
final class Quotas {
  private static final double SECONDS = 60;

  private final LongSupplier nanoTime;
  private final Map<String, Bucket> requests = new HashMap<>();
  private final Map<String, Bucket> tokens = new HashMap<>();

  /// What a key may still use.
  private static final class Bucket {
    private double level;
    private long nanos;

    Bucket(double level, long nanos) {
      this.level = level;
      this.nanos = nanos;
    }

    void fill(int perMinute, long now) {
      level = Math.min(perMinute, level + perMinute / SECONDS * ((now - nanos) / 1e9));
      nanos = now;
    }
  }

  Quotas(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// Takes one request.
  ///
  /// @throws ServerException where the key has used up what it may
  synchronized void admit(KeyRing.Key key) {
    long now = nanoTime.getAsLong();
    if (key.tokensPerMinute() > 0) {
      double level = filled(tokens, key.name(), key.tokensPerMinute(), now).level;
      if (level <= 0) {
        throw exceeded(key, key.tokensPerMinute(), "tokens", 1 - level);
      }
    }
    if (key.requestsPerMinute() > 0) {
      Bucket bucket = filled(requests, key.name(), key.requestsPerMinute(), now);
      if (bucket.level < 1) {
        throw exceeded(key, key.requestsPerMinute(), "requests", 1 - bucket.level);
      }
      bucket.level--;
    }
  }

  private static Bucket filled(Map<String, Bucket> buckets, String name, int perMinute, long now) {
    Bucket bucket = buckets.computeIfAbsent(name, n -> new Bucket(perMinute, now));
    bucket.fill(perMinute, now);
    return bucket;
  }

  private static ServerException exceeded(
      KeyRing.Key key, int perMinute, String what, double missing) {
    Duration wait = Duration.ofMillis((long) Math.ceil(missing / (perMinute / SECONDS) * 1000));
    return new ServerException(
        new Problem(
            Problem.Kind.OVERLOADED,
            "the key of %s may use %d %s a minute, and has; ask again in %d s"
                .formatted(
                    key.name(), perMinute, what, Math.max(1, wait.plusMillis(999).toSeconds())),
            "",
            wait.plusMillis(999)));
  }

  /// Takes the tokens of an answer.
  synchronized void used(String name, long number) {
    Bucket bucket = tokens.get(name);
    if (bucket != null) {
      bucket.level -= number;
    }
  }
}
