package dev.freehold.engine.constraint;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// JSON values as JSON Schema sees them: numbers are equal by value, objects whatever their order.
final class JsonValue {
  private static final int MAX_DEPTH = 64;

  private JsonValue() {}

  /// A text that equal values share.
  static String key(JsonNode value, Meter meter) {
    StringBuilder out = new StringBuilder();
    key(value, meter, 0, out);
    return out.toString();
  }

  private static void key(JsonNode value, Meter meter, int depth, StringBuilder out) {
    meter.work(4);
    if (depth > MAX_DEPTH) {
      throw meter.refusal("a value that nests deeper than %d levels".formatted(MAX_DEPTH));
    }
    if (value.isObject()) {
      Map<String, JsonNode> sorted = new TreeMap<>();
      value.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
      out.append('{');
      for (Map.Entry<String, JsonNode> entry : sorted.entrySet()) {
        text(entry.getKey(), meter, out);
        key(entry.getValue(), meter, depth + 1, out);
      }
      out.append('}');
    } else if (value.isArray()) {
      out.append('[');
      for (JsonNode item : value) {
        key(item, meter, depth + 1, out);
        out.append(',');
      }
      out.append(']');
    } else if (value.isString()) {
      text(value.stringValue(), meter, out);
    } else if (value.isNumber()) {
      BigDecimal number = number(value).orElseThrow(() -> meter.refusal("a number without value"));
      out.append(number.signum() == 0 ? "0" : number.stripTrailingZeros().toString());
    } else {
      out.append(value);
    }
  }

  private static void text(String text, Meter meter, StringBuilder out) {
    meter.work(text.length() / 8);
    out.append('"').append(Spelling.JSON.spell(whole(text, meter))).append('"');
  }

  /// A text, refused where it holds half of a surrogate pair, which no UTF-8 spells.
  static String whole(String text, Meter meter) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        boolean isPair =
            i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
        if (!isPair) {
          throw meter.refusal("a text holds half of a surrogate pair, which is no character");
        }
        i++;
      }
    }
    return text;
  }

  /// The value of a number; empty for anything else, infinities among them.
  static Optional<BigDecimal> number(JsonNode node) {
    if (!node.isNumber()) {
      return Optional.empty();
    }
    if ((node.isDouble() || node.isFloat()) && !Double.isFinite(node.doubleValue())) {
      return Optional.empty();
    }
    return Optional.of(node.decimalValue());
  }

  static Facts.Type type(JsonNode value) {
    if (value.isObject()) {
      return Facts.Type.OBJECT;
    }
    if (value.isArray()) {
      return Facts.Type.ARRAY;
    }
    if (value.isString()) {
      return Facts.Type.STRING;
    }
    if (value.isBoolean()) {
      return Facts.Type.BOOLEAN;
    }
    if (value.isNumber()) {
      boolean isInteger =
          number(value)
              .map(n -> n.signum() == 0 || n.stripTrailingZeros().scale() <= 0)
              .orElse(false);
      return isInteger ? Facts.Type.INTEGER : Facts.Type.NUMBER;
    }
    return Facts.Type.NULL;
  }
}
