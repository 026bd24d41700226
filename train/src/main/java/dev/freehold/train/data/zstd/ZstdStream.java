package dev.freehold.train.data.zstd;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// The content of a zstd file: frames one after the other, each of blocks that copy from what came
/// before. Memory is at most the frame's window, and half as much again, and grows with the
/// content.
///
/// Failures: [EOFException] where the file ends within a frame, [ZipException] where it is damaged
/// (checksums included), [UnreadableFrameException] where it needs a dictionary, or a window of
/// more than 128 MiB.
///
/// Source: RFC 8878.
public final class ZstdStream extends InputStream {
  private static final int MAGIC = 0xFD2FB528;
  private static final int SKIPPED_MAGIC = 0x184D2A50;
  private static final int MOST_WINDOW = 1 << 27;
  private static final int MOST_BLOCK = 1 << 17;
  private static final int RAW = 0;
  private static final int REPEATED = 1;
  private static final int COMPRESSED = 2;

  private final InputStream in;
  private final byte[] block = new byte[MOST_BLOCK + BackwardBits.PADDING];
  private byte[] window = new byte[MOST_BLOCK];
  private int served; // what the reader has of the window
  private int end; // where the window's content ends
  private @Nullable Frame frame;

  /// A frame that is being read.
  private static final class Frame {
    private final int windowSize;
    private final int mostBlock;
    private final long contentSize;
    private final boolean checked;
    private final Literals literals;
    private final Sequences sequences = new Sequences();
    private final XxHash64 checksum = new XxHash64();
    private long length;

    /// @param contentSize -1 where it is not told
    Frame(long windowSize, long contentSize, boolean checked) throws UnreadableFrameException {
      if (windowSize > MOST_WINDOW) {
        throw new UnreadableFrameException(
            "it needs a window of %d bytes, the most are %d; compress it again without --long"
                .formatted(windowSize, MOST_WINDOW));
      }
      this.windowSize = (int) windowSize;
      this.mostBlock = (int) Math.min(windowSize, MOST_BLOCK);
      this.contentSize = contentSize;
      this.checked = checked;
      this.literals = new Literals(mostBlock);
    }
  }

  /// Reads the first frame's header.
  ///
  /// @param in it is closed with this stream
  public ZstdStream(InputStream in) throws IOException {
    this.in = in;
    int first = in.read();
    if (first < 0) {
      throw new EOFException();
    }
    begin(first);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (served == end) {
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, end - served);
    System.arraycopy(window, served, target, from, count);
    served += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private int next() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException();
    }
    return value;
  }

  private long little(int count) throws IOException {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) next() << 8 * i;
    }
    return value;
  }

  /// Reads the next block, or the header of the next frame.
  ///
  /// @return whether there was one
  private boolean fill() throws IOException {
    Frame current = frame;
    if (current == null) {
      int first = in.read();
      if (first < 0) {
        return false;
      }
      begin(first);
      return true;
    }
    boolean last = readBlock(current);
    if (last) {
      if (current.contentSize >= 0 && current.length != current.contentSize) {
        throw new ZipException(
            "a frame of %d bytes that should have %d"
                .formatted(current.length, current.contentSize));
      }
      if (current.checked && little(4) != (current.checksum.value() & 0xffffffffL)) {
        throw new ZipException("a frame whose checksum is another");
      }
      frame = null;
    }
    return true;
  }

  /// Reads the header of a frame after its first byte.
  private void begin(int first) throws IOException {
    int magic = (int) (first | little(3) << 8);
    if ((magic & ~15) == SKIPPED_MAGIC) {
      in.skipNBytes(little(4));
      return;
    }
    if (magic != MAGIC) {
      throw new ZipException("no zstd data: it begins with %08x".formatted(magic));
    }
    int descriptor = next();
    if ((descriptor & 8) != 0) {
      throw new ZipException("a frame header that is not known");
    }
    boolean single = (descriptor & 32) != 0;
    long windowSize = 0;
    if (!single) {
      int window = next();
      long base = 1L << 10 + (window >> 3);
      windowSize = base + base / 8 * (window & 7);
    }
    int dictionaryBytes = (1 << (descriptor & 3)) >> 1;
    long dictionary = little(dictionaryBytes);
    if (dictionary != 0) {
      throw new UnreadableFrameException(
          "it was compressed with the dictionary %d; compress it again without one"
              .formatted(dictionary));
    }
    int flag = descriptor >> 6;
    int sizeBytes = flag == 0 ? (single ? 1 : 0) : 1 << flag;
    long size = sizeBytes == 0 ? -1 : little(sizeBytes) + (sizeBytes == 2 ? 256 : 0);
    if (sizeBytes > 0 && size < 0) {
      throw new ZipException("a frame of more than 2^63 bytes");
    }
    frame = new Frame(single ? Math.max(1, size) : windowSize, size, (descriptor & 4) != 0);
    served = 0;
    end = 0;
  }

  /// @return whether it was the frame's last one
  private boolean readBlock(Frame current) throws IOException {
    long header = little(3);
    int type = (int) (header >> 1 & 3);
    int size = (int) (header >> 3);
    if (type > COMPRESSED || size > current.mostBlock) {
      throw new ZipException("a block of type %d and %d bytes".formatted(type, size));
    }
    makeRoom(current);
    int start = end;
    switch (type) {
      case RAW -> {
        if (in.readNBytes(window, end, size) < size) {
          throw new EOFException();
        }
        end += size;
      }
      case REPEATED -> {
        Arrays.fill(window, end, end + size, (byte) next());
        end += size;
      }
      default -> {
        if (in.readNBytes(block, 0, size) < size) {
          throw new EOFException();
        }
        new Copying(current).run(size);
      }
    }
    current.length += end - start;
    if (current.checked) {
      current.checksum.update(window, start, end - start);
    }
    return (header & 1) != 0;
  }

  /// Makes room for a block: grows the window while it is small, then lets go of what is too far
  /// back. All that is there has been read.
  private void makeRoom(Frame current) {
    int needed = end + current.mostBlock;
    if (needed <= window.length) {
      return;
    }
    int most = current.windowSize + Math.max(current.windowSize / 2, 2 * MOST_BLOCK);
    if (needed <= most) {
      window = Arrays.copyOf(window, Math.min(most, Math.max(needed, 2 * window.length)));
      return;
    }
    int kept = Math.min(end, current.windowSize);
    System.arraycopy(window, end - kept, window, 0, kept);
    end = kept;
    served = kept;
  }

  /// Carries out a compressed block.
  private final class Copying implements Sequences.Target {
    private final Frame current;
    private final int limit;
    private int literal;

    Copying(Frame current) {
      this.current = current;
      this.limit = end + current.mostBlock;
    }

    void run(int size) throws ZipException {
      int at = current.literals.read(block, 0, size);
      current.sequences.run(block, at, size, this);
      literals(current.literals.size() - literal);
    }

    @Override
    public void literals(int count) throws ZipException {
      if (count > current.literals.size() - literal || count > limit - end) {
        throw new ZipException("more literals than there are");
      }
      System.arraycopy(current.literals.bytes, literal, window, end, count);
      literal += count;
      end += count;
    }

    @Override
    public void match(long distance, int count) throws ZipException {
      if (distance > Math.min(end, current.windowSize) || count > limit - end) {
        throw new ZipException("a match that goes beyond the window");
      }
      int from = end - (int) distance;
      if (distance >= count) {
        System.arraycopy(window, from, window, end, count);
      } else {
        for (int i = 0; i < count; i++) {
          window[end + i] = window[from + i];
        }
      }
      end += count;
    }
  }
}
