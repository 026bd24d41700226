package dev.freehold.server;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asks a backend for one or several answers at the same time and brings their events into one
/// order.
public final class Answers {
  /// Takes an event of an answer; never two at a time.
  @FunctionalInterface
  public interface Listener {
    void event(int answer, ChatEvent event);
  }

  private final ChatBackend backend;
  private final Exchange exchange;
  private final Listener listener;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

  private Answers(ChatBackend backend, Exchange exchange, Listener listener) {
    this.backend = backend;
    this.exchange = exchange;
    this.listener = listener;
  }

  /// Asks and returns when all answers are complete. When one fails, the others are cancelled.
  ///
  /// @throws ChatException where an answer could not be given or broke off
  /// @throws ServerException where the answers were cancelled
  public static void ask(
      ChatBackend backend, List<ChatRequest> requests, Exchange exchange, Listener listener) {
    Answers answers = new Answers(backend, exchange, listener);
    if (requests.size() == 1) {
      answers.askOne(0, requests.getFirst());
    } else {
      answers.askAll(requests);
    }
    RuntimeException failed = answers.failure.get();
    if (failed != null) {
      throw failed;
    }
  }

  private void askAll(List<ChatRequest> requests) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      int answer = i;
      threads.add(Thread.startVirtualThread(() -> askOne(answer, requests.get(answer))));
    }
    for (Thread thread : threads) {
      boolean joined = false;
      while (!joined) {
        try {
          thread.join();
          joined = true;
        } catch (InterruptedException interrupted) { // the server stops: the answers end at once
          exchange.cancellation().cancel();
        }
      }
    }
  }

  private void askOne(int answer, ChatRequest request) {
    Cancellation cancellation = exchange.cancellation();
    try {
      backend.answer(exchange.handled(request), event -> take(answer, event), cancellation);
    } catch (RuntimeException failed) {
      fail(failed);
    }
  }

  private void take(int answer, ChatEvent event) {
    if (event instanceof ChatEvent.Failed failed) {
      fail(failed.failure());
    } else if (event instanceof ChatEvent.Finished finished
        && finished.reason() == FinishReason.CANCELLED) {
      fail(exchange.cancelled());
    } else {
      if (event instanceof ChatEvent.Served served) {
        exchange.served(served);
      }
      lock.lock();
      try {
        if (failure.get() == null) {
          listener.event(answer, event);
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private void fail(RuntimeException failed) {
    if (failure.compareAndSet(null, failed)) {
      exchange.cancellation().cancel();
    }
  }
}
