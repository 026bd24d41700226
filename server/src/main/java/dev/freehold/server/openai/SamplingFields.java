package dev.freehold.server.openai;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.server.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/// Reads how tokens are chosen and when an answer ends, as OpenAI, llama.cpp and vLLM call it.
final class SamplingFields {
  private static final int MAX_STOPS = 64;

  /// Names in requests, the first one that is said counts.
  private static final Map<SamplingParameter, List<String>> NAMES =
      Map.of(
          SamplingParameter.TEMPERATURE, List.of("temperature"),
          SamplingParameter.TOP_K, List.of("top_k"),
          SamplingParameter.TOP_P, List.of("top_p"),
          SamplingParameter.MIN_P, List.of("min_p"),
          SamplingParameter.TYPICAL_P, List.of("typical_p"),
          SamplingParameter.REPETITION_PENALTY, List.of("repeat_penalty", "repetition_penalty"),
          SamplingParameter.REPETITION_WINDOW, List.of("repeat_last_n"),
          SamplingParameter.FREQUENCY_PENALTY, List.of("frequency_penalty"),
          SamplingParameter.PRESENCE_PENALTY, List.of("presence_penalty"));

  private SamplingFields() {}

  static Sampling sampling(Fields body) {
    Sampling sampling = Sampling.UNSAID.withLogitBias(logitBias(body));
    for (Map.Entry<SamplingParameter, List<String>> entry : NAMES.entrySet()) {
      for (String name : entry.getValue()) {
        if (body.has(name)) {
          double value = value(body, name, entry.getKey());
          sampling = sampling.with(entry.getKey(), value);
          break;
        }
      }
    }
    OptionalLong seed = body.longInteger("seed");
    return seed.isPresent() ? sampling.withSeed(seed.getAsLong()) : sampling;
  }

  private static double value(Fields body, String name, SamplingParameter parameter) {
    double value = body.number(name).orElseThrow();
    if (parameter == SamplingParameter.TOP_K && value == -1) {
      return 0; // vLLM's way to keep all tokens
    }
    try {
      return parameter.checked(value);
    } catch (ChatException outOfRange) {
      throw new ChatException(
          body.at(name),
          "expected %s, found %s".formatted(parameter.range(), SamplingParameter.shown(value)));
    }
  }

  private static Map<Integer, Float> logitBias(Fields body) {
    Map<Integer, Float> biases = new LinkedHashMap<>();
    body.object("logit_bias")
        .ifPresent(map ->
            map.object()
                .properties()
                .forEach(entry -> {
                  String id = entry.getKey();
                  JsonNode bias = entry.getValue();
                  if (!id.matches("[0-9]{1,9}")) {
                    throw new ChatException(
                        "logit_bias",
                        "expected token ids as keys, found \"%s\"".formatted(shortened(id)));
                  }
                  if (!bias.isNumber()) {
                    throw new ChatException(
                        "logit_bias.%s".formatted(id),
                        "expected a number, found " + Fields.shown(bias));
                  }
                  biases.put(Integer.valueOf(id), bias.floatValue());
                }));
    return biases;
  }

  private static String shortened(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }

  /// @param lengthNames fields that say how many tokens an answer has at most
  static Ending ending(Fields body, String... lengthNames) {
    OptionalInt most = OptionalInt.empty();
    for (String name : lengthNames) {
      if (most.isEmpty()) {
        most = body.integer(name, 1, Integer.MAX_VALUE);
      }
    }
    List<String> stop = body.strings("stop", MAX_STOPS);
    return new Ending(stop.stream().filter(text -> !text.isEmpty()).toList(), most);
  }
}
