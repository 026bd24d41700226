package dev.freehold.text;

import dev.freehold.tensor.JsonStream;
import dev.freehold.tensor.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The contents of a `tokenizer.json`, read in one pass; its large parts in compact form.
///
/// Failures: a [TextException] that names the field for lists beyond the limits, a
/// [dev.freehold.tensor.TensorException] for what is no strict JSON.
final class TokenizerJson {
  private static final int MAX_ADDED = 1 << 16;
  private static final int MAX_VOCABULARY = 1 << 21;
  private static final int MAX_MERGES = 1 << 22;
  private static final int MAX_SMALL_VALUES = 1 << 20;

  private final String source;
  private final Map<String, Object> parts = new LinkedHashMap<>();
  private final Map<String, Object> model = new LinkedHashMap<>();
  private final List<Map<String, Object>> added = new ArrayList<>();
  private final List<String> tokens = new ArrayList<>();
  private final List<Double> numbers = new ArrayList<>();
  private final List<String> merges = new ArrayList<>();
  private boolean mergesAreLines;
  private boolean hasModel;
  private int smallValues;

  private TokenizerJson(String source) {
    this.source = source;
  }

  static TokenizerJson read(Path file) {
    TokenizerJson json = new TokenizerJson(file.getFileName().toString());
    return JsonStream.read(file, StrictJson.Limits.DEFAULT, json::filled);
  }

  static TokenizerJson read(byte[] bytes, String source) {
    TokenizerJson json = new TokenizerJson(source);
    return JsonStream.read(bytes, source, StrictJson.Limits.DEFAULT, json::filled);
  }

  private TokenizerJson filled(JsonParser parser) {
    readRoot(parser);
    if (!hasModel) {
      throw error("model", "missing; this is no tokenizer.json of the tokenizers library");
    }
    return this;
  }

  TextException error(String field, String what) {
    return new TextException("%s: %s: %s".formatted(source, field, what));
  }

  /// A part other than model and added tokens; empty if it is missing or null.
  Fields part(String name) {
    return Fields.of(source, name, parts.get(name));
  }

  void requireVersion(String version) {
    if (!version.equals(parts.getOrDefault("version", version))) {
      throw error(
          "version", "expected \"%s\", found \"%s\"".formatted(version, parts.get("version")));
    }
  }

  /// The options of the model, without vocabulary and merges.
  Fields model() {
    return new Fields(source, "model", model);
  }

  List<Fields> added() {
    List<Fields> list = new ArrayList<>();
    for (int i = 0; i < added.size(); i++) {
      list.add(new Fields(source, "added_tokens[" + i + "]", added.get(i)));
    }
    return list;
  }

  /// The texts of the vocabulary in the order of the file.
  List<String> tokens() {
    return tokens;
  }

  /// The id or score that stands beside text number `i`.
  double number(int i) {
    return numbers.get(i);
  }

  /// Merges: pairs of texts one after another, or lines (see [#mergesAreLines]).
  List<String> merges() {
    return merges;
  }

  boolean mergesAreLines() {
    return mergesAreLines;
  }

  private void readRoot(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw error("(root)", "expected an object");
    }
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "added_tokens" -> readAdded(parser);
        case "model" -> readModel(parser);
        default -> {
          Object value = readSmall(parser);
          if (value != null) {
            parts.put(name, value);
          }
        }
      }
    }
  }

  private void readAdded(JsonParser parser) {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    requireStart(parser, JsonToken.START_ARRAY, "added_tokens", "an array");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (added.size() >= MAX_ADDED) {
        throw error("added_tokens", "more than %d entries".formatted(MAX_ADDED));
      }
      requireStart(
          parser, JsonToken.START_OBJECT, "added_tokens[" + added.size() + "]", "an object");
      added.add(readObject(parser));
    }
  }

  private void readModel(JsonParser parser) {
    requireStart(parser, JsonToken.START_OBJECT, "model", "an object");
    hasModel = true;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken start = parser.nextToken();
      if (name.equals("vocab") && start == JsonToken.START_OBJECT) {
        readVocabulary(parser);
      } else if (name.equals("vocab") && start == JsonToken.START_ARRAY) {
        readScores(parser);
      } else if (name.equals("merges") && start == JsonToken.START_ARRAY) {
        readMerges(parser);
      } else {
        Object value = readSmall(parser);
        if (value != null) {
          model.put(name, value);
        }
      }
    }
  }

  private void addToken(String text, JsonParser parser, boolean whole) {
    if (tokens.size() >= MAX_VOCABULARY) {
      throw error("model.vocab", "more than %d tokens".formatted(MAX_VOCABULARY));
    }
    boolean number =
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT
            || (!whole && parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT);
    if (!number) {
      throw error("model.vocab[\"" + text + "\"]", whole ? "expected an id" : "expected a score");
    }
    tokens.add(text);
    numbers.add(parser.getDoubleValue());
  }

  private void readVocabulary(JsonParser parser) {
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String text = parser.currentName();
      parser.nextToken();
      addToken(text, parser, true);
    }
  }

  private void readScores(JsonParser parser) {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String field = "model.vocab[" + tokens.size() + "]";
      requireStart(parser, JsonToken.START_ARRAY, field, "a pair of text and score");
      requireStart(parser.nextToken(), JsonToken.VALUE_STRING, field, "a text");
      String text = parser.getString();
      parser.nextToken();
      addToken(text, parser, false);
      requireStart(parser.nextToken(), JsonToken.END_ARRAY, field, "a pair of text and score");
    }
  }

  private void readMerges(JsonParser parser) {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int index = mergesAreLines ? merges.size() : merges.size() / 2;
      String field = "model.merges[" + index + "]";
      if (index >= MAX_MERGES) {
        throw error("model.merges", "more than %d merges".formatted(MAX_MERGES));
      }
      boolean line = parser.currentToken() == JsonToken.VALUE_STRING;
      if (index == 0) {
        mergesAreLines = line;
      }
      if (line != mergesAreLines) {
        throw error(field, "merges are lines or pairs, not both");
      }
      if (line) {
        merges.add(parser.getString());
        continue;
      }
      requireStart(parser, JsonToken.START_ARRAY, field, "a pair of texts");
      for (int i = 0; i < 2; i++) {
        requireStart(parser.nextToken(), JsonToken.VALUE_STRING, field, "a pair of texts");
        merges.add(parser.getString());
      }
      requireStart(parser.nextToken(), JsonToken.END_ARRAY, field, "a pair of texts");
    }
  }

  private void requireStart(JsonParser parser, JsonToken token, String field, String what) {
    requireStart(parser.currentToken(), token, field, what);
  }

  private void requireStart(@Nullable JsonToken found, JsonToken token, String field, String what) {
    if (found != token) {
      throw error(field, "expected %s, found %s".formatted(what, found));
    }
  }

  private Map<String, Object> readObject(JsonParser parser) {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Object value = readSmall(parser);
      if (value != null) {
        map.put(name, value);
      }
    }
    return map;
  }

  /// A value as map, list, string, double or boolean; null for null.
  private @Nullable Object readSmall(JsonParser parser) {
    if (++smallValues > MAX_SMALL_VALUES) {
      throw error(
          "(all)", "more than %d values besides the vocabulary".formatted(MAX_SMALL_VALUES));
    }
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw error("(all)", "ends within a value");
    }
    return switch (token) {
      case START_OBJECT -> readObject(parser);
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          Object value = readSmall(parser);
          list.add(value == null ? Map.of() : value);
        }
        yield list;
      }
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }
}
