package dev.freehold.tensor;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// Writes a safetensors file: metadata strings, then the declared tensors, then their bytes in
/// order, streamed.
///
/// The header is padded with spaces to a multiple of 8 bytes. Nothing appears under the target's
/// name before [#finish]. Source: safetensors format (Hugging Face).
public final class SafetensorsWriter implements AutoCloseable {
  private static final int HEADER_ALIGNMENT = 8;

  private final PartialFile out;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Object> tensors = new LinkedHashMap<>();
  private final List<Long> ends = new ArrayList<>();
  private boolean headerWritten;
  private long written;

  public SafetensorsWriter(Path target) {
    this.out = new PartialFile(target);
  }

  public SafetensorsWriter put(String key, String value) {
    if (headerWritten || metadata.putIfAbsent(key, value) != null) {
      throw refuse("metadata " + key, "given twice, or after the first bytes");
    }
    return this;
  }

  /// Declares the next tensor; shape outermost dimension first. All tensors come before any bytes.
  public SafetensorsWriter declare(String name, Dtype dtype, long... shape) {
    if (headerWritten || tensors.containsKey(name)) {
      throw refuse("tensor " + name, "declared twice, or after the first bytes");
    }
    if (name.isEmpty() || name.equals(SafetensorsHeader.METADATA)) {
      throw refuse("tensor \"" + name + "\"", "no name for a tensor");
    }
    String type =
        SafetensorsHeader.dtypeName(dtype)
            .orElseThrow(() -> refuse("tensor " + name, dtype + " does not exist in safetensors"));
    long begin = ends.isEmpty() ? 0 : ends.getLast();
    long end;
    try {
      long elements = 1;
      for (long dimension : shape) {
        elements = Math.multiplyExact(elements, dimension);
      }
      end = Math.addExact(begin, dtype.byteSize(elements));
    } catch (ArithmeticException e) {
      throw refuse("tensor " + name, Arrays.toString(shape) + " is too large");
    }
    if (Arrays.stream(shape).anyMatch(dimension -> dimension < 0)) {
      throw refuse("tensor " + name, Arrays.toString(shape) + " has a negative dimension");
    }
    ends.add(end);
    Map<String, Object> entry = new LinkedHashMap<>(); // in one order, for the same bytes always
    entry.put("dtype", type);
    entry.put("shape", shape);
    entry.put("data_offsets", List.of(begin, end));
    tensors.put(name, entry);
    return this;
  }

  /// Appends bytes of the tensors in the order of their declaration.
  public void write(MemorySegment bytes) {
    writeHeader();
    long end = ends.isEmpty() ? 0 : ends.getLast();
    if (bytes.byteSize() > end - written) {
      throw refuse("data", "more bytes than the declared tensors take, " + end);
    }
    out.write(bytes);
    written += bytes.byteSize();
  }

  /// Makes the file durable and gives it its name.
  public void finish() {
    writeHeader();
    long end = ends.isEmpty() ? 0 : ends.getLast();
    if (written != end) {
      throw refuse("data", "%d of %d bytes were written".formatted(written, end));
    }
    out.finish();
  }

  private void writeHeader() {
    if (headerWritten) {
      return;
    }
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put(SafetensorsHeader.METADATA, metadata);
    }
    header.putAll(tensors);
    byte[] json = JsonMapper.shared().writeValueAsBytes(header);
    int padding = Math.floorMod(-json.length, HEADER_ALIGNMENT);
    StringBuilder spaces = new StringBuilder().repeat(' ', padding);
    out.write(littleEndian(json.length + padding));
    out.write(json);
    out.write(spaces.toString().getBytes(StandardCharsets.US_ASCII));
    headerWritten = true;
  }

  private static byte[] littleEndian(long value) {
    byte[] bytes = new byte[SafetensorsHeader.LENGTH_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (value >>> (8 * i));
    }
    return bytes;
  }

  private TensorException refuse(String field, String what) {
    return new TensorException("%s: %s: %s".formatted(out.target(), field, what));
  }

  /// Removes what was written unless the file was finished.
  @Override
  public void close() {
    out.close();
  }
}
