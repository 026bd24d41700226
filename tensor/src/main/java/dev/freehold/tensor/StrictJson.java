package dev.freehold.tensor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Parses untrusted JSON within limits: UTF-8 only, no duplicate keys, no half surrogate pairs,
/// nothing after the value.
///
/// Failures: a [TensorException] that names the source, and line and column, byte or key.
public final class StrictJson {
  /// What a document may hold at most.
  ///
  /// @param maxBytes length of the document
  /// @param maxDepth nesting of arrays and objects
  /// @param maxStringLength characters of a string value
  /// @param maxNumberLength characters of a number
  /// @param maxNameLength characters of a key
  public record Limits(
      long maxBytes, int maxDepth, int maxStringLength, int maxNumberLength, int maxNameLength) {
    /// For tokenizers and other large files: 128 MiB, 64 levels.
    public static final Limits DEFAULT = new Limits(128L << 20, 64, 4 << 20, 128, 1 << 16);

    public Limits {
      if (maxBytes < 1
          || maxDepth < 1
          || maxStringLength < 1
          || maxNumberLength < 1
          || maxNameLength < 1) {
        throw new IllegalArgumentException("limits must be positive");
      }
    }

    public Limits withMaxBytes(long bytes) {
      return new Limits(bytes, maxDepth, maxStringLength, maxNumberLength, maxNameLength);
    }
  }

  private static final JsonMapper DEFAULT_MAPPER = mapper(Limits.DEFAULT);

  private StrictJson() {}

  public static JsonNode parse(Path file) {
    return parse(file, Limits.DEFAULT);
  }

  public static JsonNode parse(Path file, Limits limits) {
    try (InputStream bytes = Files.newInputStream(file)) {
      long size = Files.size(file);
      if (size > limits.maxBytes) {
        throw new TensorException(
            "%s: %d bytes exceed the limit of %d".formatted(file, size, limits.maxBytes));
      }
      return parse(bytes, file.toString(), limits);
    } catch (NoSuchFileException e) {
      throw new TensorException("%s: no such file".formatted(file), e);
    } catch (IOException e) {
      throw new TensorException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  /// @param source what the bytes are, for messages
  public static JsonNode parse(byte[] bytes, String source) {
    return parse(bytes, source, Limits.DEFAULT);
  }

  public static JsonNode parse(byte[] bytes, String source, Limits limits) {
    return parse(new ByteArrayInputStream(bytes), source, limits);
  }

  private static JsonNode parse(InputStream bytes, String source, Limits limits) {
    JsonMapper mapper = limits.equals(Limits.DEFAULT) ? DEFAULT_MAPPER : mapper(limits);
    try (Utf8Stream checked = new Utf8Stream(bytes, source, limits.maxBytes);
        JsonParser parser = mapper.createParser(checked)) {
      try {
        JsonNode node = mapper.readTree(parser);
        if (node == null || node.isMissingNode()) {
          throw failure(source, parser.currentLocation(), "no JSON value found", null);
        }
        if (parser.nextToken() != null) {
          throw failure(
              source, parser.currentTokenLocation(), "there is more after the value", null);
        }
        checkText(node, source, "");
        return node;
      } catch (JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        boolean known = at != null && at.getLineNr() > 0;
        throw failure(source, known ? at : parser.currentLocation(), reason(e), e);
      }
    } catch (IOException e) {
      throw new TensorException("%s: cannot be read: %s".formatted(source, e), e);
    }
  }

  /// Refuses what escapes can spell but UTF-8 cannot: halves of surrogate pairs.
  private static void checkText(JsonNode node, String source, String field) {
    if (node.isString() && isHalf(node.stringValue())) {
      throw half(source, field);
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        if (isHalf(member.getKey())) {
          throw half(source, field);
        }
        if (member.getValue().isContainer() || member.getValue().isString()) {
          checkText(member.getValue(), source, member.getKey());
        }
      }
    } else if (node.isArray()) {
      for (JsonNode element : node) {
        checkText(element, source, field);
      }
    }
  }

  private static TensorException half(String source, String field) {
    return new TensorException(
        "%s: %s: a string or key holds half of a surrogate pair, which is no character"
            .formatted(source, field.isEmpty() ? "the value" : Printable.text(field)));
  }

  private static boolean isHalf(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSurrogatePair(
            text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          return true;
        }
        i++;
      }
    }
    return false;
  }

  /// A parser under `limits` for readers that need no tree; its errors go through [#reason].
  static JsonParser stream(Utf8Stream bytes, Limits limits) {
    return factory(limits).createParser(ObjectReadContext.empty(), bytes);
  }

  /// What a parser's exception says, fit for a message.
  static String reason(JacksonException e) {
    String reason =
        String.valueOf(e.getOriginalMessage())
            .replaceAll(", from `[^`]*`", "")
            .replaceAll(" \\(bound as `[^`]*`\\): not allowed as per `[^`]*`", "");
    return Printable.text(reason, 300);
  }

  private static TensorException failure(
      String source, TokenStreamLocation at, String what, @Nullable Throwable cause) {
    return new TensorException(
        "%s: line %d, column %d: %s"
            .formatted(source, Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()), what),
        cause);
  }

  private static JsonMapper mapper(Limits limits) {
    return JsonMapper.builder(factory(limits)).build();
  }

  private static JsonFactory factory(Limits limits) {
    return JsonFactory.builder()
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxDocumentLength(limits.maxBytes)
                .maxNestingDepth(limits.maxDepth)
                .maxStringLength(limits.maxStringLength)
                .maxNumberLength(limits.maxNumberLength)
                .maxNameLength(limits.maxNameLength)
                .build())
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(JsonFactory.Feature.CHARSET_DETECTION)
        .build();
  }
}
