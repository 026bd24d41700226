package dev.freehold.engine;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Sampling;
import dev.freehold.text.StreamDecoder;
import dev.freehold.text.Tokenizer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The writing of one answer: chooses token after token until something ends it, and tells the text
/// that they make.
final class Generation {
  private final Sampler sampler;
  private final StreamDecoder decoder;
  private final StopMatcher stops;
  private final Set<Integer> stopIds;
  private final int maxTokens;
  private final int contextLength;
  private final Consumer<ChatEvent> events;
  private final boolean tellsLogprobs;
  private final TokenScores scores;
  private int written;
  private Optional<FinishReason> reason = Optional.empty();

  /// @param contextLength tokens of prompt and answer at most
  Generation(
      Tokenizer tokenizer,
      int vocabSize,
      int contextLength,
      ChatRequest request,
      Sampling sampling,
      Consumer<ChatEvent> events) {
    int tokens = Math.min(vocabSize, tokenizer.vocabularySize());
    Ending ending = request.ending();
    Logprobs logprobs = request.output().logprobs();
    this.tellsLogprobs = logprobs.ofAnswer();
    this.scores = new TokenScores(tokenizer, tokens, logprobs.alternatives());
    this.sampler = new Sampler(tokens, sampling);
    this.decoder = tokenizer.streamDecoder(false);
    this.stops = new StopMatcher(ending.stop());
    this.stopIds = tokenizer.stopIds();
    this.maxTokens = ending.maxTokens().orElse(Integer.MAX_VALUE);
    this.contextLength = contextLength;
    this.events = events;
  }

  /// Takes note of the text before the answer.
  void begin(int[] prompt) {
    for (int token : prompt) {
      sampler.accept(token);
    }
  }

  /// Chooses the next token and tells what it adds.
  ///
  /// @param logits holds a logit per token from `offset` on
  /// @param position of the token in the text
  /// @return the token
  int next(float[] logits, int offset, int position) {
    int token = sampler.sample(logits, offset, position);
    sampler.accept(token);
    written++;
    if (tellsLogprobs) {
      events.accept(new ChatEvent.AnswerLogprob(scores.of(logits, offset, token)));
    }
    if (stopIds.contains(token)) {
      end(FinishReason.END);
    } else {
      emit(stops.feed(decoder.feed(token)));
      if (stops.found()) {
        end(FinishReason.STOP_STRING);
      } else if (written == maxTokens) {
        end(FinishReason.MAX_TOKENS);
      } else if (position + 1 == contextLength) {
        end(FinishReason.CONTEXT_FULL);
      }
    }
    return token;
  }

  /// Ends the answer and tells the text that was held back.
  void end(FinishReason why) {
    emit(stops.feed(decoder.finish()));
    emit(stops.finish());
    reason = Optional.of(stops.found() ? FinishReason.STOP_STRING : why);
  }

  /// Why the answer has ended; empty while it goes on.
  Optional<FinishReason> reason() {
    return reason;
  }

  /// The stop string that ended the answer; empty where none did.
  String stop() {
    return stops.which();
  }

  TokenScores scores() {
    return scores;
  }

  /// Tokens of the answer so far, its end mark included.
  int written() {
    return written;
  }

  private void emit(String text) {
    if (!text.isEmpty()) {
      events.accept(new ChatEvent.TextDelta(text));
    }
  }
}
