package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.WholeFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model's quantized matrices interleaved for the widest dot instruction: made once, mapped, and
/// used only for the model and the layout version that it names.
///
/// Little-endian: magic `FHPREPAR`, version (u32), length of the directory (u32), SHA-256 of the
/// model (32 bytes), size of the file (u64), number of matrices (u32), 4 zero bytes; the directory,
/// for each matrix the length of its name (u32), the name in UTF-8, GGUF's id of the dtype (u32),
/// rows, columns and offset (u64 each); then the matrices as [PreparedLayout] says, each from a
/// multiple of 4096 on.
///
/// Failures: a [KernelException] for a file of another model or version, and for a damaged one.
public final class PreparedFile implements AutoCloseable {
  private static final long MAGIC = 0x5241_5045_5250_4846L;
  private static final int HEADER_BYTES = 64;
  private static final int MOST_DIRECTORY_BYTES = 1 << 26;
  private static final long ALIGNMENT = 4096;

  /// Called after each matrix that was written.
  @FunctionalInterface
  public interface Progress {
    void wrote(long bytes, long totalBytes);
  }

  private record Entry(Dtype dtype, long rows, long columns, long offset, MemorySegment data) {}

  private final Path path;
  private final RandomAccessFile opened;
  private final long length;
  private final Arena arena;
  private final Map<String, Entry> entries;

  private PreparedFile(
      Path path, RandomAccessFile opened, long length, Arena arena, Map<String, Entry> entries) {
    this.path = path;
    this.opened = opened;
    this.length = length;
    this.arena = arena;
    this.entries = entries;
  }

  /// Number of the set of layouts that this program writes and reads.
  public static int layoutVersion() {
    return PreparedLayout.VERSION;
  }

  /// Whether a matrix has a prepared layout.
  public static boolean takes(Tensor weights) {
    return weights.rank() == 2
        && weights.rows() > 0
        && weights.columns() > 0
        && PreparedLayout.of(weights.dtype()).isPresent();
  }

  /// Writes the matrices that have a layout, under a temporary name until the file is whole.
  ///
  /// @param digest SHA-256 of the model in hexadecimal digits
  /// @param weights matrices as [Kernels#bind] gets them
  public static void write(Path target, String digest, List<Tensor> weights, Progress progress) {
    Map<String, Tensor> taken = new LinkedHashMap<>();
    weights.stream().filter(PreparedFile::takes).forEach(w -> taken.putIfAbsent(w.name(), w));
    Path directory = target.toAbsolutePath().getParent();
    try {
      if (directory != null) {
        Files.createDirectories(directory);
      }
      WholeFile.write(
          target,
          channel -> write(channel, digestBytes(digest), List.copyOf(taken.values()), progress));
    } catch (IOException e) {
      throw new KernelException("prepared file " + target + ": cannot be written", e);
    }
  }

  private static byte[] digestBytes(String digest) {
    try {
      byte[] bytes = HexFormat.of().parseHex(digest);
      if (bytes.length == 32) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      throw new KernelException("prepared file: the digest is not hexadecimal: " + digest, e);
    }
    throw new KernelException("prepared file: expected a SHA-256 of 64 digits, found " + digest);
  }

  private static PreparedLayout layout(Tensor weights) {
    return PreparedLayout.of(weights.dtype()).orElseThrow();
  }

  private static long aligned(long offset) {
    return Math.addExact(offset, ALIGNMENT - 1) & -ALIGNMENT;
  }

  private static void write(
      FileChannel channel, byte[] digest, List<Tensor> weights, Progress progress)
      throws IOException {
    int directoryBytes = 0;
    for (Tensor tensor : weights) {
      int name = tensor.name().getBytes(StandardCharsets.UTF_8).length;
      directoryBytes = Math.addExact(directoryBytes, 32 + name);
    }
    if (directoryBytes > MOST_DIRECTORY_BYTES) {
      throw new KernelException("prepared file: the names of the matrices take too much room");
    }
    ByteBuffer head =
        ByteBuffer.allocate(HEADER_BYTES + directoryBytes).order(ByteOrder.LITTLE_ENDIAN);
    head.position(HEADER_BYTES);
    long end = HEADER_BYTES + directoryBytes;
    long offset = aligned(end);
    for (Tensor tensor : weights) {
      byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
      head.putInt(name.length).put(name).putInt(tensor.dtype().ggufId());
      head.putLong(tensor.rows()).putLong(tensor.columns()).putLong(offset);
      end = Math.addExact(offset, layout(tensor).byteSize(tensor.rows(), tensor.columns()));
      offset = aligned(end);
    }
    head.position(0);
    head.putLong(MAGIC).putInt(PreparedLayout.VERSION).putInt(directoryBytes).put(digest);
    head.putLong(end).putInt(weights.size()).putInt(0).position(0);
    writeFully(channel, head, 0);
    long at = aligned(HEADER_BYTES + directoryBytes);
    for (Tensor tensor : weights) {
      at = aligned(writeMatrix(channel, tensor, at));
      progress.wrote(Math.min(at, end), end);
    }
  }

  /// Writes one matrix group by group and returns where it ends.
  private static long writeMatrix(FileChannel channel, Tensor tensor, long from)
      throws IOException {
    PreparedLayout layout = layout(tensor);
    int blocks = Math.toIntExact(tensor.columns() / Activations.BLOCK);
    int groupBytes = Math.toIntExact(layout.groupBytes(blocks));
    byte[] group = new byte[groupBytes];
    long at = from;
    for (long row = 0; row < tensor.rows(); row += PreparedLayout.ROWS) {
      int rows = (int) Math.min(PreparedLayout.ROWS, tensor.rows() - row);
      MemorySegment rowData =
          tensor.data().asSlice(row * tensor.rowBytes(), rows * tensor.rowBytes());
      Arrays.fill(group, (byte) 0);
      layout.pack(rowData, rows, blocks, MemorySegment.ofArray(group));
      writeFully(channel, ByteBuffer.wrap(group), at);
      at += groupBytes;
    }
    return at;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /// Maps a prepared file of the model with this digest.
  ///
  /// @param digest SHA-256 of the model in hexadecimal digits
  public static PreparedFile open(Path file, String digest) {
    Arena arena = Arena.ofShared();
    try {
      RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r");
      try {
        MemorySegment data = map(file, opened, arena);
        Map<String, Entry> entries = new Reader(file, data).entries(digestBytes(digest));
        return new PreparedFile(file, opened, data.byteSize(), arena, entries);
      } catch (Throwable e) {
        opened.close();
        throw e;
      }
    } catch (IOException e) {
      arena.close();
      throw new KernelException("prepared file " + file + ": cannot be read", e);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static MemorySegment map(Path file, RandomAccessFile opened, Arena arena)
      throws IOException {
    long size = opened.length();
    if (size < HEADER_BYTES) {
      throw new KernelException(
          "prepared file %s: expected a header of %d bytes, found %d; prepare the model again"
              .formatted(file, HEADER_BYTES, size));
    }
    return opened.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, size, arena);
  }

  /// Checks that the file still has the length that it was mapped with, so that no product reads
  /// past its end; allocates nothing.
  public void checkLength() {
    try {
      long now = opened.length();
      if (now != length) {
        throw new KernelException(
            "prepared file %s: its size was %d bytes and is now %d; prepare the model again"
                .formatted(path, length, now));
      }
    } catch (IOException e) {
      throw new KernelException("prepared file " + path + ": cannot be read", e);
    }
  }

  public long byteSize() {
    return length;
  }

  /// The bytes of a matrix with this name, dtype and shape, if the file holds it.
  Optional<MemorySegment> find(Tensor weights) {
    return Optional.ofNullable(entries.get(weights.name()))
        .filter(entry ->
            entry.dtype() == weights.dtype()
                && entry.rows() == weights.rows()
                && entry.columns() == weights.columns())
        .map(Entry::data);
  }

  /// Names of the matrices that the file holds.
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  @Override
  public void close() {
    try {
      opened.close();
    } catch (IOException e) {
      throw new KernelException("prepared file " + path + ": cannot be closed", e);
    }
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }

  /// Reads and checks the header and the directory.
  private static final class Reader {
    private static final ValueLayout.OfInt U32 =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong U64 =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Path file;
    private final MemorySegment data;
    private long end = HEADER_BYTES;
    private long at = HEADER_BYTES;

    Reader(Path file, MemorySegment data) {
      this.file = file;
      this.data = data;
    }

    private KernelException damaged(String field, Object expected, Object found) {
      return new KernelException(
          "prepared file %s: %s at byte %d: expected %s, found %s; prepare the model again"
              .formatted(file, field, at, expected, found));
    }

    Map<String, Entry> entries(byte[] digest) {
      checkHeader(digest);
      int count = data.get(U32, 56);
      end = HEADER_BYTES + (long) data.get(U32, 12);
      if (count < 0 || count > (end - HEADER_BYTES) / 32) {
        throw damaged("number of matrices", "as many as the directory has room for", count);
      }
      Map<String, Entry> entries = new HashMap<>();
      for (int i = 0; i < count; i++) {
        String name = name();
        if (entries.put(name, entry()) != null) {
          throw damaged("name", "each matrix once", name);
        }
      }
      return Map.copyOf(entries);
    }

    private void checkHeader(byte[] digest) {
      at = 0;
      if (data.get(U64, 0) != MAGIC) {
        throw damaged("magic", "FHPREPAR", Long.toHexString(data.get(U64, 0)));
      }
      at = 8;
      if (data.get(U32, 8) != PreparedLayout.VERSION) {
        throw damaged("layout version", PreparedLayout.VERSION, data.get(U32, 8));
      }
      at = 16;
      byte[] found = data.asSlice(16, 32).toArray(ValueLayout.JAVA_BYTE);
      if (!Arrays.equals(found, digest)) {
        HexFormat hex = HexFormat.of();
        throw damaged("model", "SHA-256 " + hex.formatHex(digest), hex.formatHex(found));
      }
      at = 48;
      if (data.get(U64, 48) != data.byteSize()) {
        throw damaged("size", data.get(U64, 48) + " bytes", data.byteSize());
      }
      at = 12;
      int directoryBytes = data.get(U32, 12);
      if (directoryBytes < 0
          || directoryBytes > MOST_DIRECTORY_BYTES
          || HEADER_BYTES + (long) directoryBytes > data.byteSize()) {
        throw damaged("length of the directory", "a part of the file", directoryBytes);
      }
      at = HEADER_BYTES;
    }

    private void require(long bytes) {
      if (bytes < 0 || bytes > end - at) {
        throw damaged("directory entry", "at most " + (end - at) + " bytes", bytes);
      }
    }

    private String name() {
      require(4);
      int length = data.get(U32, at);
      at += 4;
      require(length);
      byte[] bytes = data.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
      at += length;
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private Entry entry() {
      require(28);
      int id = data.get(U32, at);
      PreparedLayout layout =
          Dtype.byGgufId(id)
              .flatMap(PreparedLayout::of)
              .orElseThrow(() -> damaged("dtype", "one with a prepared layout", id));
      Dtype dtype = Dtype.byGgufId(id).orElseThrow();
      long rows = data.get(U64, at + 4);
      long columns = data.get(U64, at + 12);
      long offset = data.get(U64, at + 20);
      if (rows < 1
          || rows > Integer.MAX_VALUE
          || columns < 1
          || columns > Integer.MAX_VALUE
          || columns % dtype.blockLength() != 0) {
        throw damaged("shape", "whole blocks of " + dtype, rows + " x " + columns);
      }
      long bytes = layout.byteSize(rows, columns);
      if (offset < end || offset % 64 != 0 || bytes > data.byteSize() - offset) {
        throw damaged("offset", "room for " + bytes + " bytes after the directory", offset);
      }
      at += 28;
      return new Entry(dtype, rows, columns, offset, data.asSlice(offset, bytes));
    }
  }
}
