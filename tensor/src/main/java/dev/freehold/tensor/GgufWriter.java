package dev.freehold.tensor;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Writes a GGUF v3 file: metadata, then the declared tensors, then their bytes in order, streamed.
///
/// The bytes go to a file beside the target, which takes the target's name when [#finish] has made
/// it durable; without that nothing appears under the name. Source: the GGUF specification of ggml
/// (`docs/gguf.md`).
public final class GgufWriter implements AutoCloseable {
  private static final int ALIGNMENT = 32;

  private record Declared(String name, Dtype dtype, List<Long> shape, long bytes) {}

  private final PartialFile out;
  private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
  private final Set<String> keys = new HashSet<>();
  private final List<Declared> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private int next = -1;
  private long written;

  public GgufWriter(Path target) {
    this.out = new PartialFile(target);
  }

  private void key(String key, GgufType type) {
    if (key.isEmpty() || !keys.add(key)) {
      throw new TensorException("gguf metadata: key \"" + key + "\" is empty or given twice");
    }
    string(key);
    number(4, type.id());
  }

  private void number(int bytes, long value) {
    for (int i = 0; i < bytes; i++) {
      metadata.write((int) (value >>> (8 * i)));
    }
  }

  private void string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    number(8, utf8.length);
    metadata.writeBytes(utf8);
  }

  public GgufWriter put(String key, String value) {
    key(key, GgufType.STRING);
    string(value);
    return this;
  }

  /// An unsigned 32-bit integer.
  public GgufWriter put(String key, long value) {
    if (value < 0 || value > 0xffffffffL) {
      throw new TensorException("gguf metadata " + key + ": " + value + " is no uint32");
    }
    key(key, GgufType.U32);
    number(4, value);
    return this;
  }

  /// A float32.
  public GgufWriter put(String key, float value) {
    key(key, GgufType.F32);
    number(4, Float.floatToRawIntBits(value));
    return this;
  }

  public GgufWriter put(String key, boolean value) {
    key(key, GgufType.BOOL);
    number(1, value ? 1 : 0);
    return this;
  }

  public GgufWriter put(String key, List<String> values) {
    key(key, GgufType.ARRAY);
    number(4, GgufType.STRING.id());
    number(8, values.size());
    values.forEach(this::string);
    return this;
  }

  /// An array of int32.
  public GgufWriter put(String key, int[] values) {
    key(key, GgufType.ARRAY);
    number(4, GgufType.I32.id());
    number(8, values.length);
    for (int value : values) {
      number(4, value);
    }
    return this;
  }

  /// An array of float32.
  public GgufWriter put(String key, float[] values) {
    key(key, GgufType.ARRAY);
    number(4, GgufType.F32.id());
    number(8, values.length);
    for (float value : values) {
      number(4, Float.floatToRawIntBits(value));
    }
    return this;
  }

  /// Declares the next tensor; shape outermost dimension first. All tensors come before any bytes.
  public GgufWriter declare(String name, Dtype dtype, long... shape) {
    if (next >= 0) {
      throw new TensorException("gguf tensor " + name + ": declared after the first bytes");
    }
    if (dtype.ggufId() == Dtype.NO_GGUF_ID || shape.length < 1 || shape.length > 4) {
      throw new TensorException(
          "gguf tensor %s: %s with %d dimensions does not exist in GGUF"
              .formatted(name, dtype, shape.length));
    }
    if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length >= 64 || !names.add(name)) {
      throw new TensorException(
          "gguf tensor \"" + name + "\": the name is empty, too long or given twice");
    }
    if (shape[shape.length - 1] % dtype.blockLength() != 0) {
      throw new TensorException(
          "gguf tensor %s: rows of %d are no multiple of the block of %d of %s"
              .formatted(name, shape[shape.length - 1], dtype.blockLength(), dtype));
    }
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 1) {
        throw new TensorException("gguf tensor " + name + ": a dimension of " + dimension);
      }
      elements = Math.multiplyExact(elements, dimension);
    }
    List<Long> dimensions = Arrays.stream(shape).boxed().toList();
    tensors.add(new Declared(name, dtype, dimensions, dtype.byteSize(elements)));
    return this;
  }

  private void writeHeader() {
    byte[] pairs = metadata.toByteArray();
    metadata.reset();
    number(4, Gguf.MAGIC);
    number(4, 3);
    number(8, tensors.size());
    number(8, keys.size());
    metadata.writeBytes(pairs);
    long offset = 0;
    for (Declared tensor : tensors) {
      string(tensor.name);
      number(4, tensor.shape.size());
      for (long dimension : tensor.shape.reversed()) {
        number(8, dimension);
      }
      number(4, tensor.dtype.ggufId());
      number(8, offset);
      offset += padded(tensor.bytes);
    }
    number((int) (padded(metadata.size()) - metadata.size()), 0);
    out.write(metadata.toByteArray());
    next = 0;
  }

  private static long padded(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /// Appends bytes to the current tensor; when it is full, the next one is current.
  public void write(MemorySegment bytes) {
    if (next < 0) {
      writeHeader();
    }
    if (next >= tensors.size() || written + bytes.byteSize() > tensors.get(next).bytes) {
      throw new TensorException(out.target() + ": more bytes than the declared tensors take");
    }
    out.write(bytes);
    written += bytes.byteSize();
    long full = tensors.get(next).bytes;
    if (written == full) {
      out.write(new byte[(int) (padded(full) - full)]);
      written = 0;
      next++;
    }
  }

  /// Makes the file durable and gives it its name.
  public void finish() {
    if (next < 0) {
      writeHeader();
    }
    if (next != tensors.size()) {
      throw new TensorException(
          "%s: bytes of %d of %d tensors were written"
              .formatted(out.target(), next, tensors.size()));
    }
    out.finish();
  }

  /// Removes what was written unless the file was finished.
  @Override
  public void close() {
    out.close();
  }
}
