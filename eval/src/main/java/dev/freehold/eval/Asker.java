package dev.freehold.eval;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Asks backends, each time within a time limit, and whatever they answer.
public final class Asker {
  private static final long LOOK_MILLIS = 50;

  private final Duration limit;
  private final Duration grace;
  private final LongSupplier nanos;

  /// @param limit for an answer; then it is cancelled
  /// @param nanos a clock that only goes forward
  public Asker(Duration limit, LongSupplier nanos) {
    this(limit, Duration.ofSeconds(10), nanos);
  }

  /// @param grace for a backend to end a cancelled answer; then its thread is left to itself
  Asker(Duration limit, Duration grace, LongSupplier nanos) {
    this.limit = limit;
    this.grace = grace;
    this.nanos = nanos;
  }

  /// @param stop ends the answer before its time
  public Answer ask(ChatBackend backend, ChatRequest request, Cancellation stop) {
    Cancellation cancellation = new Cancellation();
    long start = nanos.getAsLong();
    AnswerCollector collector = new AnswerCollector(start, nanos, cancellation);
    FutureTask<Answer> task =
        new FutureTask<>(() -> answer(backend, request, collector, cancellation));
    Thread thread = Thread.ofVirtual().name("answer").start(task);
    while (true) {
      try {
        Answer answer = task.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return ended(answer, start, stop);
      } catch (TimeoutException notYet) {
        Duration wall = since(start);
        boolean isLate = wall.compareTo(limit) > 0;
        if (isLate || stop.isCancelled()) {
          cancellation.cancel();
        }
        if (wall.compareTo(limit.plus(grace)) > 0) {
          thread.interrupt();
          return tooLong(wall);
        }
      } catch (InterruptedException stopped) {
        cancellation.cancel();
        Thread.currentThread().interrupt();
        return new Answer.Stopped();
      } catch (ExecutionException bug) {
        cancellation.cancel();
        return new Answer.Broken("the backend failed: " + bug.getCause(), false, since(start));
      }
    }
  }

  private Answer ended(Answer answer, long start, Cancellation stop) {
    if (stop.isCancelled() && !(answer instanceof Answer.Whole)) {
      return new Answer.Stopped();
    }
    Duration wall = since(start);
    boolean isCancelled =
        answer instanceof Answer.Whole whole
            && whole.reply().finish() == dev.freehold.chat.FinishReason.CANCELLED;
    if (isCancelled) {
      return stop.isCancelled() ? new Answer.Stopped() : tooLong(wall);
    }
    return answer;
  }

  private Answer tooLong(Duration wall) {
    return new Answer.Broken(
        "took longer than %.1f s".formatted(limit.toMillis() / 1000.0), false, wall);
  }

  private static Answer answer(
      ChatBackend backend,
      ChatRequest request,
      AnswerCollector collector,
      Cancellation cancellation) {
    try {
      backend.answer(request, collector, cancellation);
      return collector.answer();
    } catch (ChatException failure) {
      return new Answer.Broken(
          String.valueOf(failure.getMessage()),
          failure.kind() == ChatException.Kind.NOT_SUPPORTED,
          collector.wall());
    }
  }

  private Duration since(long start) {
    return Duration.ofNanos(nanos.getAsLong() - start);
  }
}
