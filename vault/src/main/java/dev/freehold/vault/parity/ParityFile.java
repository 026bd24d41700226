package dev.freehold.vault.parity;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// A parity file that is there to be read, damaged or not; nothing in it is trusted unchecked.
public final class ParityFile {
  private final ByteSource source;
  private final ParityHeader header;
  private final boolean headersWhole;

  private ParityFile(ByteSource source, ParityHeader header, boolean headersWhole) {
    this.source = source;
    this.header = header;
    this.headersWhole = headersWhole;
  }

  /// Opens the parity file of what has the digest; none where neither header says that it is that.
  public static Optional<ParityFile> open(ByteSource source, Digest digest) throws IOException {
    long size = source.size();
    Optional<ParityHeader> first = header(source, 0, digest);
    Optional<ParityHeader> last = header(source, size - Layout.HEADER_BYTES, digest);
    boolean whole =
        first.isPresent() && first.equals(last) && first.get().layout().fileBytes() == size;
    return first.or(() -> last).map(header -> new ParityFile(source, header, whole));
  }

  private static Optional<ParityHeader> header(ByteSource source, long position, Digest digest) {
    if (position < 0) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.allocate(Layout.HEADER_BYTES);
    try {
      if (!readWhole(source, bytes, position)) {
        return Optional.empty();
      }
      return ParityHeader.decode(bytes.flip()).filter(header -> header.digest().equals(digest));
    } catch (IOException | VaultException unreadable) {
      return Optional.empty();
    }
  }

  /// How long the protected file is.
  public long length() {
    return layout().length();
  }

  /// The longest gap in the protected file that is always repaired.
  public long burstBytes() {
    return layout().burstBytes();
  }

  ParityHeader header() {
    return header;
  }

  Layout layout() {
    return header.layout();
  }

  boolean areHeadersWhole() {
    return headersWhole;
  }

  /// The records of a group of stripes, each from whichever of its two copies is whole.
  GroupRecords records(long first) {
    int size = layout().groupSize(first);
    return new GroupRecords(
        header,
        first,
        read(layout().recordsPosition(first), size),
        read(layout().recordCopyPosition(first), size));
  }

  private ByteBuffer read(long position, int records) {
    ByteBuffer bytes = ByteBuffer.allocate(records * layout().recordBytes());
    try {
      readWhole(source, bytes, position);
    } catch (IOException unreadable) {
      bytes.clear();
    }
    return bytes.clear();
  }

  void readRow(Chunk chunk, long first, int row) {
    chunk.readWhatCanBe(source, layout().parityPosition(first, row), layout().groupSize(first));
  }

  private static boolean readWhole(ByteSource source, ByteBuffer bytes, long position)
      throws IOException {
    while (bytes.hasRemaining()) {
      if (source.read(bytes, position + bytes.position()) <= 0) {
        return false;
      }
    }
    return true;
  }
}
