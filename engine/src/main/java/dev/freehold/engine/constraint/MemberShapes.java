package dev.freehold.engine.constraint;

import dev.freehold.engine.constraint.PatternCompiler.Reading;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Makes the shape of the objects that one list of facts allows.
final class MemberShapes {
  private final SchemaCompiler compiler;
  private final Facts facts;
  private final Meter meter;

  MemberShapes(SchemaCompiler compiler, Facts facts) {
    this.compiler = compiler;
    this.facts = facts;
    this.meter = compiler.scope().meter();
  }

  /// A property's name as it stands in front of its value.
  static Optional<Dfa> key(String name, ByteScope scope) {
    String spelled = "\"" + Spelling.JSON.spell(name) + "\":";
    return Leaves.anyOf(List.of(JsonLeaves.utf8(spelled), JsonLeaves.utf8(spelled + " ")), scope);
  }

  /// The names that the facts speak of: properties in their order, then required ones.
  Set<String> names() {
    Set<String> plain = new LinkedHashSet<>();
    for (Located part : facts.parts()) {
      members(part, "properties");
      part.node()
          .path("properties")
          .propertyNames()
          .forEach(name -> plain.add(JsonValue.whole(name, meter)));
    }
    plain.addAll(facts.required());
    return plain;
  }

  private List<Located> members(Located part, String keyword) {
    if (!part.has(keyword)) {
      return List.of();
    }
    Located object = part.at(keyword);
    if (!object.node().isObject()) {
      throw meter.refusal(object.pointer(), "expected an object of schemas");
    }
    List<Located> members = new ArrayList<>();
    for (String name : object.node().propertyNames()) {
      meter.work(4);
      members.add(object.at(name));
    }
    return members;
  }

  /// The schemas under `patternProperties`, each with its pattern.
  private record Patterned(Located pattern, Located schema) {}

  private List<Patterned> patterned(Located part) {
    members(part, "patternProperties");
    List<Patterned> all = new ArrayList<>();
    JsonNode object = part.node().path("patternProperties");
    for (String pattern : object.propertyNames()) {
      Located schema = part.at("patternProperties").at(pattern);
      JsonNode text = JsonNodeFactory.instance.stringNode(pattern);
      all.add(new Patterned(new Located(text, schema.pointer()), schema));
    }
    return all;
  }

  /// Whatever the parts say about the value of a property.
  List<Located> schemas(String name) {
    List<Located> schemas = new ArrayList<>();
    for (Located part : facts.parts()) {
      boolean isNamed = part.node().path("properties").has(name);
      boolean surelyFound = false;
      if (isNamed) {
        schemas.add(part.at("properties").at(name));
      }
      for (Patterned one : patterned(part)) {
        if (compiler.texts().finds(one.pattern(), name, Reading.WIDE)) {
          schemas.add(one.schema());
          surelyFound |= compiler.texts().finds(one.pattern(), name, Reading.NARROW);
        }
      }
      if (!isNamed && !surelyFound && part.has("additionalProperties")) {
        schemas.add(part.at("additionalProperties"));
      }
    }
    return schemas;
  }

  /// Whether names are written that the facts do not speak of.
  boolean isOpen() {
    boolean saysAny = false;
    boolean namesAny = false;
    for (Located part : facts.parts()) {
      if (isFalse(part, "additionalProperties") || isFalse(part, "unevaluatedProperties")) {
        return false;
      }
      saysAny |= part.has("additionalProperties") || part.has("unevaluatedProperties");
      namesAny |=
          !part.node().path("properties").isEmpty()
              || !part.node().path("patternProperties").isEmpty();
    }
    return saysAny || !namesAny;
  }

  private static boolean isFalse(Located part, String keyword) {
    JsonNode node = part.node().path(keyword);
    return node.isBoolean() && !node.booleanValue();
  }

  Shape object() {
    ByteScope scope = compiler.scope();
    List<Shape.Property> properties = new ArrayList<>();
    Optional<Leaf> wanted = propertyNames();
    Set<String> names = names();
    for (String name : names) {
      meter.work(16);
      boolean isRequired = facts.required().contains(name);
      Optional<Dfa> key = key(name, scope);
      boolean isWanted =
          wanted.map(leaf -> takes(leaf, "\"" + Spelling.JSON.spell(name) + "\"")).orElse(true);
      if (key.isPresent() && isWanted) {
        Shape value = compiler.slot(schemas(name));
        properties.add(new Shape.Property(name, key.get(), value, isRequired));
      } else if (isRequired) {
        return new Shape.Union(List.of());
      }
    }
    return new Shape.Members(
        properties, extras(names, wanted), facts.minProperties(), facts.maxProperties());
  }

  private static boolean takes(Leaf leaf, String text) {
    int state = 0;
    for (byte b : JsonLeaves.utf8(text)) {
      state = leaf.step(state, b & 0xff);
      if (state < 0) {
        return false;
      }
    }
    return leaf.accepts(state);
  }

  /// The names that `propertyNames` allows; empty where it says nothing.
  private Optional<Leaf> propertyNames() {
    List<Located> schemas = new ArrayList<>();
    for (Located part : facts.parts()) {
      if (part.has("propertyNames")) {
        schemas.add(part.at("propertyNames"));
      }
    }
    if (schemas.isEmpty()) {
      return Optional.empty();
    }
    List<Facts> ways = compiler.facts(schemas);
    if (ways.size() != 1) {
      throw meter.refusal(
          schemas.getFirst().pointer(), "propertyNames with anyOf or oneOf is not supported");
    }
    Facts way = ways.getFirst();
    if (way.values().isPresent()) {
      Map<String, JsonNode> values =
          new LinkedHashMap<>(new ValueShapes(compiler, way).allowedValues());
      values.values().removeIf(value -> !value.isString());
      Optional<Dfa> listed = compiler.literals(values);
      return Optional.of(listed.orElseThrow(() -> noNames(schemas.getFirst())));
    }
    if (!way.types().contains(Facts.Type.STRING)) {
      throw noNames(schemas.getFirst());
    }
    return Optional.of(
        compiler.texts().strings(way).orElseThrow(() -> noNames(schemas.getFirst())));
  }

  private RuntimeException noNames(Located where) {
    return meter.refusal(where.pointer(), "no name is allowed; use \"maxProperties\": 0");
  }

  private List<Shape.Extra> extras(Set<String> names, Optional<Leaf> wanted) {
    ByteScope scope = compiler.scope();
    List<Patterned> patterns = new ArrayList<>();
    facts.parts().forEach(part -> patterns.addAll(patterned(part)));
    if (patterns.isEmpty() && !isOpen()) {
      return List.of();
    }
    Optional<Dfa> free = Optional.of(compiler.leaves().key());
    if (wanted.isPresent()) {
      free = free.flatMap(key -> Leaves.both(key, wanted.get(), scope));
    }
    List<byte[]> taken = new ArrayList<>();
    for (String name : names) {
      taken.add(JsonLeaves.utf8("\"" + Spelling.JSON.spell(name) + "\""));
    }
    if (!taken.isEmpty()) {
      Optional<Dfa> all = Leaves.anyOf(taken, scope);
      if (all.isPresent()) {
        free = free.flatMap(key -> Leaves.without(key, all.get(), scope));
      }
    }
    List<Shape.Extra> extras = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Patterned one : patterns) {
      if (seen.add(one.pattern().node().stringValue())) {
        patternedKey(one, patterns, free)
            .ifPresent(key -> extras.add(new Shape.Extra(key, patternedValue(one))));
      }
    }
    if (isOpen()) {
      Optional<Dfa> rest = free;
      for (Patterned other : patterns) {
        rest = rest.flatMap(key -> without(key, other));
      }
      List<Located> schemas = new ArrayList<>();
      for (Located part : facts.parts()) {
        if (part.has("additionalProperties")) {
          schemas.add(part.at("additionalProperties"));
        }
      }
      rest.ifPresent(key -> extras.add(new Shape.Extra(key, compiler.slot(schemas))));
    }
    return extras;
  }

  private Optional<Dfa> without(Dfa key, Patterned other) {
    Optional<Dfa> found = compiler.texts().names(other.pattern(), Reading.WIDE);
    return found.isPresent()
        ? Leaves.without(key, found.get(), compiler.scope())
        : Optional.of(key);
  }

  /// Names that one pattern finds itself in, and no other pattern does.
  private Optional<Dfa> patternedKey(Patterned one, List<Patterned> patterns, Optional<Dfa> free) {
    String text = one.pattern().node().stringValue();
    Optional<Dfa> key =
        free.flatMap(names ->
            compiler
                .texts()
                .names(one.pattern(), Reading.NARROW)
                .flatMap(found -> Leaves.both(names, found, compiler.scope())));
    for (Patterned other : patterns) {
      if (!other.pattern().node().stringValue().equals(text)) {
        key = key.flatMap(names -> without(names, other));
      }
    }
    return key;
  }

  private Shape patternedValue(Patterned one) {
    String text = one.pattern().node().stringValue();
    List<Located> schemas = new ArrayList<>();
    for (Located part : facts.parts()) {
      JsonNode object = part.node().path("patternProperties");
      if (object.has(text)) {
        schemas.add(part.at("patternProperties").at(text));
      } else if (part.has("additionalProperties")) {
        schemas.add(part.at("additionalProperties"));
      }
    }
    return compiler.slot(schemas);
  }
}
