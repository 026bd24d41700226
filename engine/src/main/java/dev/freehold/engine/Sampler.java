package dev.freehold.engine;

import static dev.freehold.chat.SamplingParameter.FREQUENCY_PENALTY;
import static dev.freehold.chat.SamplingParameter.MIN_P;
import static dev.freehold.chat.SamplingParameter.PRESENCE_PENALTY;
import static dev.freehold.chat.SamplingParameter.REPETITION_PENALTY;
import static dev.freehold.chat.SamplingParameter.REPETITION_WINDOW;
import static dev.freehold.chat.SamplingParameter.TEMPERATURE;
import static dev.freehold.chat.SamplingParameter.TOP_K;
import static dev.freehold.chat.SamplingParameter.TOP_P;
import static dev.freehold.chat.SamplingParameter.TYPICAL_P;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Sampling;
import dev.freehold.kernel.Philox;
import java.util.Optional;

/// Chooses the next token from the logits of one text.
///
/// The steps, each on what the one before left: logit bias, penalties (repetition, then frequency
/// and presence), top_k, typical_p, top_p, min_p, temperature, draw. A temperature of 0 takes the
/// highest score after the penalties, of equal ones the lowest id. Filters keep at least one token.
///
/// What is not said has no effect; the window of the penalties is then 64 tokens.
///
/// The random number is Philox keyed by the seed and counted by the token's position in the text,
/// and every operation is a defined one, so that the same logits, text and seed give the same token
/// on any machine. One sampler serves one text; nothing is allocated per token.
///
/// Failures: an [EngineException] where a score is not finite.
///
/// Source: the order is that of llama.cpp's default chain; typical_p is C. Meister et al., "Locally
/// typical sampling" (2023), min_p is M. Nguyen et al., "Turning up the heat" (2024), the
/// repetition penalty is N. S. Keskar et al., "CTRL" (2019), section 4.1.
public final class Sampler {
  private static final int DEFAULT_WINDOW = 64;
  private static final long[] ANY = {};

  /// The stream of random numbers that tokens are drawn with.
  private static final long STREAM = 0;

  private final int vocabSize;
  private final float temperature;
  private final int topK;
  private final float topP;
  private final float minP;
  private final float typicalP;
  private final float repetition;
  private final float frequency;
  private final float presence;
  private final int[] biasedIds;
  private final float[] biases;
  private final long seed;
  private final Optional<RecentTokens> recent;
  private final float[] scores;
  private final Candidates candidates;

  /// @throws ChatException where a bias is for a token that the vocabulary does not have
  public Sampler(int vocabSize, Sampling sampling) {
    this.vocabSize = vocabSize;
    this.temperature = (float) sampling.value(TEMPERATURE, 1);
    this.topK = (int) sampling.value(TOP_K, 0);
    this.topP = (float) sampling.value(TOP_P, 1);
    this.minP = (float) sampling.value(MIN_P, 0);
    this.typicalP = (float) sampling.value(TYPICAL_P, 1);
    this.repetition = (float) sampling.value(REPETITION_PENALTY, 1);
    this.frequency = (float) sampling.value(FREQUENCY_PENALTY, 0);
    this.presence = (float) sampling.value(PRESENCE_PENALTY, 0);
    this.biasedIds = sampling.logitBias().keySet().stream().mapToInt(id -> id).toArray();
    this.biases = new float[biasedIds.length];
    this.seed = sampling.seed().orElse(0L);
    int window = (int) sampling.value(REPETITION_WINDOW, DEFAULT_WINDOW);
    boolean isPenalizing = window != 0 && (repetition != 1 || frequency != 0 || presence != 0);
    this.recent =
        isPenalizing ? Optional.of(new RecentTokens(vocabSize, window)) : Optional.empty();
    this.scores = new float[vocabSize];
    this.candidates = new Candidates(temperature == 0 ? 0 : vocabSize);
    for (int i = 0; i < biasedIds.length; i++) {
      int id = biasedIds[i];
      if (id >= vocabSize) {
        throw new ChatException(
            "logit_bias", "token %d: the vocabulary has ids 0 to %d".formatted(id, vocabSize - 1));
      }
      biases[i] = sampling.logitBias().getOrDefault(id, 0f);
    }
  }

  /// Takes note of a token of the text, of the prompt or of the answer.
  public void accept(int token) {
    if (recent.isPresent()) {
      recent.get().add(token);
    }
  }

  /// The next token.
  ///
  /// @param logits holds a logit per token from `offset` on; is left as it is
  /// @param position of the token to come in the text
  public int sample(float[] logits, int offset, long position) {
    return sample(logits, offset, position, ANY);
  }

  /// The next token, one of those whose bits are set: token `i` is bit `i mod 64` of long `i / 64`.
  ///
  /// @param allowed at least one token of the vocabulary; empty for all
  public int sample(float[] logits, int offset, long position, long[] allowed) {
    System.arraycopy(logits, offset, scores, 0, vocabSize);
    for (int i = 0; i < biasedIds.length; i++) {
      scores[biasedIds[i]] += biases[i];
    }
    if (recent.isPresent()) {
      penalize(recent.get());
    }
    int count = allowed.length == 0 ? vocabSize : exclude(allowed);
    int best = best(allowed.length != 0);
    if (temperature == 0 || topK == 1) {
      return best;
    }
    candidates.fill(scores, topK == 0 ? count : Math.min(topK, count));
    if (typicalP < 1) {
      candidates.keepTypical(typicalP);
    }
    if (topP < 1) {
      candidates.keepTop(topP);
    }
    if (minP > 0) {
      candidates.keepLikely(minP);
    }
    return candidates.draw(temperature, Philox.uniform(seed, STREAM, position));
  }

  /// Gives tokens that are not allowed the lowest score there is; returns how many are left.
  private int exclude(long[] allowed) {
    int count = 0;
    for (int id = 0; id < vocabSize; id++) {
      if ((allowed[id >> 6] >>> id & 1) == 0) {
        scores[id] = Float.NEGATIVE_INFINITY;
      } else {
        count++;
      }
    }
    if (count == 0) {
      throw new EngineException("no token may come next: the answer's form allows none");
    }
    return count;
  }

  private void penalize(RecentTokens tokens) {
    for (int i = 0; i < tokens.distinctCount(); i++) {
      int id = tokens.distinct(i);
      float score = scores[id];
      score = score > 0 ? score / repetition : score * repetition;
      scores[id] = score - (tokens.count(id) * frequency + presence);
    }
  }

  /// The highest score's token, of equal ones the lowest id; checks all scores of allowed ones.
  private int best(boolean someAreExcluded) {
    int best = 0;
    for (int id = 0; id < vocabSize; id++) {
      boolean isExcluded = someAreExcluded && scores[id] == Float.NEGATIVE_INFINITY;
      if (!isExcluded && !(Math.abs(scores[id]) <= Float.MAX_VALUE)) {
        throw new EngineException(
            "score of token %d is %s: expected a finite number".formatted(id, scores[id]));
      }
      if (scores[id] > scores[best]) {
        best = id;
      }
    }
    return best;
  }
}
