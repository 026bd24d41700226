package dev.freehold.engine.constraint;

import dev.freehold.engine.constraint.Facts.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Makes the shapes of the values that one list of facts allows.
final class ValueShapes {
  /// Different values that an array of unlike items may choose among.
  private static final int MAX_DISTINCT = 64;

  private final SchemaCompiler compiler;
  private final Facts facts;
  private final Meter meter;

  ValueShapes(SchemaCompiler compiler, Facts facts) {
    this.compiler = compiler;
    this.facts = facts;
    this.meter = compiler.scope().meter();
  }

  /// The shapes of all values but those that go to `scalars`: listed ones that are no objects or
  /// arrays.
  List<Shape> shapes(Map<String, JsonNode> scalars) {
    if (facts.isFree()) {
      return List.of(compiler.any());
    }
    List<Shape> shapes = new ArrayList<>();
    if (facts.values().isPresent()) {
      for (Map.Entry<String, JsonNode> value : allowedValues().entrySet()) {
        if (value.getValue().isContainer()) {
          shapes.add(constant(value.getValue()));
        } else {
          scalars.put(value.getKey(), value.getValue());
        }
      }
      return shapes;
    }
    Set<Type> types = facts.writtenTypes();
    if (types.contains(Type.OBJECT)) {
      shapes.add(new MemberShapes(compiler, facts).object());
    }
    if (types.contains(Type.ARRAY)) {
      array().ifPresent(shapes::add);
    }
    if (types.contains(Type.STRING)) {
      compiler.texts().strings(facts).ifPresent(leaf -> shapes.add(new Shape.Text(leaf)));
    }
    if (types.contains(Type.INTEGER)) {
      compiler
          .texts()
          .numbers(facts, !types.contains(Type.NUMBER))
          .ifPresent(leaf -> shapes.add(new Shape.Text(leaf)));
    }
    words(types).ifPresent(leaf -> shapes.add(new Shape.Text(leaf)));
    return shapes;
  }

  private Optional<? extends Leaf> words(Set<Type> types) {
    List<byte[]> words = new ArrayList<>();
    if (types.contains(Type.BOOLEAN)) {
      words.add(JsonLeaves.utf8("true"));
      words.add(JsonLeaves.utf8("false"));
    }
    if (types.contains(Type.NULL)) {
      words.add(JsonLeaves.utf8("null"));
    }
    if (words.size() == 3) {
      return Optional.of(compiler.leaves().word());
    }
    return words.isEmpty() ? Optional.empty() : Leaves.anyOf(words, compiler.scope());
  }

  /// The listed values that the other facts allow too.
  Map<String, JsonNode> allowedValues() {
    Map<String, JsonNode> allowed = new LinkedHashMap<>();
    String place = meter.place();
    for (Map.Entry<String, JsonNode> value : facts.values().orElseThrow().entrySet()) {
      Type type = JsonValue.type(value.getValue());
      if (!facts.types().contains(type)) {
        continue;
      }
      if ((type == Type.OBJECT || type == Type.ARRAY) && facts.mentions(type)) {
        throw meter.refusal(
            place,
            "enum or const with %ss together with keywords about them is not supported"
                .formatted(type == Type.OBJECT ? "object" : "array"));
      }
      if (compiler.texts().allowsScalar(value.getValue(), facts)) {
        allowed.put(value.getKey(), value.getValue());
      }
    }
    meter.at(place);
    return allowed;
  }

  private Shape constant(JsonNode value) {
    meter.shape();
    Shape shape;
    if (value.isObject()) {
      List<Shape.Property> properties = new ArrayList<>();
      for (Map.Entry<String, JsonNode> member : value.properties()) {
        Optional<Dfa> key = MemberShapes.key(member.getKey(), compiler.scope());
        if (key.isEmpty()) {
          return new Shape.Union(List.of());
        }
        properties.add(
            new Shape.Property(member.getKey(), key.get(), constant(member.getValue()), true));
      }
      shape = new Shape.Members(properties, List.of(), 0, Integer.MAX_VALUE);
    } else if (value.isArray()) {
      List<Shape> items = new ArrayList<>();
      for (JsonNode item : value) {
        items.add(constant(item));
      }
      shape = new Shape.Items(items, Optional.empty(), items.size(), items.size());
    } else {
      return literal(value);
    }
    shape.settle();
    return shape;
  }

  private Shape literal(JsonNode value) {
    return compiler
        .literals(Map.of("", value))
        .<Shape>map(Shape.Text::new)
        .orElseGet(() -> new Shape.Union(List.of()));
  }

  private Optional<Shape> array() {
    int places = 0;
    boolean saysRest = false;
    for (Located part : facts.parts()) {
      places = Math.max(places, prefix(part).size());
      saysRest |= rest(part).isPresent();
    }
    List<Shape> first = new ArrayList<>();
    for (int i = 0; i < places; i++) {
      first.add(compiler.slot(itemSchemas(i)));
    }
    boolean isClosed =
        facts.parts().stream().anyMatch(ValueShapes::saysNothingElse)
            || (!saysRest && places > 0 && facts.minItems() <= places);
    List<Located> others = itemSchemas(Integer.MAX_VALUE);
    if (facts.uniqueItems().isPresent() && facts.maxItems() > 1) {
      return Optional.of(distinct(facts.uniqueItems().get(), places, isClosed, others));
    }
    Optional<Shape> rest = isClosed ? Optional.empty() : Optional.of(compiler.slot(others));
    return Optional.of(new Shape.Items(first, rest, facts.minItems(), facts.maxItems()));
  }

  private static boolean saysNothingElse(Located part) {
    JsonNode node = part.node().path("unevaluatedItems");
    return node.isBoolean() && !node.booleanValue();
  }

  private List<Located> itemSchemas(int index) {
    List<Located> schemas = new ArrayList<>();
    for (Located part : facts.parts()) {
      List<Located> prefix = prefix(part);
      if (index < prefix.size()) {
        schemas.add(prefix.get(index));
      } else {
        rest(part).ifPresent(schemas::add);
      }
    }
    return schemas;
  }

  /// The schemas of items by place: `prefixItems`, or a list under `items`.
  private List<Located> prefix(Located part) {
    Located list = part.at("prefixItems");
    if (!part.has("prefixItems")) {
      list = part.at("items");
      if (!list.node().isArray()) {
        return List.of();
      }
    }
    if (!list.node().isArray()) {
      throw meter.refusal(list.pointer(), "expected a list of schemas");
    }
    List<Located> schemas = new ArrayList<>();
    for (int i = 0; i < list.node().size(); i++) {
      schemas.add(list.at(i));
    }
    return schemas;
  }

  private static Optional<Located> rest(Located part) {
    String keyword = part.node().path("items").isArray() ? "additionalItems" : "items";
    return part.has(keyword) ? Optional.of(part.at(keyword)) : Optional.empty();
  }

  /// Items that all differ: what has come has to be remembered, which is done for listed values.
  private Shape distinct(String place, int places, boolean isClosed, List<Located> schemas) {
    Map<String, JsonNode> values = new LinkedHashMap<>();
    boolean isListed = places == 0 && !isClosed && !schemas.isEmpty();
    if (isListed) {
      for (Facts item : compiler.facts(schemas)) {
        if (item.values().isEmpty()) {
          isListed = false;
          break;
        }
        values.putAll(new ValueShapes(compiler, item).allowedValues());
      }
    }
    if (!isListed || values.size() > MAX_DISTINCT) {
      throw meter.refusal(
          place,
          "uniqueItems is supported for items that are one of at most %d listed values"
              .formatted(MAX_DISTINCT));
    }
    List<Shape> shapes = new ArrayList<>();
    values.values().forEach(value -> shapes.add(constant(value)));
    if (shapes.isEmpty()) {
      return new Shape.Items(
          List.of(), Optional.empty(), facts.minItems(), Math.min(facts.maxItems(), 0));
    }
    return Shape.Items.distinct(shapes, facts.minItems(), facts.maxItems());
  }
}
