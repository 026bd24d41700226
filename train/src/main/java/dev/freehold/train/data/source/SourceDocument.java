package dev.freehold.train.data.source;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.train.TrainException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A document as its file holds it, not yet looked into.
///
/// @param line of the file, from 1
/// @param offset of its first byte in the file's content
/// @param bytes a line, or the whole of a text file
public record SourceDocument(
    SourceFormat format, String file, long line, long offset, byte[] bytes) {
  /// The text of the document.
  ///
  /// @throws TrainException that names file, line and byte where it is no UTF-8 or not in the form
  ///   that its file should have
  public String text() {
    return switch (format) {
      case SourceFormat.Text text -> decode();
      case SourceFormat.JsonLines lines -> field(lines.field());
    };
  }

  private String decode() {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      int at = in.position();
      throw new TrainException(
          "%s: line %d, byte %d of the file: 0x%02x is no UTF-8; convert the file or take the"
                  .formatted(file, line + newlines(at), offset + at, bytes[at] & 0xff)
              + " document out");
    }
    return out.flip().toString();
  }

  private long newlines(int end) {
    long count = 0;
    for (int i = 0; i < end; i++) {
      count += bytes[i] == '\n' ? 1 : 0;
    }
    return count;
  }

  private String field(String name) {
    StrictJson.Limits limits = StrictJson.Limits.DEFAULT;
    if (bytes.length > limits.maxStringLength()) {
      limits =
          new StrictJson.Limits(
              bytes.length,
              limits.maxDepth(),
              bytes.length,
              limits.maxNumberLength(),
              limits.maxNameLength());
    }
    JsonNode root;
    try {
      root = StrictJson.parse(bytes, "%s: line %d".formatted(file, line), limits);
    } catch (TensorException e) {
      decode(); // where it is no UTF-8, that is the error
      throw new TrainException("no JSON: " + e.getMessage(), e);
    }
    JsonNode value = root.isObject() ? root.get(name) : null;
    if (value == null || !value.isString()) {
      throw new TrainException(
          "%s: line %d: expected a JSON object with a text in \"%s\", found %s"
              .formatted(file, line, name, found(root, value)));
    }
    return value.stringValue();
  }

  private static String found(JsonNode root, @Nullable JsonNode value) {
    if (!root.isObject()) {
      return root.isArray() ? "an array" : "a single value";
    }
    return value == null ? "no such field" : "something else in it";
  }
}
