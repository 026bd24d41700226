package dev.freehold.engine;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// How tokens are chosen where a request does not say: as the model's makers recommend, or, where
/// they say nothing at all, in a way that suits most models.
///
/// Where the makers name some parameters, those that they do not name have no effect.
public final class SamplingDefaults {
  /// For models whose files say nothing: temperature 0.8, top_k 40, top_p 0.95, min_p 0.05.
  public static final Sampling GENERAL =
      Sampling.UNSAID
          .with(SamplingParameter.TEMPERATURE, 0.8)
          .with(SamplingParameter.TOP_K, 40)
          .with(SamplingParameter.TOP_P, 0.95)
          .with(SamplingParameter.MIN_P, 0.05);

  /// Keys of GGUF files, which llama.cpp defines.
  private static final Map<String, SamplingParameter> GGUF_KEYS =
      Map.of(
          "general.sampling.temp", SamplingParameter.TEMPERATURE,
          "general.sampling.top_k", SamplingParameter.TOP_K,
          "general.sampling.top_p", SamplingParameter.TOP_P,
          "general.sampling.min_p", SamplingParameter.MIN_P,
          "general.sampling.penalty_repeat", SamplingParameter.REPETITION_PENALTY,
          "general.sampling.penalty_last_n", SamplingParameter.REPETITION_WINDOW);

  private SamplingDefaults() {}

  /// From the keys `general.sampling.*`.
  public static Sampling fromGguf(Metadata metadata) {
    Sampling said = Sampling.UNSAID;
    for (Map.Entry<String, SamplingParameter> entry : GGUF_KEYS.entrySet()) {
      if (metadata.has(entry.getKey())) {
        said = with(said, entry.getValue(), metadata.real(entry.getKey()), entry.getKey());
      }
    }
    return said.values().isEmpty() ? GENERAL : said;
  }

  /// From the `generation_config.json` of a folder; its `do_sample: false` means temperature 0.
  public static Sampling fromFolder(Path folder) {
    Path file = folder.resolve("generation_config.json");
    if (!Files.isRegularFile(file)) {
      return GENERAL;
    }
    JsonNode config = StrictJson.parse(file, StrictJson.Limits.DEFAULT.withMaxBytes(1 << 20));
    return fromJson(config, file.toString()).orElse(GENERAL);
  }

  /// From parameters by name; empty where there are none.
  ///
  /// @param source where the JSON comes from, for errors
  public static Optional<Sampling> fromJson(JsonNode config, String source) {
    Sampling said = Sampling.UNSAID;
    for (SamplingParameter parameter : SamplingParameter.values()) {
      JsonNode value = config.path(parameter.key());
      if (value.isNumber()) {
        said = with(said, parameter, value.doubleValue(), source);
      } else if (!value.isMissingNode() && !value.isNull()) {
        throw new EngineException(
            "%s: %s: expected a number, found %s".formatted(source, parameter.key(), value));
      }
    }
    JsonNode sample = config.path("do_sample");
    if (sample.isBoolean() && !sample.booleanValue()) {
      said = said.with(SamplingParameter.TEMPERATURE, 0);
    }
    return said.values().isEmpty() ? Optional.empty() : Optional.of(said);
  }

  private static Sampling with(
      Sampling said, SamplingParameter parameter, double value, String source) {
    boolean means0 = parameter == SamplingParameter.TOP_K && value < 0;
    try {
      return said.with(parameter, means0 ? 0 : value);
    } catch (ChatException e) {
      throw new EngineException(source + ": " + e.getMessage(), e);
    }
  }
}
