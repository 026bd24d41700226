package dev.freehold.vault.store;

import dev.freehold.vault.VaultException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// A CRC-32C of each block of a file, kept beside it: where a file's digest says only that it is
/// damaged, these say where, and a sample of blocks can be checked without reading the rest.
///
/// Layout, little-endian: `FHBLOCKS`, version (int, 1), bytes of a block (int), bytes of the file
/// (long), the sums (ints).
public final class BlockSums {
  /// Bytes of a block; the last one of a file may be shorter.
  public static final int BLOCK_BYTES = 1 << 20;

  /// Most bytes that the sums of one file take: those of a file of 16 TiB.
  static final int MAX_BYTES = 64 << 20;

  private static final byte[] MAGIC = "FHBLOCKS".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER = 24;
  private static final int VERSION = 1;

  private final long size;
  private final int[] sums;

  private BlockSums(long size, int[] sums) {
    this.size = size;
    this.sums = sums;
  }

  /// Takes a file's bytes in their order and gives its sums.
  static final class Builder {
    private final CRC32C sum = new CRC32C();
    private final int blockBytes;
    private int[] sums = new int[16];
    private int count;
    private long size;

    Builder() {
      this(BLOCK_BYTES);
    }

    /// Of blocks of another length, which are not kept.
    Builder(int blockBytes) {
      this.blockBytes = blockBytes;
    }

    void add(ByteBuffer bytes) {
      ByteBuffer rest = bytes.duplicate();
      while (rest.hasRemaining()) {
        int inBlock = (int) (size % blockBytes);
        ByteBuffer part =
            rest.slice(rest.position(), Math.min(rest.remaining(), blockBytes - inBlock));
        rest.position(rest.position() + part.remaining());
        size += part.remaining();
        sum.update(part);
        if (size % blockBytes == 0) {
          end();
        }
      }
    }

    private void end() {
      if (count == sums.length) {
        sums = Arrays.copyOf(sums, 2 * count);
      }
      sums[count++] = (int) sum.getValue();
      sum.reset();
    }

    BlockSums finish() {
      if (size % blockBytes != 0) {
        end();
      }
      return new BlockSums(size, Arrays.copyOf(sums, count));
    }
  }

  public long size() {
    return size;
  }

  public int blocks() {
    return sums.length;
  }

  public int sum(int block) {
    return sums[block];
  }

  /// Where a block begins in its file.
  public static long start(int block) {
    return (long) block * BLOCK_BYTES;
  }

  /// How long a block is.
  public int length(int block) {
    return (int) Math.min(BLOCK_BYTES, size - start(block));
  }

  /// Whether these are the bytes of a block.
  public boolean holds(int block, ByteBuffer bytes) {
    CRC32C found = new CRC32C();
    found.update(bytes.duplicate());
    return bytes.remaining() == length(block) && (int) found.getValue() == sums[block];
  }

  byte[] toBytes() {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER + Integer.BYTES * sums.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putInt(VERSION).putInt(BLOCK_BYTES).putLong(size);
    for (int sum : sums) {
      bytes.putInt(sum);
    }
    return bytes.array();
  }

  /// @param source whose bytes these are, for messages
  static BlockSums parse(byte[] bytes, String source) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < HEADER
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || in.getInt(8) != VERSION
        || in.getInt(12) != BLOCK_BYTES) {
      throw new VaultException(source + ": not the checksums of a file's blocks");
    }
    long size = in.getLong(16);
    long blocks = size < 0 ? -1 : Math.ceilDiv(size, (long) BLOCK_BYTES);
    if (blocks != (bytes.length - HEADER) / Integer.BYTES || bytes.length % Integer.BYTES != 0) {
      throw new VaultException(
          "%s: checksums of %d bytes do not fit a file of %d"
              .formatted(source, bytes.length, size));
    }
    int[] sums = new int[(int) blocks];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = in.getInt(HEADER + Integer.BYTES * i);
    }
    return new BlockSums(size, sums);
  }
}
