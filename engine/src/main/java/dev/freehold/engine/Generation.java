package dev.freehold.engine;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Sampling;
import dev.freehold.text.Tokenizer;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The writing of one answer: chooses token after token until something ends it, and tells what
/// they make.
final class Generation {
  private static final long[] ANY = {};

  private final Sampler sampler;
  private final Set<Integer> stopIds;
  private final int maxTokens;
  private final int contextLength;
  private final boolean tellsLogprobs;
  private final TokenScores scores;
  private final AnswerText text;
  private final Guide guide;
  private final Consumer<ChatEvent> events;
  private final long[] mask;
  private int written;
  private int reasoning;
  private Optional<FinishReason> reason = Optional.empty();

  /// What the model and the request say of the writing.
  ///
  /// @param vocabSize tokens that have logits
  /// @param contextLength tokens of prompt and answer at most
  record Rules(
      Tokenizer tokenizer,
      int vocabSize,
      int contextLength,
      Sampling sampling,
      Ending ending,
      Logprobs logprobs) {
    int tokens() {
      return Math.min(vocabSize, tokenizer.vocabularySize());
    }
  }

  Generation(Rules rules, AnswerText text, Guide guide, Consumer<ChatEvent> events) {
    int tokens = rules.tokens();
    this.sampler = new Sampler(tokens, rules.sampling());
    this.stopIds = rules.tokenizer().stopIds();
    this.maxTokens = rules.ending().maxTokens().orElse(Integer.MAX_VALUE);
    this.contextLength = rules.contextLength();
    this.tellsLogprobs = rules.logprobs().ofAnswer();
    this.scores = new TokenScores(rules.tokenizer(), tokens, rules.logprobs().alternatives());
    this.text = text;
    this.guide = guide;
    this.events = events;
    this.mask = guide == Guide.FREE ? ANY : new long[(tokens + 63) >> 6];
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
    int token = choose(logits, offset, position);
    sampler.accept(token);
    written++;
    if (tellsLogprobs) {
      events.accept(new ChatEvent.AnswerLogprob(scores.of(logits, offset, token)));
    }
    if (stopIds.contains(token)) {
      end(FinishReason.END);
      return token;
    }
    guide.accept(token);
    reasoning += text.isThinking() ? 1 : 0;
    text.feed(token);
    if (text.hasStopped()) {
      end(FinishReason.STOP_STRING);
    } else if (guide.isComplete()) {
      end(FinishReason.END);
    } else if (written == maxTokens) {
      end(FinishReason.MAX_TOKENS);
    } else if (position + 1 == contextLength) {
      end(FinishReason.CONTEXT_FULL);
    }
    return token;
  }

  private int choose(float[] logits, int offset, int position) {
    if (!guide.restricts()) {
      return sampler.sample(logits, offset, position);
    }
    guide.mask(mask);
    return sampler.sample(logits, offset, position, mask);
  }

  /// Ends the answer and tells the text that was held back.
  void end(FinishReason why) {
    text.finish();
    boolean called = why == FinishReason.END && text.calls() > 0;
    FinishReason told = called ? FinishReason.TOOL_CALLS : why;
    reason = Optional.of(text.hasStopped() ? FinishReason.STOP_STRING : told);
  }

  /// Why the answer has ended; empty while it goes on.
  Optional<FinishReason> reason() {
    return reason;
  }

  /// The stop string that ended the answer; empty where none did.
  String stop() {
    return text.stop();
  }

  TokenScores scores() {
    return scores;
  }

  /// Tokens of the answer so far, its end mark included.
  int written() {
    return written;
  }

  /// Those of them that the model thought with.
  int reasoning() {
    return reasoning;
  }
}
