package dev.freehold.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The checked header of one safetensors file: its metadata strings, and where its tensors lie.
///
/// Layout: u64 length N of the header, little-endian; N bytes of JSON, padded with spaces; the
/// data. The tensors' ranges must fill the data exactly, without holes or overlap.
record SafetensorsHeader(Map<String, String> metadata, List<TensorEntry> tensors) {
  static final int LENGTH_BYTES = 8;
  static final String METADATA = "__metadata__";

  /// The types that the format has and that are read; the names are those of [Dtype].
  static final Map<String, Dtype> DTYPES =
      Stream.of(
              Dtype.F64,
              Dtype.F32,
              Dtype.F16,
              Dtype.BF16,
              Dtype.F8_E4M3,
              Dtype.F8_E5M2,
              Dtype.I64,
              Dtype.I32,
              Dtype.I16,
              Dtype.I8,
              Dtype.U64,
              Dtype.U32,
              Dtype.U16,
              Dtype.U8,
              Dtype.BOOL)
          .collect(Collectors.toUnmodifiableMap(Dtype::name, dtype -> dtype));

  private static final long MAX_BYTES = 100_000_000;

  static SafetensorsHeader read(MappedFile file) {
    FileKind kind = FileKind.of(file);
    switch (kind) {
      case SAFETENSORS, UNKNOWN, EMPTY, JSON -> {} // what is wrong is found below
      default ->
          throw new TensorException(
              "%s: header length at byte 0: expected a safetensors file, found %s; %s"
                  .formatted(file.path(), kind.label(), kind.advice()));
    }
    ByteCursor cursor = new ByteCursor(file.path(), file.channel(), file.size());
    cursor.field("header length");
    long length = cursor.i64();
    if (length < 0 || length > cursor.remaining()) {
      throw cursor.fail(
          "%s exceeds the %d bytes that remain of the file (truncated, or not safetensors)"
              .formatted(Long.toUnsignedString(length), cursor.remaining()));
    }
    if (length > MAX_BYTES) {
      throw cursor.fail("%d exceeds the limit of %d bytes".formatted(length, MAX_BYTES));
    }
    cursor.field("header");
    if (length == 0 || cursor.u8() != '{') {
      throw cursor.fail("expected a JSON object that begins with {");
    }
    InputStream text = new Range(file.channel(), LENGTH_BYTES, length);
    SafetensorsHeader header = new SafetensorsHeaderReader(file.path(), length).read(text);
    checkRanges(header.tensors, file, LENGTH_BYTES + length);
    return header;
  }

  /// The name of a type in the header, where the format has it.
  static Optional<String> dtypeName(Dtype dtype) {
    return DTYPES.containsKey(dtype.name()) ? Optional.of(dtype.name()) : Optional.empty();
  }

  static Optional<Dtype> dtype(String name) {
    return Optional.ofNullable(DTYPES.get(name));
  }

  private static void checkRanges(List<TensorEntry> tensors, MappedFile file, long dataStart) {
    List<TensorEntry> ordered =
        tensors.stream()
            .sorted(
                Comparator.comparingLong(TensorEntry::offset).thenComparingLong(TensorEntry::bytes))
            .toList();
    long expected = dataStart;
    for (TensorEntry tensor : ordered) {
      if (tensor.offset() != expected) {
        throw new TensorException(
            "%s: tensor %s data_offsets: begins at byte %d of the file, expected %d (%s)"
                .formatted(
                    file.path(),
                    Printable.text(tensor.name()),
                    tensor.offset(),
                    expected,
                    tensor.offset() < expected ? "it overlaps another" : "a hole before it"));
      }
      if (tensor.bytes() > file.size() - expected) {
        throw new TensorException(
            "%s: tensor %s data_offsets: needs %d bytes at byte %d, file is truncated at byte %d"
                .formatted(
                    file.path(),
                    Printable.text(tensor.name()),
                    tensor.bytes(),
                    expected,
                    file.size()));
      }
      expected = tensor.end();
    }
    if (expected != file.size()) {
      throw new TensorException(
          "%s: the tensors' data end at byte %d, but the file has %d bytes more"
              .formatted(file.path(), expected, file.size() - expected));
    }
  }

  /// The bytes of a part of a file.
  private static final class Range extends InputStream {
    private final FileChannel channel;
    private final long end;
    private long position;

    Range(FileChannel channel, long from, long length) {
      this.channel = channel;
      this.position = from;
      this.end = from + length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int wanted = (int) Math.min(length, end - position);
      if (wanted == 0) {
        return length == 0 ? 0 : -1;
      }
      int read = channel.read(ByteBuffer.wrap(target, from, wanted), position);
      position += Math.max(read, 0);
      return read;
    }
  }
}
