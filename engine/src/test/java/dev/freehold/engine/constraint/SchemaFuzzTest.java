package dev.freehold.engine.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.OutputFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Whatever JSON is sent as a schema, and whatever text as a pattern, is compiled or refused with a
/// reason, fast; what is written under it is JSON.
class SchemaFuzzTest {
  private static final RandomAnswer ANSWERS = RandomAnswer.byteFallback();
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> KEYWORDS =
      List.of(
          "type",
          "properties",
          "required",
          "additionalProperties",
          "patternProperties",
          "propertyNames",
          "minProperties",
          "maxProperties",
          "items",
          "prefixItems",
          "additionalItems",
          "minItems",
          "maxItems",
          "uniqueItems",
          "enum",
          "const",
          "anyOf",
          "oneOf",
          "allOf",
          "$ref",
          "$defs",
          "pattern",
          "format",
          "minLength",
          "maxLength",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "multipleOf",
          "nullable",
          "unevaluatedProperties",
          "unevaluatedItems",
          "not",
          "if",
          "then",
          "$id",
          "$anchor");
  private static final List<String> WORDS =
      List.of(
          "object",
          "array",
          "string",
          "integer",
          "number",
          "null",
          "#",
          "#/",
          "#/$defs/a",
          "#/properties/a",
          "^a+$",
          "(a|b)*",
          "[^\\s]",
          "(",
          "\\",
          "date",
          "uuid",
          "",
          "a",
          "b",
          "\uD800",
          "\u0000",
          "é");

  private final Random random = new Random(11);

  private JsonNode any(int depth) {
    return switch (random.nextInt(depth <= 0 ? 7 : 11)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.booleanNode(random.nextBoolean());
      case 2 -> JSON.numberNode(random.nextInt(7) - 2);
      case 3 -> JSON.numberNode(List.of(0.5, -1e-9, 1e300, 3.0, 1e18).get(random.nextInt(5)));
      case 4, 5, 6 -> JSON.stringNode(WORDS.get(random.nextInt(WORDS.size())));
      case 7 -> {
        ArrayNode list = JSON.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          list.add(any(depth - 1));
        }
        yield list;
      }
      default -> {
        ObjectNode object = JSON.objectNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          boolean isKeyword = random.nextInt(4) > 0;
          List<String> names = isKeyword ? KEYWORDS : WORDS;
          object.set(names.get(random.nextInt(names.size())), any(depth - 1));
        }
        yield object;
      }
    };
  }

  /// Puts any JSON in place of a part of a sound schema.
  private void damage(JsonNode schema) {
    JsonNode at = schema;
    for (int i = 0; i < 12; i++) {
      List<JsonNode> inside = at.values().stream().filter(JsonNode::isContainer).toList();
      if (inside.isEmpty() || random.nextInt(4) == 0) {
        break;
      }
      at = inside.get(random.nextInt(inside.size()));
    }
    if (at instanceof ObjectNode object) {
      List<String> names = List.copyOf(object.propertyNames());
      boolean isKnown = !names.isEmpty() && random.nextBoolean();
      List<String> from = isKnown ? names : KEYWORDS;
      object.set(from.get(random.nextInt(from.size())), any(2));
    } else if (at instanceof ArrayNode list && !list.isEmpty()) {
      list.set(random.nextInt(list.size()), any(2));
    }
  }

  private boolean isHeld(JsonNode schema, int seed) {
    try {
      Constraint constraint =
          Constraint.compile(new OutputFormat.JsonSchema(schema), ANSWERS.vocabulary())
              .orElseThrow();
      ANSWERS
          .write(constraint, new Random(seed))
          .ifPresent(text -> assertThat(JsonMapper.shared().readTree(text)).isNotNull());
      return true;
    } catch (ChatException refusal) {
      assertThat(refusal.kind()).isEqualTo(ChatException.Kind.INVALID_REQUEST);
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed %d, schema %s".formatted(seed, schema), e);
    }
  }

  @Test
  void anyJsonAsASchemaIsHeldOrRefused() {
    int held = 0;
    for (int seed = 0; seed < 1500; seed++) {
      ObjectNode schema = JSON.objectNode();
      for (int i = seed % 3; i >= 0; i--) {
        schema.set(KEYWORDS.get(random.nextInt(KEYWORDS.size())), any(4));
      }
      held += isHeld(schema, seed) ? 1 : 0;
    }
    assertThat(held).isBetween(20, 1480);
  }

  @Test
  void damagedSchemasAreHeldOrRefused() {
    int held = 0;
    for (int seed = 0; seed < 400; seed++) {
      JsonNode schema = SchemaWriter.write(seed);
      damage(schema);
      damage(schema);
      held += isHeld(schema, seed) ? 1 : 0;
    }
    assertThat(held).isBetween(20, 380);
  }

  @Test
  void anyTextAsAPatternIsHeldOrRefused() {
    String letters = "ab01\\()[]{}*+?|^$.,-:<>=!pPuxdDsSwWbBk\"é\n😀";
    int[] points = letters.codePoints().toArray();
    int held = 0;
    for (int seed = 0; seed < 4000; seed++) {
      StringBuilder pattern = new StringBuilder();
      for (int i = random.nextInt(14); i > 0; i--) {
        pattern.appendCodePoint(points[random.nextInt(points.length)]);
      }
      try {
        Constraint constraint =
            Constraint.compile(new OutputFormat.Regex(pattern.toString()), ANSWERS.vocabulary())
                .orElseThrow();
        ANSWERS.write(constraint, new Random(seed));
        held++;
      } catch (ChatException refusal) {
        assertThat(refusal).hasMessageStartingWith("regex: ");
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("pattern " + pattern, e);
      }
    }
    assertThat(held).isGreaterThan(200);
  }

  @Test
  void hostileSchemasAreRefusedFast() {
    assertRefused(deep(400));
    assertRefused(hugeEnum(200_000));
    assertRefused(crossedAnyOf(12));
    assertRefused(chainOfAllOf(30));
    assertRefused(manyProperties(30_000));
    assertRefused(nestedCounts());
    assertRefused("{\"pattern\":\"(x+x+)+y(a?){5000}a{5000}\"}");
    assertRefused("{\"pattern\":\"(.*a.{14}){2}\"}");
    assertRefused("{\"pattern\":\"" + "(".repeat(9000) + ")".repeat(9000) + "\"}");
    assertRefused(
        "{\"allOf\":[{\"pattern\":\"^(a{97})*$\"},{\"pattern\":\"^(a{89})*$\"},"
            + "{\"pattern\":\"^(a{83})*$\"},{\"pattern\":\"^(a{79})*$\"}],\"type\":\"string\"}");
    assertRefused(
        "{\"type\":\"integer\",\"multipleOf\":99991,\"minimum\":0,\"allOf\":"
            + "[{\"multipleOf\":99989}]}");
  }

  private static String deep(int depth) {
    return "{\"type\":\"array\",\"minItems\":1,\"items\":".repeat(depth) + "{}" + "}".repeat(depth);
  }

  private static String hugeEnum(int size) {
    StringBuilder list = new StringBuilder("{\"enum\":[0");
    for (int i = 0; i < size; i++) {
      list.append(",\"value ").append(i * 7919L % 1_000_003).append('"');
    }
    return list + "]}";
  }

  private static String crossedAnyOf(int width) {
    StringBuilder all = new StringBuilder("{\"allOf\":[{}");
    for (int i = 0; i < width; i++) {
      all.append(",{\"anyOf\":[{\"minLength\":").append(i).append("},{\"maxLength\":9},true]}");
    }
    return all + "]}";
  }

  private static String chainOfAllOf(int length) {
    StringBuilder all = new StringBuilder("{\"$defs\":{\"x\":{\"anyOf\":[true,{\"minimum\":1}]}");
    for (int i = 0; i < length; i++) {
      String last = i == 0 ? "x" : "d" + (i - 1);
      all.append(
          ",\"d%d\":{\"anyOf\":[{\"$ref\":\"#/$defs/%s\"},{\"$ref\":\"#/$defs/%s\"}]}"
              .formatted(i, last, last));
    }
    return all + "},\"$ref\":\"#/$defs/d" + (length - 1) + "\"}";
  }

  private static String manyProperties(int count) {
    StringBuilder all = new StringBuilder("{\"properties\":{\"a\":true");
    for (int i = 0; i < count; i++) {
      all.append(",\"p").append(i).append("\":{\"type\":\"string\"}");
    }
    return all + "}}";
  }

  private static String nestedCounts() {
    return "{\"type\":\"string\",\"pattern\":\"^([a-z]{1,200}-){1,200}$\"}";
  }

  private static void assertRefused(String text) {
    JsonNode schema = JsonMapper.shared().readTree(text);
    long start = System.nanoTime();
    try {
      Constraint.compile(new OutputFormat.JsonSchema(schema), ANSWERS.vocabulary());
      throw new AssertionError("accepted: " + text.substring(0, Math.min(200, text.length())));
    } catch (ChatException refusal) {
      assertThat(refusal.getMessage()).startsWith("schema: ").hasSizeLessThan(700);
    }
    assertThat((System.nanoTime() - start) / 1_000_000)
        .as("milliseconds for %s", text.substring(0, Math.min(80, text.length())))
        .isLessThan(30_000);
  }
}
