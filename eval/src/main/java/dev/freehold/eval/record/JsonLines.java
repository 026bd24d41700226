package dev.freehold.eval.record;

import dev.freehold.eval.EvalException;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The lines of an untrusted file, each one JSON object; empty lines do not count.
///
/// Failures: an [EvalException] that names file, line and column.
public final class JsonLines implements AutoCloseable {
  /// A line is refused beyond this.
  public static final int MOST_LINE_BYTES = 8 << 20;

  private static final long MOST_FILE_BYTES = 4L << 30;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MOST_LINE_BYTES, 64, MOST_LINE_BYTES, 128, 1 << 12);

  private final String file;
  private final InputStream in;
  private int number;
  private boolean isCut;
  private long end;
  private long wholeEnd;

  /// A line that holds an object.
  ///
  /// @param at file and line, for messages
  /// @param bytes the line as it stands there
  public record Line(String at, JsonNode object, byte[] bytes) {}

  private JsonLines(String file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /// @throws EvalException where there is no such file
  public static JsonLines open(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new EvalException(
            "%s: %s".formatted(file, Files.exists(file) ? "is no file" : "no such file"));
      }
      if (Files.size(file) > MOST_FILE_BYTES) {
        throw new EvalException(
            "%s: expected at most %,d bytes, found %,d"
                .formatted(file, MOST_FILE_BYTES, Files.size(file)));
      }
      return new JsonLines(file.toString(), new BufferedInputStream(Files.newInputStream(file)));
    } catch (IOException e) {
      throw new EvalException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  /// Lines of a stream, which [#close] closes.
  ///
  /// @param name what the stream is, for messages
  public static JsonLines of(String name, InputStream in) {
    return new JsonLines(name, new BufferedInputStream(in));
  }

  /// The next line; empty at the end.
  public Optional<Line> next() {
    while (true) {
      Optional<byte[]> bytes = nextBytes();
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      if (!isBlank(bytes.get())) {
        return Optional.of(parsed(bytes.get()));
      }
    }
  }

  /// The same; a last line without its line break is what a writer left when it was stopped, and
  /// counts as the end.
  public Optional<Line> nextWhole() {
    Optional<byte[]> bytes = nextBytes();
    while (bytes.isPresent() && !isCut && isBlank(bytes.get())) {
      wholeEnd = end;
      bytes = nextBytes();
    }
    if (bytes.isEmpty() || isCut) {
      return Optional.empty();
    }
    wholeEnd = end;
    return Optional.of(parsed(bytes.get()));
  }

  /// How many bytes the lines that [#nextWhole] gave have, line breaks included.
  public long wholeBytes() {
    return wholeEnd;
  }

  private Line parsed(byte[] bytes) {
    String at = "%s, line %d".formatted(file, number);
    try {
      JsonNode object = StrictJson.parse(bytes, at, LIMITS);
      if (!object.isObject()) {
        throw new EvalException("%s: expected a JSON object".formatted(at));
      }
      return new Line(at, object, bytes);
    } catch (TensorException wrong) {
      throw new EvalException(
          String.valueOf(wrong.getMessage()).replace(at + ": line 1, column ", at + ", column "),
          wrong);
    }
  }

  private Optional<byte[]> nextBytes() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    number++;
    try {
      int b = in.read();
      if (b < 0) {
        return Optional.empty();
      }
      for (; b >= 0 && b != '\n'; b = in.read()) {
        if (line.size() >= MOST_LINE_BYTES) {
          throw new EvalException(
              "%s, line %d: expected at most %,d bytes".formatted(file, number, MOST_LINE_BYTES));
        }
        line.write(b);
        end++;
      }
      isCut = b < 0;
      end += isCut ? 0 : 1;
      return Optional.of(line.toByteArray());
    } catch (IOException e) {
      throw new EvalException("%s: cannot be read: %s".formatted(file, e), e);
    }
  }

  private static boolean isBlank(byte[] line) {
    for (byte b : line) {
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new EvalException("%s: cannot be closed: %s".formatted(file, e), e);
    }
  }
}
