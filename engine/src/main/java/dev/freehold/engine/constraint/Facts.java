package dev.freehold.engine.constraint;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What all parts of one alternative say about a value together, keyword by keyword.
final class Facts {
  /// Types of values; a number that is an integer has type [#INTEGER] only.
  enum Type {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    INTEGER,
    BOOLEAN,
    NULL
  }

  private static final Set<String> OBJECT_KEYWORDS =
      Set.of(
          "properties",
          "required",
          "additionalProperties",
          "patternProperties",
          "propertyNames",
          "minProperties",
          "maxProperties",
          "unevaluatedProperties");
  private static final Set<String> ARRAY_KEYWORDS =
      Set.of(
          "items",
          "prefixItems",
          "additionalItems",
          "minItems",
          "maxItems",
          "uniqueItems",
          "unevaluatedItems");
  private static final Set<String> STRING_KEYWORDS =
      Set.of("minLength", "maxLength", "pattern", "format");
  private static final Set<String> NUMBER_KEYWORDS =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

  private final Meter meter;
  private final List<Located> parts;
  private final boolean isWhole;
  private final Set<Type> types = EnumSet.allOf(Type.class);
  private final Set<Type> mentioned = EnumSet.noneOf(Type.class);
  private boolean isTyped;
  private Optional<Map<String, JsonNode>> values = Optional.empty();
  private int minLength;
  private int maxLength = Integer.MAX_VALUE;
  private final List<Located> patterns = new ArrayList<>();
  private final List<Located> formats = new ArrayList<>();
  private Optional<NumberLeaf.Limit> low = Optional.empty();
  private Optional<NumberLeaf.Limit> high = Optional.empty();
  private final List<BigDecimal> multiples = new ArrayList<>();
  private int minItems;
  private int maxItems = Integer.MAX_VALUE;
  private Optional<String> uniqueItems = Optional.empty();
  private int minProperties;
  private int maxProperties = Integer.MAX_VALUE;
  private final Set<String> required = new LinkedHashSet<>();

  /// @param isWhole whether the parts are one schema, with what it refers to
  Facts(Alternative alternative, boolean isWhole, Meter meter) {
    this.meter = meter;
    this.parts = alternative.all();
    this.isWhole = isWhole;
    for (int i = 0; i < parts.size(); i++) {
      meter.at(parts.get(i).pointer());
      meter.work(32);
      read(parts.get(i));
      checkUnevaluated(parts.get(i), i);
    }
  }

  private void read(Located part) {
    for (String keyword : part.node().propertyNames()) {
      mention(OBJECT_KEYWORDS, keyword, Type.OBJECT);
      mention(ARRAY_KEYWORDS, keyword, Type.ARRAY);
      mention(STRING_KEYWORDS, keyword, Type.STRING);
      mention(NUMBER_KEYWORDS, keyword, Type.NUMBER);
    }
    readType(part);
    readValues(part);
    minLength = Math.max(minLength, count(part, "minLength", 0));
    maxLength = Math.min(maxLength, count(part, "maxLength", Integer.MAX_VALUE));
    minItems = Math.max(minItems, count(part, "minItems", 0));
    maxItems = Math.min(maxItems, count(part, "maxItems", Integer.MAX_VALUE));
    minProperties = Math.max(minProperties, count(part, "minProperties", 0));
    maxProperties = Math.min(maxProperties, count(part, "maxProperties", Integer.MAX_VALUE));
    text(part, "pattern").ifPresent(patterns::add);
    text(part, "format").ifPresent(formats::add);
    readRange(part);
    if (flag(part, "uniqueItems")) {
      uniqueItems = Optional.of(part.pointerTo("uniqueItems"));
    }
    readRequired(part);
  }

  private void mention(Set<String> keywords, String keyword, Type type) {
    if (keywords.contains(keyword)) {
      mentioned.add(type);
      if (type == Type.NUMBER) {
        mentioned.add(Type.INTEGER);
      }
    }
  }

  private void readType(Located part) {
    if (!part.has("type")) {
      return;
    }
    Located type = part.at("type");
    Set<Type> said = EnumSet.noneOf(Type.class);
    if (type.node().isArray() && !type.node().isEmpty()) {
      for (int i = 0; i < type.node().size(); i++) {
        add(type.at(i), said);
      }
    } else {
      add(type, said);
    }
    if (flag(part, "nullable")) {
      said.add(Type.NULL);
    }
    types.retainAll(said);
    isTyped = true;
  }

  private void add(Located type, Set<Type> said) {
    String name = type.node().isString() ? type.node().stringValue() : "";
    switch (name) {
      case "object" -> said.add(Type.OBJECT);
      case "array" -> said.add(Type.ARRAY);
      case "string" -> said.add(Type.STRING);
      case "integer" -> said.add(Type.INTEGER);
      case "number" -> said.addAll(EnumSet.of(Type.NUMBER, Type.INTEGER));
      case "boolean" -> said.add(Type.BOOLEAN);
      case "null" -> said.add(Type.NULL);
      default ->
          throw meter.refusal(
              type.pointer(),
              "expected object, array, string, number, integer, boolean or null, found "
                  + Meter.shown(type.node().toString()));
    }
  }

  private void readValues(Located part) {
    if (part.has("enum")) {
      Located list = part.at("enum");
      if (!list.node().isArray()) {
        throw meter.refusal(list.pointer(), "expected a list of values");
      }
      Map<String, JsonNode> said = new LinkedHashMap<>();
      for (JsonNode value : list.node()) {
        said.putIfAbsent(JsonValue.key(value, meter), value);
      }
      retain(said);
    }
    if (part.has("const")) {
      JsonNode value = part.node().path("const");
      retain(Map.of(JsonValue.key(value, meter), value));
    }
  }

  private void retain(Map<String, JsonNode> said) {
    if (values.isPresent()) {
      Map<String, JsonNode> both = new LinkedHashMap<>(values.get());
      both.keySet().retainAll(said.keySet());
      values = Optional.of(both);
    } else {
      values = Optional.of(said);
    }
  }

  private int count(Located part, String keyword, int otherwise) {
    if (!part.has(keyword)) {
      return otherwise;
    }
    BigDecimal value = number(part, keyword);
    boolean isCount =
        value.signum() >= 0
            && (value.signum() == 0 || value.stripTrailingZeros().scale() <= 0)
            && value.precision() - (long) value.scale() < 100;
    if (!isCount) {
      throw meter.refusal(part.pointerTo(keyword), "expected a whole number from 0 on");
    }
    return value.min(BigDecimal.valueOf(Integer.MAX_VALUE)).intValue();
  }

  private BigDecimal number(Located part, String keyword) {
    JsonNode node = part.node().path(keyword);
    Optional<BigDecimal> value = JsonValue.number(node);
    if (value.isEmpty()) {
      throw meter.refusal(part.pointerTo(keyword), "expected a number");
    }
    return value.get();
  }

  private Optional<Located> text(Located part, String keyword) {
    if (!part.has(keyword)) {
      return Optional.empty();
    }
    if (!part.node().path(keyword).isString()) {
      throw meter.refusal(part.pointerTo(keyword), "expected a text");
    }
    return Optional.of(part.at(keyword));
  }

  private boolean flag(Located part, String keyword) {
    if (!part.has(keyword)) {
      return false;
    }
    if (!part.node().path(keyword).isBoolean()) {
      throw meter.refusal(part.pointerTo(keyword), "expected true or false");
    }
    return part.node().path(keyword).booleanValue();
  }

  private void readRange(Located part) {
    boolean oldLow = part.node().path("exclusiveMinimum").isBoolean();
    boolean oldHigh = part.node().path("exclusiveMaximum").isBoolean();
    if (part.has("minimum")) {
      limitLow(part, "minimum", oldLow && flag(part, "exclusiveMinimum"));
    }
    if (part.has("exclusiveMinimum") && !oldLow) {
      limitLow(part, "exclusiveMinimum", true);
    }
    if (part.has("maximum")) {
      limitHigh(part, "maximum", oldHigh && flag(part, "exclusiveMaximum"));
    }
    if (part.has("exclusiveMaximum") && !oldHigh) {
      limitHigh(part, "exclusiveMaximum", true);
    }
    if (part.has("multipleOf")) {
      BigDecimal multiple = number(part, "multipleOf");
      meter.at(part.pointerTo("multipleOf"));
      NumberLeaf.divisor(List.of(multiple), meter);
      meter.at(part.pointer());
      multiples.add(multiple);
    }
  }

  private NumberLeaf.Limit limit(Located part, String keyword, boolean isExclusive) {
    meter.at(part.pointerTo(keyword));
    BigDecimal value = number(part, keyword);
    NumberLeaf.checkDigits(value, meter);
    meter.at(part.pointer());
    return new NumberLeaf.Limit(value, isExclusive);
  }

  private void limitLow(Located part, String keyword, boolean isExclusive) {
    NumberLeaf.Limit said = limit(part, keyword, isExclusive);
    int order = low.map(l -> said.value().compareTo(l.value())).orElse(1);
    if (order > 0 || (order == 0 && isExclusive)) {
      low = Optional.of(said);
    }
  }

  private void limitHigh(Located part, String keyword, boolean isExclusive) {
    NumberLeaf.Limit said = limit(part, keyword, isExclusive);
    int order = high.map(l -> said.value().compareTo(l.value())).orElse(-1);
    if (order < 0 || (order == 0 && isExclusive)) {
      high = Optional.of(said);
    }
  }

  private void readRequired(Located part) {
    if (!part.has("required") || part.node().path("required").isBoolean()) {
      return;
    }
    Located list = part.at("required");
    if (!list.node().isArray()) {
      throw meter.refusal(list.pointer(), "expected a list of names");
    }
    for (JsonNode name : list.node()) {
      if (!name.isString()) {
        throw meter.refusal(list.pointer(), "expected a list of names");
      }
      required.add(JsonValue.whole(name.stringValue(), meter));
    }
  }

  /// `unevaluated...` sees what all parts of one schema say, so it can only be read at its top.
  private void checkUnevaluated(Located part, int index) {
    for (String keyword : List.of("unevaluatedProperties", "unevaluatedItems")) {
      JsonNode node = part.node().path(keyword);
      boolean isTrue = node.isBoolean() && node.booleanValue();
      if (part.has(keyword) && !isTrue && !(node.isBoolean() && index == 0 && isWhole)) {
        throw meter.refusal(
            part.pointerTo(keyword),
            "\"%s\" is supported as true or false, and not inside allOf, anyOf and oneOf"
                .formatted(keyword));
      }
    }
  }

  List<Located> parts() {
    return parts;
  }

  /// The types that valid values may have.
  Set<Type> types() {
    return types;
  }

  /// The types that are written: those that are said, or those that keywords speak of, or all.
  Set<Type> writtenTypes() {
    if (isTyped || mentioned.isEmpty()) {
      return types;
    }
    return mentioned;
  }

  /// Whether nothing is said at all.
  boolean isFree() {
    return !isTyped && mentioned.isEmpty() && values.isEmpty();
  }

  boolean mentions(Type type) {
    return mentioned.contains(type);
  }

  /// The only values, by what makes them equal; empty where there is no list.
  Optional<Map<String, JsonNode>> values() {
    return values;
  }

  int minLength() {
    return minLength;
  }

  int maxLength() {
    return maxLength;
  }

  List<Located> patterns() {
    return patterns;
  }

  List<Located> formats() {
    return formats;
  }

  Optional<NumberLeaf.Limit> low() {
    return low;
  }

  Optional<NumberLeaf.Limit> high() {
    return high;
  }

  List<BigDecimal> multiples() {
    return multiples;
  }

  int minItems() {
    return minItems;
  }

  int maxItems() {
    return maxItems;
  }

  /// Where items are said to differ.
  Optional<String> uniqueItems() {
    return uniqueItems;
  }

  int minProperties() {
    return minProperties;
  }

  int maxProperties() {
    return maxProperties;
  }

  Set<String> required() {
    return required;
  }
}
