package dev.freehold.engine;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// The way of an answer's events from the engine's thread to the one that asked.
final class AnswerQueue {
  private final LinkedBlockingQueue<ChatEvent> events = new LinkedBlockingQueue<>();

  void put(ChatEvent event) {
    events.add(event);
  }

  /// Hands on all events, the last one included.
  ///
  /// Where the consumer fails or the thread is interrupted the answer is cancelled.
  void drain(Consumer<ChatEvent> consumer, Cancellation cancellation) {
    boolean interrupted = false;
    try {
      while (true) {
        ChatEvent event;
        try {
          event = events.take();
        } catch (InterruptedException e) {
          interrupted = true;
          cancellation.cancel();
          continue;
        }
        consumer.accept(event);
        if (event instanceof ChatEvent.Finished || event instanceof ChatEvent.Failed) {
          return;
        }
      }
    } catch (Throwable e) {
      cancellation.cancel();
      throw e;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
