package dev.freehold.engine.constraint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Turns JSON Schemas into shapes.
///
/// What is written is always valid, but not everything valid is written: where a schema leaves the
/// type open and speaks of properties, objects are written; properties come in their order, named
/// ones before others; others only where the schema asks for them or names none.
final class SchemaCompiler {
  private final JsonLeaves leaves;
  private final Meter meter;
  private final ByteScope scope;
  private final TextLeaves texts;
  private final Shape.Slot any;

  // by the pointers of what has to hold
  private final Map<String, Shape.Slot> slots = new LinkedHashMap<>();
  private final Queue<Runnable> open = new ArrayDeque<>();
  private Optional<Alternatives> alternatives = Optional.empty();

  SchemaCompiler(TokenVocabulary vocabulary, Meter meter) {
    this.leaves = vocabulary.leaves();
    this.meter = meter;
    this.scope = new ByteScope(vocabulary.spellable(), meter);
    this.texts = new TextLeaves(leaves, scope);
    this.any = anyValue();
  }

  private Shape.Slot anyValue() {
    Shape.Slot slot = new Shape.Slot("");
    slot.fill(
        new Shape.Union(
            List.of(
                anyObject(slot),
                new Shape.Items(List.of(), Optional.of(slot), 0, Integer.MAX_VALUE),
                new Shape.Text(leaves.string()),
                new Shape.Text(leaves.number()),
                new Shape.Text(leaves.word()))));
    slot.settle();
    return slot;
  }

  private Shape anyObject(Shape value) {
    return new Shape.Members(
        List.of(), List.of(new Shape.Extra(leaves.key(), value)), 0, Integer.MAX_VALUE);
  }

  /// Any JSON object.
  Shape anyObject() {
    Shape object = anyObject(any);
    object.settle();
    return object;
  }

  /// The values that are valid under a schema.
  Shape compile(JsonNode schema) {
    alternatives = Optional.of(new Alternatives(new SchemaReferences(schema, meter), meter));
    Shape.Slot root = slot(List.of(new Located(schema, "")));
    while (!open.isEmpty()) {
      open.remove().run();
    }
    boolean changes = true;
    while (changes) {
      changes = false;
      for (Shape.Slot slot : slots.values()) {
        meter.work(4);
        changes |= slot.settle();
      }
    }
    if (root.least() >= Shape.NEVER) {
      throw meter.refusal(Unsatisfiable.place(root), "no value satisfies this part of the schema");
    }
    if (root.least() > meter.budget().depth()) {
      throw meter.refusal(
          "",
          "values nest at least %d levels deep; at most %d are written"
              .formatted(root.least(), meter.budget().depth()));
    }
    return root;
  }

  JsonLeaves leaves() {
    return leaves;
  }

  ByteScope scope() {
    return scope;
  }

  TextLeaves texts() {
    return texts;
  }

  Shape any() {
    return any;
  }

  /// The shape of values for which all these schemas hold; it may be filled later.
  Shape.Slot slot(List<Located> schemas) {
    if (schemas.isEmpty()) {
      return any;
    }
    TreeSet<String> pointers = new TreeSet<>();
    schemas.forEach(s -> pointers.add(s.pointer()));
    String key = String.join("\n", pointers);
    Shape.Slot known = slots.get(key);
    if (known == null) {
      meter.shape();
      meter.work(key.length() / 8);
      Shape.Slot slot = new Shape.Slot(schemas.getFirst().pointer());
      slots.put(key, slot);
      open.add(() -> slot.fill(shape(schemas)));
      known = slot;
    }
    return known;
  }

  /// What the ways to satisfy these schemas say, one by one.
  List<Facts> facts(List<Located> schemas) {
    List<Facts> all = new ArrayList<>();
    for (Alternative way : ways(schemas)) {
      all.add(new Facts(way, schemas.size() == 1, meter));
    }
    return all;
  }

  private List<Alternative> ways(List<Located> schemas) {
    return alternatives.orElseThrow().of(schemas);
  }

  private Shape shape(List<Located> schemas) {
    List<Alternative> ways = ways(schemas);
    List<Facts> facts = new ArrayList<>();
    for (Alternative way : ways) {
      facts.add(new Facts(way, schemas.size() == 1, meter));
    }
    checkExclusive(ways, facts);
    List<Shape> parts = new ArrayList<>();
    Map<String, JsonNode> scalars = new LinkedHashMap<>();
    for (Facts one : facts) {
      meter.at(one.parts().isEmpty() ? "" : one.parts().getFirst().pointer());
      parts.addAll(new ValueShapes(this, one).shapes(scalars));
    }
    literals(scalars).ifPresent(leaf -> parts.add(0, new Shape.Text(leaf)));
    return new Shape.Union(parts);
  }

  /// Exactly these values, none of them an array or object; empty where none can be spelled.
  Optional<Dfa> literals(Map<String, JsonNode> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    List<byte[]> spelled = new ArrayList<>();
    for (JsonNode value : values.values()) {
      spelled.add(
          JsonLeaves.utf8(
              value.isString()
                  ? "\"" + Spelling.JSON.spell(value.stringValue()) + "\""
                  : value.toString()));
    }
    return Leaves.anyOf(spelled, scope);
  }

  /// Holds the ways that chose differently in a `oneOf` against each other: what one writes must
  /// not be valid the other way.
  private void checkExclusive(List<Alternative> ways, List<Facts> facts) {
    Exclusion exclusion = new Exclusion(this);
    for (int i = 0; i < ways.size(); i++) {
      for (int j = i + 1; j < ways.size(); j++) {
        meter.work(2);
        Optional<String> oneOf = ways.get(i).difference(ways.get(j));
        if (oneOf.isPresent()
            && !(exclusion.excludes(facts.get(i), facts.get(j))
                && exclusion.excludes(facts.get(j), facts.get(i)))) {
          throw meter.refusal(
              oneOf.get(),
              ("schemas %d and %d may hold at once; use anyOf, or tell them apart by type or by a"
                      + " required property with const")
                  .formatted(
                      ways.get(i).picks().get(oneOf.get()), ways.get(j).picks().get(oneOf.get())));
        }
      }
    }
  }
}
