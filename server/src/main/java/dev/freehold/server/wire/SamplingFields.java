package dev.freehold.server.wire;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.server.Fields;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Reads how the next token is chosen, under the names that any of the dialects use, so that a
/// parameter that one dialect lacks can be given in it all the same.
public final class SamplingFields {
  private static final Map<String, SamplingParameter> NAMES = names();

  private SamplingFields() {}

  private static Map<String, SamplingParameter> names() {
    Map<String, SamplingParameter> names = new LinkedHashMap<>();
    for (SamplingParameter parameter : SamplingParameter.values()) {
      names.put(parameter.key(), parameter);
    }
    names.put("repeat_penalty", SamplingParameter.REPETITION_PENALTY);
    names.put("repeat_last_n", SamplingParameter.REPETITION_WINDOW);
    return Collections.unmodifiableMap(names);
  }

  /// Parameters, seed and biases as far as they are said; a seed of -1 says nothing, and a `top_k`
  /// of -1 keeps all tokens, as vLLM has it.
  public static Sampling read(Fields fields) {
    Map<SamplingParameter, Double> values = new EnumMap<>(SamplingParameter.class);
    NAMES.forEach((name, parameter) -> {
      Optional<Double> value = fields.number(name);
      if (value.isPresent()) {
        boolean isAll = parameter == SamplingParameter.TOP_K && value.get() == -1;
        double wanted = isAll ? 0 : value.get();
        values.put(
            parameter, Named.as(fields, name, parameter.key(), () -> parameter.checked(wanted)));
      }
    });
    OptionalLong seed = fields.longInteger("seed");
    return new Sampling(
        values,
        biases(fields),
        seed.isEmpty() || seed.getAsLong() == -1
            ? Optional.empty()
            : Optional.of(seed.getAsLong()));
  }

  private static Map<Integer, Float> biases(Fields fields) {
    Map<Integer, Float> biases = new TreeMap<>();
    Optional<Fields> map = fields.object("logit_bias");
    if (map.isPresent()) {
      for (Map.Entry<String, JsonNode> member : map.get().object().properties()) {
        biases.put(id(fields, member.getKey()), bias(map.get(), member.getKey()));
      }
    }
    return biases;
  }

  private static int id(Fields fields, String key) {
    try {
      return Integer.parseInt(key);
    } catch (NumberFormatException e) {
      throw new ChatException(fields.at("logit_bias"), "expected token ids as keys, found another");
    }
  }

  private static float bias(Fields map, String key) {
    return map.number(key)
        .orElseThrow(() -> new ChatException(map.at(key), "expected a number, found null"))
        .floatValue();
  }
}
