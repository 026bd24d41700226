package dev.freehold.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Reads and checks the header of a GGUF file, version 2 or 3.
///
/// Layout, little-endian: magic `GGUF`, u32 version, u64 number of tensors, u64 number of key-value
/// pairs; per pair a string key, u32 type, value; per tensor a string name, u32 number of
/// dimensions, u64 per dimension (innermost first), u32 type, u64 offset from the data section; the
/// data section starts at the next multiple of `general.alignment`.
///
/// Stricter than ggml: limits on strings, keys and counts; names that could serve as a path are
/// refused; each tensor's offset must be the padded sum of the sizes before it and its bytes must
/// lie in the file.
///
/// Source: GGUF specification (ggml, docs/gguf.md).
final class GgufHeaderReader {
  private static final int MAX_TENSORS = 1 << 16;
  private static final int MAX_PAIRS = 1 << 16;
  private static final int MAX_TENSOR_NAME_BYTES = 63;
  private static final int MAX_DIMENSIONS = 4;
  private static final int MIN_PAIR_BYTES = 8 + 1 + 4 + 1;
  private static final int MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

  private final MappedFile file;
  private final ByteCursor cursor;

  GgufHeaderReader(MappedFile file) {
    this.file = file;
    this.cursor = new ByteCursor(file.path(), file.channel(), file.size());
  }

  GgufHeader read() {
    readMagic();
    int version = readVersion();
    cursor.field("tensor count");
    int tensorCount = readCount(MAX_TENSORS, MIN_TENSOR_BYTES);
    cursor.field("metadata count");
    int pairCount = readCount(MAX_PAIRS, MIN_PAIR_BYTES);
    GgufMetadataReader pairs = new GgufMetadataReader(cursor);
    Map<String, Object> metadata = pairs.read(pairCount);
    List<TensorEntry> tensors = readTensors(tensorCount, pairs.alignment());
    return new GgufHeader(file.path(), version, metadata, tensors);
  }

  private void readMagic() {
    cursor.field("magic");
    int magic = cursor.i32();
    if (magic != Gguf.MAGIC) {
      FileKind kind = FileKind.of(file);
      throw cursor.fail(
          "expected \"GGUF\", found %s: %s; %s"
              .formatted(Printable.magic(magic), kind.label(), kind.advice()));
    }
  }

  private int readVersion() {
    cursor.field("version");
    int version = cursor.i32();
    if (version == 2 || version == 3) {
      return version;
    }
    if ((version & 0xffff) == 0 && version != 0) {
      throw cursor.fail(
          "0x%08x, a big-endian file; only little-endian ones are read".formatted(version));
    }
    throw cursor.fail(
        "expected 2 or 3, found %s; convert the model with a current tool"
            .formatted(Integer.toUnsignedString(version)));
  }

  private int readCount(int max, int minBytesEach) {
    long count = cursor.i64();
    long fits = cursor.remaining() / minBytesEach;
    if (count < 0 || count > fits) {
      throw cursor.fail(
          "%s, but the %d bytes that remain of the file hold at most %d"
              .formatted(Long.toUnsignedString(count), cursor.remaining(), fits));
    }
    if (count > max) {
      throw cursor.fail("%d exceeds the limit of %d".formatted(count, max));
    }
    return (int) count;
  }

  /// What the header says of a tensor before the start of the data section is known.
  private record Declared(String name, Dtype dtype, List<Long> shape, long bytes, long offset) {}

  private List<TensorEntry> readTensors(int count, int alignment) {
    List<Declared> declared = new ArrayList<>(count);
    Set<String> names = HashSet.newHashSet(count);
    long[] starts = new long[count];
    for (int i = 0; i < count; i++) {
      starts[i] = cursor.position();
      declared.add(readTensor(i, names));
    }
    if (count == 0) {
      return List.of();
    }
    cursor.field("data section");
    long headerEnd = cursor.position();
    long dataStart = padded(headerEnd, alignment);
    long dataBytes = file.size() - dataStart;
    List<TensorEntry> entries = new ArrayList<>(count);
    long expected = 0;
    for (int i = 0; i < count; i++) {
      Declared tensor = declared.get(i);
      if (tensor.offset != expected) {
        throw misplaced(
            tensor,
            starts[i],
            "offset %s, expected %d (the tensors before it, padded to %d bytes)"
                .formatted(Long.toUnsignedString(tensor.offset), expected, alignment));
      }
      if (expected > dataBytes || tensor.bytes > dataBytes - expected) {
        throw misplaced(
            tensor,
            starts[i],
            "needs %d bytes at byte %s, but the file is truncated at byte %d"
                .formatted(tensor.bytes, Long.toUnsignedString(dataStart + expected), file.size()));
      }
      entries.add(
          new TensorEntry(
              tensor.name, tensor.dtype, tensor.shape, dataStart + expected, tensor.bytes));
      expected = padded(expected + tensor.bytes, alignment);
    }
    return entries;
  }

  private TensorException misplaced(Declared tensor, long start, String what) {
    return new TensorException(
        "%s: tensor %s at byte %d: %s".formatted(file.path(), tensor.name, start, what));
  }

  /// `value` rounded up; both are far below 2^62, as no file is longer.
  private static long padded(long value, int alignment) {
    return (value + alignment - 1) & -alignment;
  }

  private Declared readTensor(int index, Set<String> names) {
    cursor.field("tensor " + index + " name");
    String name = cursor.string(MAX_TENSOR_NAME_BYTES);
    checkName(name, names);
    cursor.field("tensor " + name + " dimensions");
    long rank = cursor.u32();
    if (rank < 1 || rank > MAX_DIMENSIONS) {
      throw cursor.fail("expected 1 to %d dimensions, found %d".formatted(MAX_DIMENSIONS, rank));
    }
    Long[] shape = new Long[(int) rank];
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      shape[axis] = cursor.i64();
    }
    long elements = elements(shape);
    cursor.field("tensor " + name + " type");
    int id = cursor.i32();
    Dtype dtype =
        Dtype.byGgufId(id)
            .orElseThrow(() ->
                cursor.fail(
                    "id %s is unknown or was removed from GGUF"
                        .formatted(Integer.toUnsignedString(id))));
    long bytes = byteSize(dtype, shape[shape.length - 1], elements);
    cursor.field("tensor " + name + " offset");
    return new Declared(name, dtype, Arrays.asList(shape), bytes, cursor.i64());
  }

  private void checkName(String name, Set<String> names) {
    if (name.isEmpty()) {
      throw cursor.fail("the name is empty");
    }
    if (TensorEntry.isUnsafeName(name)) {
      throw cursor.fail(
          "\"%s\" holds a control character or a path that leaves its folder"
              .formatted(Printable.text(name)));
    }
    if (!names.add(name)) {
      throw cursor.fail("\"%s\" occurs twice".formatted(name));
    }
  }

  private long elements(Long[] shape) {
    long elements = 1;
    for (long dimension : shape) {
      long product = Math.multiplyHigh(elements, dimension);
      if (dimension < 1 || product != 0 || elements * dimension < 0) {
        throw cursor.fail(
            "%s: each dimension must be at least 1 and their product below 2^63"
                .formatted(Arrays.stream(shape).map(Long::toUnsignedString).toList()));
      }
      elements *= dimension;
    }
    return elements;
  }

  private long byteSize(Dtype dtype, long columns, long elements) {
    if (columns % dtype.blockLength() != 0) {
      throw cursor.fail(
          "%s has blocks of %d, but rows have %d elements"
              .formatted(dtype, dtype.blockLength(), columns));
    }
    long blocks = elements / dtype.blockLength();
    if (blocks > file.size() / dtype.blockBytes()) {
      throw cursor.fail(
          "%d elements of %s exceed the %d bytes of the file (truncated?)"
              .formatted(elements, dtype, file.size()));
    }
    return blocks * dtype.blockBytes();
  }
}
