package dev.freehold.engine.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Takes a schema apart into the ways to satisfy it: `$ref`, `allOf`, `anyOf` and `oneOf` are
/// resolved, what is left says something about the value itself.
final class Alternatives {
  private static final int MAX_CHAIN = 64;

  private static final Set<String> UNSUPPORTED =
      Set.of("contains", "dependentSchemas", "$dynamicRef", "$recursiveRef");

  private final SchemaReferences references;
  private final Meter meter;
  private final Negations negations;

  Alternatives(SchemaReferences references, Meter meter) {
    this.references = references;
    this.meter = meter;
    this.negations = new Negations(meter);
  }

  /// The ways to satisfy several schemas at once.
  List<Alternative> of(List<Located> schemas) {
    List<Alternative> all = List.of(Alternative.NOTHING_SAID);
    for (Located schema : schemas) {
      all = product(all, of(schema, new ArrayList<>()));
    }
    return all;
  }

  /// @param chain the schemas that are being resolved for the same value
  private List<Alternative> of(Located schema, List<String> chain) {
    meter.at(schema.pointer());
    meter.work(8);
    JsonNode node = schema.node();
    if (node.isBoolean()) {
      return node.booleanValue() ? List.of(Alternative.NOTHING_SAID) : List.of();
    }
    if (!node.isObject()) {
      throw meter.refusal("expected a schema, an object or a boolean, found " + node.getNodeType());
    }
    if (chain.contains(schema.pointer())) {
      throw meter.refusal("the schema refers to itself without a property or item in between");
    }
    if (chain.size() >= MAX_CHAIN) {
      throw meter.refusal("more than %d references in a row".formatted(MAX_CHAIN));
    }
    checkKeywords(schema);
    chain.add(schema.pointer());
    List<Alternative> all = List.of(Alternative.of(schema));
    if (schema.has("$ref")) {
      all = product(all, of(references.resolve(schema), chain));
    }
    for (Located part : parts(schema, "allOf")) {
      all = product(all, of(part, chain));
    }
    if (schema.has("anyOf")) {
      List<Alternative> some = new ArrayList<>();
      for (Located part : parts(schema, "anyOf")) {
        some.addAll(of(part, chain));
        checkCount(some.size());
      }
      all = product(all, some);
    }
    if (schema.has("oneOf")) {
      all = product(all, oneOf(schema, chain));
    }
    for (List<Located> choices : negations(schema)) {
      List<Alternative> some = new ArrayList<>();
      for (Located choice : choices) {
        some.addAll(of(choice, chain));
      }
      all = product(all, some);
    }
    chain.removeLast();
    return all;
  }

  private List<List<Located>> negations(Located schema) {
    List<List<Located>> all = new ArrayList<>();
    for (String keyword : List.of("dependentRequired", "dependencies")) {
      if (schema.has(keyword)) {
        all.addAll(negations.dependentRequired(schema, keyword));
      }
    }
    if (schema.has("not")) {
      all.add(negations.not(schema));
    }
    return all;
  }

  private List<Alternative> oneOf(Located schema, List<String> chain) {
    List<Alternative> some = new ArrayList<>();
    List<Located> parts = parts(schema, "oneOf");
    for (int i = 0; i < parts.size(); i++) {
      for (Alternative one : of(parts.get(i), chain)) {
        some.add(one.picking(schema.pointerTo("oneOf"), i));
        checkCount(some.size());
      }
    }
    return some;
  }

  private List<Located> parts(Located schema, String keyword) {
    if (!schema.has(keyword)) {
      return List.of();
    }
    Located list = schema.at(keyword);
    if (!list.node().isArray() || list.node().isEmpty()) {
      throw meter.refusal(list.pointer(), "expected a list of schemas");
    }
    List<Located> parts = new ArrayList<>();
    for (int i = 0; i < list.node().size(); i++) {
      parts.add(list.at(i));
    }
    return parts;
  }

  private List<Alternative> product(List<Alternative> left, List<Alternative> right) {
    List<Alternative> all = new ArrayList<>();
    for (Alternative a : left) {
      for (Alternative b : right) {
        meter.work(4L + a.parts().size() + b.parts().size());
        a.and(b).ifPresent(all::add);
        checkCount(all.size());
      }
    }
    return all;
  }

  private void checkCount(int count) {
    if (count > meter.budget().alternatives()) {
      throw meter.refusal(
          "more than %d ways to satisfy anyOf, oneOf and allOf together"
              .formatted(meter.budget().alternatives()));
    }
  }

  private void checkKeywords(Located schema) {
    for (String keyword : schema.node().propertyNames()) {
      boolean isEmpty =
          schema.node().path(keyword).isObject() && schema.node().path(keyword).isEmpty();
      if (UNSUPPORTED.contains(keyword) && !(keyword.equals("dependentSchemas") && isEmpty)) {
        throw unsupported(schema, keyword);
      }
    }
    if (schema.has("if") && (schema.has("then") || schema.has("else"))) {
      throw unsupported(schema, "if");
    }
    if (!schema.pointer().isEmpty() && schema.node().path("$id").isString()) {
      throw unsupported(schema, "$id");
    }
  }

  private RuntimeException unsupported(Located schema, String keyword) {
    return meter.refusal(
        schema.pointerTo(keyword),
        "the keyword \"%s\" is not supported; leave it out or say it with anyOf, enum or required"
            .formatted(keyword));
  }
}
