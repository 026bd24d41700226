package dev.freehold.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;

/// Reads the JSON of a safetensors header token by token, so that a hostile one costs no tree.
final class SafetensorsHeaderReader {
  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_METADATA_KEYS = 1 << 14;
  private static final int MAX_METADATA_CHARACTERS = 4 << 20;
  private static final int MAX_DIMENSIONS = 16;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(Long.MAX_VALUE, 8, MAX_METADATA_CHARACTERS, 32, 1 << 12);

  private final Path file;
  private final long length;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<TensorEntry> tensors = new ArrayList<>();
  private String tensor = "";
  private String key = "";

  /// @param length bytes of the header
  SafetensorsHeaderReader(Path file, long length) {
    this.file = file;
    this.length = length;
  }

  SafetensorsHeader read(InputStream text) {
    try (Utf8Stream checked = new Utf8Stream(text, file + ": header", length);
        JsonParser parser = StrictJson.stream(checked, LIMITS)) {
      try {
        return readMembers(parser);
      } catch (JacksonException e) {
        boolean known = e.getLocation() != null && e.getLocation().getByteOffset() >= 0;
        TokenStreamLocation at = known ? e.getLocation() : parser.currentLocation();
        throw new TensorException(
            message(Math.max(0, at.getByteOffset()), StrictJson.reason(e)), e);
      }
    } catch (IOException e) {
      throw new TensorException("%s: header cannot be read: %s".formatted(file, e), e);
    }
  }

  private SafetensorsHeader readMembers(JsonParser parser) {
    expect(parser, JsonToken.START_OBJECT, parser.nextToken());
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      readMember(parser, parser.currentName());
    }
    tensor = "";
    key = "";
    if (parser.nextToken() != null) {
      throw fail(parser, "there is more after the object");
    }
    return new SafetensorsHeader(metadata, tensors);
  }

  private void readMember(JsonParser parser, String name) {
    tensor = name;
    key = "";
    if (name.equals(SafetensorsHeader.METADATA)) {
      readMetadata(parser);
      return;
    }
    if (name.isEmpty() || TensorEntry.isUnsafeName(name)) {
      throw fail(parser, "the name is empty, or holds a control character or a path that climbs");
    }
    if (tensors.size() == MAX_TENSORS) {
      throw fail(parser, "more than %d tensors, the limit".formatted(MAX_TENSORS));
    }
    tensors.add(readTensor(parser, name));
  }

  private void readMetadata(JsonParser parser) {
    long characters = 0;
    expect(parser, JsonToken.START_OBJECT, parser.nextToken());
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      key = parser.currentName();
      expect(parser, JsonToken.VALUE_STRING, parser.nextToken());
      String value = parser.getString();
      characters += key.length() + value.length();
      if (metadata.size() == MAX_METADATA_KEYS || characters > MAX_METADATA_CHARACTERS) {
        throw fail(
            parser,
            "more than %d keys or %d characters, the limits of %s"
                .formatted(MAX_METADATA_KEYS, MAX_METADATA_CHARACTERS, SafetensorsHeader.METADATA));
      }
      metadata.put(key, value);
    }
  }

  private TensorEntry readTensor(JsonParser parser, String name) {
    Dtype dtype = null;
    List<Long> shape = null;
    List<Long> range = null;
    expect(parser, JsonToken.START_OBJECT, parser.nextToken());
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      key = parser.currentName();
      switch (key) {
        case "dtype" -> dtype = readDtype(parser);
        case "shape" -> shape = readNumbers(parser, MAX_DIMENSIONS);
        case "data_offsets" -> range = readNumbers(parser, 2);
        default -> throw fail(parser, "unknown key; expected dtype, shape and data_offsets");
      }
    }
    key = "";
    if (dtype == null || shape == null || range == null) {
      throw fail(parser, "needs dtype, shape and data_offsets");
    }
    return entry(parser, name, dtype, shape, range);
  }

  private TensorEntry entry(
      JsonParser parser, String name, Dtype dtype, List<Long> shape, List<Long> range) {
    if (range.size() != 2 || range.get(0) > range.get(1)) {
      throw fail(parser, "data_offsets: expected [begin, end], found " + range);
    }
    long bytes = range.get(1) - range.get(0);
    long needed;
    try {
      long elements = 1;
      for (long dimension : shape) {
        elements = Math.multiplyExact(elements, dimension);
      }
      needed = dtype.byteSize(elements);
    } catch (ArithmeticException e) {
      throw fail(parser, "shape: the size of %s %s overflows".formatted(dtype, shape));
    }
    if (needed != bytes) {
      throw fail(
          parser,
          "data_offsets: %s %s needs %d bytes, found %s, which is %d"
              .formatted(dtype, shape, needed, range, bytes));
    }
    long dataStart = SafetensorsHeader.LENGTH_BYTES + length;
    if (range.get(1) > Long.MAX_VALUE - dataStart) {
      throw fail(parser, "data_offsets: %s is beyond every file".formatted(range));
    }
    return new TensorEntry(name, dtype, shape, dataStart + range.get(0), bytes);
  }

  private Dtype readDtype(JsonParser parser) {
    expect(parser, JsonToken.VALUE_STRING, parser.nextToken());
    String name = parser.getString();
    return SafetensorsHeader.dtype(name)
        .orElseThrow(() ->
            fail(
                parser,
                "%s is not supported; known are %s"
                    .formatted(
                        Printable.text(name),
                        SafetensorsHeader.DTYPES.keySet().stream().sorted().toList())));
  }

  private List<Long> readNumbers(JsonParser parser, int max) {
    expect(parser, JsonToken.START_ARRAY, parser.nextToken());
    List<Long> numbers = new ArrayList<>(4);
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      expect(parser, JsonToken.VALUE_NUMBER_INT, token);
      long number = parser.getLongValue();
      if (number < 0) {
        throw fail(parser, "expected numbers of at least 0, found " + number);
      }
      if (numbers.size() == max) {
        throw fail(parser, "more than %d numbers".formatted(max));
      }
      numbers.add(number);
    }
    return numbers;
  }

  private void expect(JsonParser parser, JsonToken expected, @Nullable JsonToken found) {
    if (found != expected) {
      throw fail(
          parser,
          "expected %s, found %s"
              .formatted(label(expected), found == null ? "the end" : label(found)));
    }
  }

  private static String label(JsonToken token) {
    return token.name().toLowerCase(Locale.ROOT).replace("value_", "").replace('_', ' ');
  }

  private TensorException fail(JsonParser parser, String what) {
    return new TensorException(
        message(Math.max(0, parser.currentTokenLocation().getByteOffset()), what));
  }

  /// The field that is being read; put together only for a message.
  private String field() {
    if (tensor.isEmpty() && key.isEmpty()) {
      return "header";
    }
    String shown = Printable.text(key);
    if (tensor.equals(SafetensorsHeader.METADATA)) {
      return shown.isEmpty()
          ? SafetensorsHeader.METADATA
          : SafetensorsHeader.METADATA + "." + shown;
    }
    return "tensor " + Printable.text(tensor) + (shown.isEmpty() ? "" : " " + shown);
  }

  private String message(long offset, String what) {
    return "%s: %s at byte %d: %s"
        .formatted(file, field(), SafetensorsHeader.LENGTH_BYTES + offset, what);
  }
}
