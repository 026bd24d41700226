package dev.freehold.chat;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// How the next token is chosen, as far as it is said; what is not said is the model's or the
/// engine's default.
///
/// @param values parameters by what they are, each in its range
/// @param logitBias what is added to the logits of token ids, -100 to 100
/// @param seed of the random numbers; the same seed and request give the same text
public record Sampling(
    Map<SamplingParameter, Double> values, Map<Integer, Float> logitBias, Optional<Long> seed) {
  /// Nothing is said.
  public static final Sampling UNSAID = new Sampling(Map.of(), Map.of(), Optional.empty());

  private static final float MAX_BIAS = 100;
  private static final int MAX_BIASED = 4096;

  public Sampling {
    Map<SamplingParameter, Double> checked = new EnumMap<>(SamplingParameter.class);
    values.forEach((parameter, value) -> checked.put(parameter, parameter.checked(value)));
    values = Collections.unmodifiableMap(checked);
    logitBias.forEach(Sampling::checkBias);
    if (logitBias.size() > MAX_BIASED) {
      throw new ChatException(
          "logit_bias",
          "expected at most %d tokens, found %d".formatted(MAX_BIASED, logitBias.size()));
    }
    logitBias = Collections.unmodifiableMap(new TreeMap<>(logitBias));
  }

  private static void checkBias(int id, float bias) {
    if (id < 0) {
      throw new ChatException("logit_bias", "expected token ids from 0 on, found " + id);
    }
    if (!(Math.abs(bias) <= MAX_BIAS)) {
      throw new ChatException(
          "logit_bias", "token %d: expected -100 to 100, found %s".formatted(id, bias));
    }
  }

  public static Sampling greedy() {
    return UNSAID.with(SamplingParameter.TEMPERATURE, 0);
  }

  public Sampling with(SamplingParameter parameter, double value) {
    Map<SamplingParameter, Double> more = new EnumMap<>(SamplingParameter.class);
    more.putAll(values);
    more.put(parameter, value);
    return new Sampling(more, logitBias, seed);
  }

  public Sampling withSeed(long newSeed) {
    return new Sampling(values, logitBias, Optional.of(newSeed));
  }

  public Sampling withLogitBias(Map<Integer, Float> newLogitBias) {
    return new Sampling(values, newLogitBias, seed);
  }

  /// What this says, and where it says nothing what `defaults` say.
  public Sampling or(Sampling defaults) {
    Map<SamplingParameter, Double> all = new EnumMap<>(SamplingParameter.class);
    all.putAll(defaults.values);
    all.putAll(values);
    return new Sampling(
        all, logitBias.isEmpty() ? defaults.logitBias : logitBias, seed.or(() -> defaults.seed));
  }

  public double value(SamplingParameter parameter, double otherwise) {
    return values.getOrDefault(parameter, otherwise);
  }
}
