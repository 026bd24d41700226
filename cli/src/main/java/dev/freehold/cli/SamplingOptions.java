package dev.freehold.cli;

import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Options that say how tokens are chosen; what is not given is the model's own recommendation.
final class SamplingOptions {
  private static final String RANDOM = "random";

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description = "Divides the logits; 0 always takes the best token.")
  private Optional<Double> temperature = Optional.empty();

  @Option(names = "--top-k", paramLabel = "N", description = "Keep the N best; 0 keeps all.")
  private Optional<Integer> topK = Optional.empty();

  @Option(
      names = "--typical-p",
      paramLabel = "P",
      description = "Keep the tokens of typical surprise that hold this much probability.")
  private Optional<Double> typicalP = Optional.empty();

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Keep the best tokens that hold this much probability; 1 keeps all.")
  private Optional<Double> topP = Optional.empty();

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Keep tokens with this share of the best one's probability; 0 keeps all.")
  private Optional<Double> minP = Optional.empty();

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Divides the logits of tokens that occurred; 1 is off.")
  private Optional<Double> repetitionPenalty = Optional.empty();

  @Option(
      names = "--repetition-window",
      paramLabel = "N",
      description = "How many last tokens the penalties look at: 64 by default, -1 for all.")
  private Optional<Integer> repetitionWindow = Optional.empty();

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "Taken off a logit as often as its token occurred.")
  private Optional<Double> frequencyPenalty = Optional.empty();

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "Taken off the logit of every token that occurred.")
  private Optional<Double> presencePenalty = Optional.empty();

  @Option(
      names = "--logit-bias",
      paramLabel = "ID=X",
      description = "Added to a token's logit, -100 to 100; may be given again.")
  private Map<Integer, Float> logitBias = Map.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "Of the random numbers, 0 by default: the same seed gives the same text on every"
              + " machine. \"random\" draws one; --verbose tells it.")
  private Optional<String> seed = Optional.empty();

  Sampling sampling() {
    Sampling said = Sampling.UNSAID.withLogitBias(logitBias);
    said = with(said, SamplingParameter.TEMPERATURE, temperature);
    said = with(said, SamplingParameter.TOP_K, topK);
    said = with(said, SamplingParameter.TYPICAL_P, typicalP);
    said = with(said, SamplingParameter.TOP_P, topP);
    said = with(said, SamplingParameter.MIN_P, minP);
    said = with(said, SamplingParameter.REPETITION_PENALTY, repetitionPenalty);
    said = with(said, SamplingParameter.REPETITION_WINDOW, repetitionWindow);
    said = with(said, SamplingParameter.FREQUENCY_PENALTY, frequencyPenalty);
    said = with(said, SamplingParameter.PRESENCE_PENALTY, presencePenalty);
    return seed.isPresent() ? said.withSeed(seed(seed.get())) : said;
  }

  private static Sampling with(
      Sampling said, SamplingParameter parameter, Optional<? extends Number> value) {
    return value.isPresent() ? said.with(parameter, value.get().doubleValue()) : said;
  }

  /// The seed that a number, or the word `random`, means.
  static long seed(String text) {
    if (text.equals(RANDOM)) {
      return new SecureRandom().nextLong();
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException failure) {
      throw new CliException(
          "seed: expected a 64-bit integer or \"random\", found \"%s\"".formatted(text), failure);
    }
  }
}
