package dev.freehold.gateway.upstream;

import dev.freehold.chat.Cancellation;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.FailureClass;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The pieces of a body, one at a time: a few are asked for ahead, and another when one was taken,
/// so that a server cannot fill the memory, and the client need not stop and begin to read with
/// each.
final class BodyQueue implements Flow.Subscriber<List<ByteBuffer>> {
  /// What comes out of the queue.
  private sealed interface Signal {
    /// Bytes.
    record Piece(byte[] bytes) implements Signal {}

    /// The end, or the reason why there is none.
    record End(Optional<Throwable> failure) implements Signal {}
  }

  /// Pieces asked for ahead; each has 16 KiB at most.
  private static final int AHEAD = 16;

  private final Cancellation cancellation;
  private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private boolean isEnded;

  BodyQueue(Cancellation cancellation) {
    this.cancellation = cancellation;
  }

  @Override
  public void onSubscribe(Flow.Subscription newSubscription) {
    subscription.complete(newSubscription);
    newSubscription.request(AHEAD);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer buffer : buffers) {
      byte[] piece = new byte[buffer.remaining()];
      buffer.get(piece);
      bytes.writeBytes(piece);
    }
    signals.add(new Signal.Piece(bytes.toByteArray()));
  }

  @Override
  public void onError(Throwable failure) {
    signals.add(new Signal.End(Optional.of(failure)));
  }

  @Override
  public void onComplete() {
    signals.add(new Signal.End(Optional.empty()));
  }

  /// The next bytes; empty at the end.
  Optional<byte[]> next(Duration most) {
    if (isEnded) {
      return Optional.empty();
    }
    switch (take(most)) {
      case Signal.Piece piece -> {
        subscription.join().request(1);
        return Optional.of(piece.bytes());
      }
      case Signal.End end -> {
        isEnded = true;
        if (end.failure().isPresent()) {
          throw new AttemptException(
              FailureClass.CUT, "the connection broke within the answer", end.failure().get());
        }
        return Optional.empty();
      }
    }
  }

  private Signal take(Duration most) {
    long end = System.nanoTime() + most.toNanos();
    try {
      while (true) {
        long left = end - System.nanoTime();
        long slice = Math.min(left, JdkNetwork.SLICE.toNanos());
        Signal signal = signals.poll(Math.max(0, slice), TimeUnit.NANOSECONDS);
        if (cancellation.isCancelled()) {
          throw new CancelledException();
        }
        if (signal != null) {
          return signal;
        }
        if (left <= 0) {
          throw new AttemptException(FailureClass.STALLED, "nothing more came in time");
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CancelledException();
    }
  }

  /// Ends the connection where there is more to come.
  void close() {
    if (!isEnded) {
      subscription.thenAccept(Flow.Subscription::cancel);
    }
  }
}
