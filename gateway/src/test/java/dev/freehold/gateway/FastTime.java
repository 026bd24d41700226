package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import dev.freehold.gateway.upstream.Network;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The machine's time some times as fast, so that the limits in use are those that are stated.
public record FastTime(int factor) implements Time {
  @Override
  public long nanos() {
    return System.nanoTime() * factor;
  }

  @Override
  public Instant instant() {
    return Instant.EPOCH.plusNanos(nanos());
  }

  @Override
  public void sleep(Duration time, Cancellation cancellation) {
    try {
      Thread.sleep(time.dividedBy(factor));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /// A network whose waits are as much shorter.
  Network network(Network slow) {
    return (call, most, cancellation) ->
        new FastReply(slow.send(call, most.dividedBy(factor), cancellation), factor);
  }

  /// A reply whose waits are as much shorter.
  private record FastReply(Network.Reply slow, int factor) implements Network.Reply {
    @Override
    public int status() {
      return slow.status();
    }

    @Override
    public Optional<String> header(String name) {
      return slow.header(name);
    }

    @Override
    public Optional<byte[]> next(Duration most) {
      return slow.next(most.dividedBy(factor));
    }

    @Override
    public void close() {
      slow.close();
    }
  }
}
