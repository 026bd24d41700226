package dev.freehold.tensor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamLocation;

/// Reads untrusted JSON token by token, for files too large for a tree; strict as [StrictJson].
///
/// Failures: a [TensorException] that names the file, line and column.
public final class JsonStream {
  private JsonStream() {}

  /// Reads a file.
  ///
  /// @param reader takes the parser before its first token, and reads one value to its end
  public static <T> T read(Path file, StrictJson.Limits limits, Function<JsonParser, T> reader) {
    String source = file.toString();
    try (InputStream bytes = Files.newInputStream(file);
        Utf8Stream checked = new Utf8Stream(bytes, source, limits.maxBytes());
        JsonParser parser = StrictJson.stream(checked, limits)) {
      long size = Files.size(file);
      if (size > limits.maxBytes()) {
        throw new TensorException(
            "%s: %d bytes exceed the limit of %d".formatted(file, size, limits.maxBytes()));
      }
      return read(parser, source, reader);
    } catch (NoSuchFileException e) {
      throw new TensorException("%s: no such file".formatted(file), e);
    } catch (IOException e) {
      throw new TensorException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  /// Reads bytes.
  ///
  /// @param source what the bytes are, for messages
  /// @param reader takes the parser before its first token, and reads one value to its end
  public static <T> T read(
      byte[] bytes, String source, StrictJson.Limits limits, Function<JsonParser, T> reader) {
    InputStream stream = new ByteArrayInputStream(bytes);
    try (Utf8Stream checked = new Utf8Stream(stream, source, limits.maxBytes());
        JsonParser parser = StrictJson.stream(checked, limits)) {
      return read(parser, source, reader);
    } catch (IOException e) {
      throw new TensorException("%s: cannot be read: %s".formatted(source, e), e);
    }
  }

  private static <T> T read(JsonParser parser, String source, Function<JsonParser, T> reader) {
    try {
      T value = reader.apply(parser);
      if (parser.nextToken() != null) {
        TokenStreamLocation at = parser.currentTokenLocation();
        throw new TensorException(
            "%s: line %d, column %d: there is more after the value"
                .formatted(source, at.getLineNr(), at.getColumnNr()));
      }
      return value;
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
      String what = String.valueOf(e.getOriginalMessage()).replaceAll("[\\p{Cntrl}]", " ");
      throw new TensorException(
          "%s: line %d, column %d: %s"
              .formatted(
                  source,
                  Math.max(1, at.getLineNr()),
                  Math.max(1, at.getColumnNr()),
                  what.length() > 300 ? what.substring(0, 300) : what),
          e);
    }
  }
}
