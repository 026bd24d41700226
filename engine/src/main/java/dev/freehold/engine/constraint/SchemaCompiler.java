package dev.freehold.engine.constraint;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Turns JSON Schemas into shapes.
final class SchemaCompiler {
  private final TokenVocabulary vocabulary;
  private final Meter meter;

  SchemaCompiler(TokenVocabulary vocabulary, Meter meter) {
    this.vocabulary = vocabulary;
    this.meter = meter;
  }

  /// Any JSON object.
  Shape anyObject() {
    JsonLeaves leaves = vocabulary.leaves();
    Shape.Slot any = new Shape.Slot("");
    Shape object =
        new Shape.Members(
            List.of(), List.of(new Shape.Extra(leaves.key(), any)), 0, Integer.MAX_VALUE);
    Shape array = new Shape.Items(List.of(), Optional.of(any), 0, Integer.MAX_VALUE);
    any.fill(
        new Shape.Union(
            List.of(
                new Shape.Text(leaves.string()),
                new Shape.Text(leaves.number()),
                new Shape.Text(leaves.word()),
                object,
                array)));
    any.settle();
    return object;
  }

  Shape compile(JsonNode schema) {
    throw meter.refusal("JSON Schema is not supported");
  }
}
