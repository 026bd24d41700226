package dev.freehold.hub.pull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The body of an answer, read piece by piece by one thread that never waits longer than the stall
/// time for a kilobyte per second of it. Nothing is read ahead beyond what the client hands over at
/// once.
final class TimedBody implements HttpResponse.BodySubscriber<TimedBody>, AutoCloseable {
  private static final long BYTES_PER_SECOND = 1024;

  /// What the connection reports.
  private sealed interface Report {
    /// Bytes arrived.
    record Data(List<ByteBuffer> buffers) implements Report {}

    /// All has arrived.
    record End() implements Report {}

    /// The connection broke.
    record Broken(Throwable cause) implements Report {}
  }

  private final LinkedBlockingQueue<Report> reports = new LinkedBlockingQueue<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  private final Deque<ByteBuffer> ready = new ArrayDeque<>();
  private final long stallNanos;
  private final long leastBytes;
  private long waitedNanos;
  private long windowBytes;
  private boolean ended;

  TimedBody(Duration stall) {
    this.stallNanos = stall.toNanos();
    this.leastBytes = Math.max(1, stall.toMillis() * BYTES_PER_SECOND / 1000);
  }

  @Override
  public CompletionStage<TimedBody> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (subscription.complete(given)) {
      given.request(1);
    } else {
      given.cancel();
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    reports.add(new Report.Data(buffers));
  }

  @Override
  public void onError(Throwable failure) {
    reports.add(new Report.Broken(failure));
  }

  @Override
  public void onComplete() {
    reports.add(new Report.End());
  }

  /// The next bytes; empty at the end.
  ///
  /// @throws IOException where the connection breaks, or brings too little for too long
  Optional<ByteBuffer> next() throws IOException, InterruptedException {
    while (!ended) {
      ByteBuffer buffer = ready.poll();
      if (buffer != null) {
        if (buffer.hasRemaining()) {
          return Optional.of(buffer);
        }
        continue;
      }
      switch (await()) {
        case Report.End end -> ended = true;
        case Report.Broken broken -> throw new IOException(reason(broken.cause()), broken.cause());
        case Report.Data data -> {
          ready.addAll(data.buffers());
          windowBytes += data.buffers().stream().mapToLong(ByteBuffer::remaining).sum();
          subscription.join().request(1);
        }
      }
    }
    return Optional.empty();
  }

  private Report await() throws IOException, InterruptedException {
    while (true) {
      long before = System.nanoTime();
      Report report = reports.poll(Math.max(1, stallNanos - waitedNanos), TimeUnit.NANOSECONDS);
      waitedNanos += System.nanoTime() - before;
      boolean isSlow = waitedNanos >= stallNanos && windowBytes < leastBytes;
      if (isSlow && !(report instanceof Report.End)) {
        throw new IOException(
            "stalled: %d bytes in %.1f seconds".formatted(windowBytes, waitedNanos / 1e9));
      }
      if (waitedNanos >= stallNanos) {
        waitedNanos = 0;
        windowBytes = 0;
      }
      if (report != null) {
        return report;
      }
    }
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /// All bytes, where they are at most so many.
  byte[] bytes(long limit) throws IOException, InterruptedException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (Optional<ByteBuffer> part = next(); part.isPresent(); part = next()) {
      if (all.size() + (long) part.get().remaining() > limit) {
        throw new TooLong(limit);
      }
      byte[] bytes = new byte[part.get().remaining()];
      part.get().get(bytes);
      all.writeBytes(bytes);
    }
    return all.toByteArray();
  }

  /// A body that is longer than it may be.
  static final class TooLong extends IOException {
    private static final long serialVersionUID = 1L;

    TooLong(long limit) {
      super("more than " + limit + " bytes");
    }
  }

  /// Ends the transfer, whatever is left of it.
  @Override
  public void close() {
    ended = true;
    if (!subscription.complete(new Nothing())) {
      subscription.join().cancel();
    }
  }

  /// Stands for the subscription of a body that was closed before it began.
  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }
}
