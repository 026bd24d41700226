package dev.freehold.engine;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Usage;
import dev.freehold.text.StreamDecoder;
import dev.freehold.text.Tokenizer;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The writing of one answer: prefill, then token by token until something ends it.
final class Generation {
  private final Session session;
  private final Sampler sampler;
  private final long seed;
  private final StreamDecoder decoder;
  private final StopMatcher stops;
  private final Set<Integer> stopIds;
  private final int maxTokens;
  private final Consumer<ChatEvent> events;
  private int written;

  Generation(
      Session session,
      Tokenizer tokenizer,
      Sampling sampling,
      Ending ending,
      Consumer<ChatEvent> events) {
    this.session = session;
    int vocabSize = Math.min(session.logits().length, tokenizer.vocabularySize());
    this.sampler = new Sampler(vocabSize, sampling);
    this.seed = sampling.seed().orElse(0L);
    this.decoder = tokenizer.streamDecoder(false);
    this.stops = new StopMatcher(ending.stop());
    this.stopIds = tokenizer.stopIds();
    this.maxTokens = ending.maxTokens().orElse(Integer.MAX_VALUE);
    this.events = events;
  }

  /// Writes the answer to a prompt that fits the context with at least one token left.
  ChatEvent.Finished run(int[] prompt, Cancellation cancellation) {
    long start = System.nanoTime();
    Optional<Integer> reused = session.prefill(prompt, cancellation);
    long prefilled = System.nanoTime();
    FinishReason reason = FinishReason.CANCELLED;
    if (reused.isPresent()) {
      for (int token : prompt) {
        sampler.accept(token);
      }
      reason = decode(cancellation);
      emit(stops.feed(decoder.finish()));
      emit(stops.finish());
    }
    Duration prefill = Duration.ofNanos(prefilled - start);
    Duration decode = Duration.ofNanos(System.nanoTime() - prefilled);
    return new ChatEvent.Finished(
        stops.found() ? FinishReason.STOP_STRING : reason,
        new Usage(
            prompt.length, reused.orElse(0), written, 0, Duration.ZERO, prefill, decode, seed));
  }

  private FinishReason decode(Cancellation cancellation) {
    while (!cancellation.isCancelled()) {
      int token = sampler.sample(session.logits(), 0, session.length());
      sampler.accept(token);
      written++;
      if (stopIds.contains(token)) {
        return FinishReason.END;
      }
      emit(stops.feed(decoder.feed(token)));
      if (stops.found()) {
        return FinishReason.STOP_STRING;
      }
      if (written == maxTokens) {
        return FinishReason.MAX_TOKENS;
      }
      if (session.length() == session.contextLength() - 1) {
        return FinishReason.CONTEXT_FULL;
      }
      session.append(token);
    }
    return FinishReason.CANCELLED;
  }

  private void emit(String text) {
    if (!text.isEmpty()) {
      events.accept(new ChatEvent.TextDelta(text));
    }
  }
}
