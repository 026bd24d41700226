package dev.freehold.eval.judge;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/// A reply that should be one JSON value.
sealed interface JsonReply {
  /// For what models write: 4 MiB, 64 levels.
  StrictJson.Limits LIMITS = new StrictJson.Limits(4 << 20, 64, 4 << 20, 128, 1 << 16);

  /// It is one.
  record Value(JsonNode json) implements JsonReply {}

  /// It is none.
  record NotJson(String reason) implements JsonReply {}

  /// Reads a reply.
  ///
  /// @param fenced whether a code fence of Markdown around the value is taken off
  static JsonReply read(String text, boolean fenced) {
    String json = fenced ? unfenced(text.strip()) : text;
    try {
      byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
      return new Value(StrictJson.parse(bytes, "the reply", LIMITS));
    } catch (TensorException wrong) {
      return new NotJson("is not JSON: " + wrong.getMessage());
    }
  }

  /// What a judge says of the value; a reply that is none is wrong.
  default Judgement judge(Function<JsonNode, Judgement> judge) {
    return switch (this) {
      case Value value -> judge.apply(value.json());
      case NotJson not -> Judgement.wrong(not.reason());
    };
  }

  private static String unfenced(String text) {
    if (text.length() < 6 || !text.startsWith("```") || !text.endsWith("```")) {
      return text;
    }
    int line = text.indexOf('\n');
    String label = line < 0 ? "" : text.substring(3, line).strip();
    boolean isFence = line >= 0 && label.chars().allMatch(Character::isLetterOrDigit);
    return isFence && line < text.length() - 3 ? text.substring(line + 1, text.length() - 3) : text;
  }

  /// Whether two values are the same: members in any order, numbers by their value.
  static boolean isEqual(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return isEqualNumber(a, b);
    }
    if (a.isObject() && b.isObject()) {
      if (a.size() != b.size()) {
        return false;
      }
      for (Map.Entry<String, JsonNode> member : a.properties()) {
        JsonNode other = b.get(member.getKey());
        if (other == null || !isEqual(member.getValue(), other)) {
          return false;
        }
      }
      return true;
    }
    if (a.isArray() && b.isArray()) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!isEqual(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    return a.equals(b);
  }

  private static boolean isEqualNumber(JsonNode a, JsonNode b) {
    boolean isFinite = Double.isFinite(a.doubleValue()) && Double.isFinite(b.doubleValue());
    if (!isFinite && (a.isFloatingPointNumber() || b.isFloatingPointNumber())) {
      return false;
    }
    return decimal(a).compareTo(decimal(b)) == 0;
  }

  private static BigDecimal decimal(JsonNode number) {
    return number.isFloatingPointNumber()
        ? BigDecimal.valueOf(number.doubleValue())
        : new BigDecimal(number.bigIntegerValue());
  }
}
