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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Sampling;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final int DRAWS = 20_000;

  /// Logits of given probabilities.
  private static float[] logits(double... probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]);
    }
    return logits;
  }

  private static Sampling plain(long seed) {
    return Sampling.UNSAID.withSeed(seed);
  }

  private static int[] counts(Sampling sampling, float[] logits) {
    Sampler sampler = new Sampler(logits.length, sampling);
    int[] counts = new int[logits.length];
    for (int i = 0; i < DRAWS; i++) {
      counts[sampler.sample(logits, 0, i)]++;
    }
    return counts;
  }

  /// Pearson's statistic stays below the value that chance exceeds once in a hundred thousand, and
  /// what has no probability is never drawn.
  private static void assertDistribution(int[] counts, double... weights) {
    double total = IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
    double statistic = 0;
    int freedom = -1;
    for (int i = 0; i < weights.length; i++) {
      double expected = weights[i] / total * DRAWS;
      if (expected == 0) {
        assertThat(counts[i]).as("token %d", i).isZero();
      } else {
        statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
        freedom++;
      }
    }
    double wilsonHilferty = 1 - 2.0 / (9 * freedom) + 4.265 * Math.sqrt(2.0 / (9 * freedom));
    assertThat(statistic).isLessThan(freedom * Math.pow(wilsonHilferty, 3));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 123456789012345L})
  void drawsByTheProbabilities(long seed) {
    double[] p = {0.05, 0.4, 0.1, 0.25, 0.2};
    assertDistribution(counts(plain(seed), logits(p)), p);
  }

  @Test
  void temperatureSharpensAndFlattens() {
    float[] logits = logits(0.1, 0.6, 0.3);
    assertDistribution(counts(plain(3).with(TEMPERATURE, 0.5), logits), 0.01, 0.36, 0.09);
    assertDistribution(
        counts(plain(4).with(TEMPERATURE, 2), logits),
        Math.sqrt(0.1),
        Math.sqrt(0.6),
        Math.sqrt(0.3));
  }

  @Test
  void temperatureZeroTakesTheBestAndOfEqualsTheLowestId() {
    Sampler sampler = new Sampler(5, Sampling.greedy());
    assertThat(sampler.sample(new float[] {-1, 2, 2, 1, 2}, 0, 0)).isEqualTo(1);
    assertThat(sampler.sample(new float[] {-0f, 0, 0, -0f, -1}, 0, 0)).isEqualTo(0);
    assertThat(sampler.sample(new float[] {9, 9, 0, 1, 2, 3, 4}, 2, 0)).isEqualTo(4);
  }

  @Test
  void topKKeepsTheBestAndOfEqualsTheLowerIds() {
    float[] logits = logits(0.2, 0.1, 0.2, 0.3, 0.2);
    assertDistribution(counts(plain(5).with(TOP_K, 3), logits), 0.2, 0, 0.2, 0.3, 0);
    assertDistribution(counts(plain(6).with(TOP_K, 99), logits), 0.2, 0.1, 0.2, 0.3, 0.2);
    assertDistribution(counts(plain(6).with(TOP_K, 1), logits), 0, 0, 0, 1, 0);
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    float[] logits = logits(0.1, 0.5, 0.15, 0.25);
    assertDistribution(counts(plain(7).with(TOP_P, 0.74), logits), 0, 0.5, 0, 0.25);
    assertDistribution(counts(plain(7).with(TOP_P, 0.76), logits), 0, 0.5, 0.15, 0.25);
    assertDistribution(counts(plain(7).with(TOP_P, 0), logits), 0, 1, 0, 0);
  }

  @Test
  void minPIsAShareOfTheBest() {
    float[] logits = logits(0.1, 0.5, 0.15, 0.25);
    assertDistribution(counts(plain(8).with(MIN_P, 0.28), logits), 0, 0.5, 0.15, 0.25);
    assertDistribution(counts(plain(8).with(MIN_P, 0.32), logits), 0, 0.5, 0, 0.25);
    assertDistribution(counts(plain(8).with(MIN_P, 1), logits), 0, 1, 0, 0);
  }

  /// Entropy 1.2800 nats; distances of the surprise: 0.3637 for 0.4, 0.1062 for 0.25, 0.3294 for
  /// 0.2, 1.0226 for 0.1, 1.7157 for 0.05.
  @Test
  void typicalPKeepsWhatSurprisesAsExpected() {
    float[] logits = logits(0.05, 0.4, 0.1, 0.25, 0.2);
    assertDistribution(counts(plain(9).with(TYPICAL_P, 0.2), logits), 0, 0, 0, 1, 0);
    assertDistribution(counts(plain(9).with(TYPICAL_P, 0.4), logits), 0, 0, 0, 0.25, 0.2);
    assertDistribution(counts(plain(9).with(TYPICAL_P, 0.5), logits), 0, 0.4, 0, 0.25, 0.2);
    assertDistribution(counts(plain(9).with(TYPICAL_P, 0.86), logits), 0, 0.4, 0.1, 0.25, 0.2);
  }

  @Test
  void filtersActOnWhatTheOneBeforeLeft() {
    float[] logits = logits(0.4, 0.3, 0.2, 0.1);
    // of the best three, 0.4 and 0.3 hold 7/9 = 0.777 of the mass
    assertDistribution(counts(plain(10).with(TOP_K, 3).with(TOP_P, 0.77), logits), 0.4, 0.3, 0, 0);
    assertDistribution(
        counts(plain(10).with(TOP_P, 0.77).with(MIN_P, 0.6), logits), 0.4, 0.3, 0, 0);
    // the filters see the probabilities before the temperature
    assertDistribution(
        counts(plain(10).with(TOP_P, 0.6).with(TEMPERATURE, 2), logits),
        Math.sqrt(0.4),
        Math.sqrt(0.3),
        0,
        0);
  }

  @Test
  void theRepetitionPenaltyDividesAndMultiplies() {
    Sampler sampler = new Sampler(3, Sampling.greedy().with(REPETITION_PENALTY, 2));
    float[] logits = {3, 2, 1};
    assertThat(sampler.sample(logits, 0, 0)).isEqualTo(0);
    sampler.accept(0);
    assertThat(sampler.sample(logits, 0, 1)).isEqualTo(1);
    sampler.accept(1);
    sampler.accept(2);
    assertThat(sampler.sample(logits, 0, 1)).isEqualTo(0);
    assertThat(sampler.sample(new float[] {-3, -2, -3.5f}, 0, 1)).isEqualTo(1);
    assertThat(logits).containsExactly(3, 2, 1);
  }

  @Test
  void frequencyCountsAndPresenceDoesNot() {
    float[] logits = {2, 1.5f, 0};
    Sampler frequency = new Sampler(3, Sampling.greedy().with(FREQUENCY_PENALTY, 0.3));
    Sampler presence = new Sampler(3, Sampling.greedy().with(PRESENCE_PENALTY, 0.3));
    for (Sampler sampler : new Sampler[] {frequency, presence}) {
      sampler.accept(0);
      assertThat(sampler.sample(logits, 0, 0)).isEqualTo(0);
      sampler.accept(0);
    }
    assertThat(frequency.sample(logits, 0, 0)).isEqualTo(1);
    assertThat(presence.sample(logits, 0, 0)).isEqualTo(0);
  }

  @Test
  void penaltiesForgetWhatLeftTheWindow() {
    float[] logits = {2, 1, 0, 0};
    Sampling sampling = Sampling.greedy().with(PRESENCE_PENALTY, 1.5).with(REPETITION_WINDOW, 2);
    Sampler sampler = new Sampler(4, sampling);
    sampler.accept(0);
    sampler.accept(2);
    assertThat(sampler.sample(logits, 0, 0)).isEqualTo(1);
    sampler.accept(3);
    assertThat(sampler.sample(logits, 0, 0)).isEqualTo(0);

    Sampler endless = new Sampler(4, sampling.with(REPETITION_WINDOW, -1));
    endless.accept(0);
    IntStream.range(0, 1000).forEach(i -> endless.accept(3));
    assertThat(endless.sample(logits, 0, 0)).isEqualTo(1);
    Sampler off = new Sampler(4, sampling.with(REPETITION_WINDOW, 0));
    off.accept(0);
    assertThat(off.sample(logits, 0, 0)).isEqualTo(0);
  }

  @Test
  void biasMovesASingleToken() {
    Sampling sampling = Sampling.greedy().withLogitBias(Map.of(2, 3f, 0, -100f));
    assertThat(new Sampler(3, sampling).sample(new float[] {5, 1, -1}, 0, 0)).isEqualTo(2);
    assertThatThrownBy(() -> new Sampler(2, sampling))
        .isInstanceOf(ChatException.class)
        .hasMessageContainingAll("logit_bias", "token 2", "0 to 1");
  }

  @Test
  void aScoreThatIsNoNumberIsAnError() {
    Sampler sampler = new Sampler(2, Sampling.UNSAID);
    assertThatThrownBy(() -> sampler.sample(new float[] {1, Float.NaN}, 0, 0))
        .isInstanceOf(EngineException.class)
        .hasMessageContainingAll("token 1", "NaN");
  }

  /// At a vocabulary of real size; only as much is sorted as top_p keeps.
  @Test
  void filtersThatKeepAllChangeNothing() {
    int vocabSize = 150_000;
    Random random = new Random(11);
    float[] logits = new float[vocabSize];
    for (int i = 0; i < vocabSize; i++) {
      logits[i] = (float) (random.nextGaussian() * 3);
    }
    Sampler lazy = new Sampler(vocabSize, plain(12).with(TOP_K, vocabSize - 1).with(TOP_P, 0.3));
    Sampler plain = new Sampler(vocabSize, plain(12).with(TOP_P, 0.3));
    for (int i = 0; i < 20; i++) {
      assertThat(lazy.sample(logits, 0, i)).isEqualTo(plain.sample(logits, 0, i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 8, 9, 40, 124, 125, 126, 500, 999, 1000})
  void theBestKAreThoseOfASort(int k) {
    int vocabSize = 1000;
    Random random = new Random(k);
    float[] scores = new float[vocabSize];
    for (int i = 0; i < vocabSize; i++) {
      scores[i] = random.nextInt(50) - 25; // many equal ones
    }
    int[] expected =
        IntStream.range(0, vocabSize)
            .boxed()
            .sorted((a, b) -> scores[a] != scores[b] ? Float.compare(scores[b], scores[a]) : a - b)
            .limit(k)
            .mapToInt(i -> i)
            .toArray();
    Candidates candidates = new Candidates(vocabSize);
    candidates.fill(scores, k);
    assertThat(candidates.size()).isEqualTo(k);
    assertThat(IntStream.range(0, k).map(candidates::id).toArray()).isEqualTo(expected);
  }

  /// The bits of a sampled text; they are the same on every machine.
  @Test
  void theSameSeedGivesTheSameTokensEverywhere() {
    float[] logits = new float[1000];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (i * 7919 % 1000) / 100f;
    }
    Sampling sampling =
        plain(42).with(TEMPERATURE, 0.8).with(TOP_K, 40).with(TOP_P, 0.95).with(MIN_P, 0.05);
    Sampler sampler = new Sampler(logits.length, sampling);
    int[] tokens = IntStream.range(0, 12).map(i -> sampler.sample(logits, 0, i)).toArray();
    assertThat(tokens).containsExactly(136, 531, 383, 704, 951, 210, 667, 494, 605, 173, 704, 815);
  }
}
