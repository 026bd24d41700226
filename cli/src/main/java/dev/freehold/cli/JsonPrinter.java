package dev.freehold.cli;

import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/// Writes one JSON document on a line of its own, field by field; floats with the digits that
/// restore them.
final class JsonPrinter implements AutoCloseable {
  private final OutputStream out;
  private final JsonGenerator generator;

  JsonPrinter(OutputStream out) {
    this.out = out;
    this.generator =
        JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build()
            .createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
  }

  void object(Runnable fields) {
    generator.writeStartObject();
    fields.run();
    generator.writeEndObject();
  }

  void object(String name, Runnable fields) {
    generator.writeName(name);
    object(fields);
  }

  <T> void array(String name, Iterable<T> items, Consumer<T> write) {
    generator.writeName(name);
    generator.writeStartArray();
    items.forEach(write);
    generator.writeEndArray();
  }

  void array(String name, int[] items) {
    generator.writeName(name);
    generator.writeArray(items, 0, items.length);
  }

  void array(Runnable items) {
    generator.writeStartArray();
    items.run();
    generator.writeEndArray();
  }

  void array(float[] items) {
    generator.writeStartArray();
    for (float item : items) {
      generator.writeNumber(item);
    }
    generator.writeEndArray();
  }

  void name(String name) {
    generator.writeName(name);
  }

  void value(String value) {
    generator.writeString(value);
  }

  void field(String name, String value) {
    generator.writeName(name);
    generator.writeString(value);
  }

  void field(String name, long value) {
    generator.writeName(name);
    generator.writeNumber(value);
  }

  void field(String name, double value) {
    generator.writeName(name);
    generator.writeNumber(value);
  }

  void field(String name, boolean value) {
    generator.writeName(name);
    generator.writeBoolean(value);
  }

  /// A field whose value is text, a number, a boolean, a list or a map of these.
  void fact(String name, Object value) {
    generator.writeName(name);
    fact(value);
  }

  private void fact(Object value) {
    switch (value) {
      case Map<?, ?> map -> object(() -> map.forEach((key, v) -> fact(String.valueOf(key), v)));
      case List<?> list -> array(() -> list.forEach(this::fact));
      case Long number -> generator.writeNumber(number);
      case Double number -> generator.writeNumber(number);
      case Boolean flag -> generator.writeBoolean(flag);
      default -> generator.writeString(String.valueOf(value));
    }
  }

  /// Ends the line and hands everything on; the stream stays open.
  @Override
  public void close() {
    generator.close();
    try {
      out.write('\n');
    } catch (java.io.IOException failure) {
      throw new CliException("cannot write the output: " + failure.getMessage(), failure);
    }
  }
}
