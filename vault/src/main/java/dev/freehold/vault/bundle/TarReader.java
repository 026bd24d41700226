package dev.freehold.vault.bundle;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.parity.ByteSink;
import dev.freehold.vault.parity.ByteSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Reads a tar file from front to end, entry by entry, whatever is in it.
///
/// Everything but files, folders and symbolic links is refused; so is what is compressed. Names are
/// given as they stand there: whoever takes an entry checks them.
final class TarReader {
  private static final int MOST_ENTRIES = 200_000;
  private static final int MOST_EXTENDED = 64 << 10;
  private static final int CHUNK = 1 << 20;

  private final ByteSource source;
  private final long size;
  private final LongConsumer progress;
  private long position;
  private long contentAt;
  private long contentLeft;
  private int entries;

  TarReader(ByteSource source, LongConsumer progress) throws IOException {
    this.source = source;
    this.size = source.size();
    this.progress = progress;
  }

  /// The next entry; empty at the end.
  ///
  /// @throws VaultException where the file is no plain tar, damaged, or ends too early
  Optional<TarHeader> next() throws IOException {
    progress.accept(contentLeft);
    position = contentAt + padded(contentLeft + (position - contentAt));
    contentLeft = 0;
    Map<String, String> extended = Map.of();
    while (true) {
      byte[] block = block();
      if (isZero(block)) {
        return Optional.empty();
      }
      if (++entries > MOST_ENTRIES) {
        throw new VaultException("the tar file has more than " + MOST_ENTRIES + " entries");
      }
      TarHeader header = decode(block);
      if (header.type() == TarHeader.EXTENDED || header.type() == 'g') {
        Map<String, String> read = extended(header);
        extended = header.type() == TarHeader.EXTENDED ? read : extended;
        continue;
      }
      return Optional.of(begin(with(header, extended)));
    }
  }

  private TarHeader begin(TarHeader header) {
    boolean isKnown =
        header.type() == TarHeader.FILE
            || header.type() == TarHeader.LINK
            || header.type() == TarHeader.FOLDER;
    if (!isKnown) {
      throw new VaultException(
          "the tar file holds \"%s\" of type '%s': only files, folders and symbolic links are taken"
              .formatted(shown(header.name()), shown(String.valueOf(header.type()))));
    }
    long bytes = header.type() == TarHeader.FILE ? header.size() : 0;
    if (bytes < 0 || bytes > size - position) {
      throw new VaultException(
          "the tar file says that \"%s\" has %d bytes, and %d are left: it is cut off"
              .formatted(shown(header.name()), bytes, size - position));
    }
    contentAt = position;
    contentLeft = bytes;
    return header;
  }

  private TarHeader decode(byte[] block) {
    if (position == TarHeader.BLOCK) {
      boolean isGzip = block[0] == 0x1f && block[1] == (byte) 0x8b;
      boolean isZstd = block[0] == 0x28 && block[1] == (byte) 0xb5;
      boolean isZip = block[0] == 'P' && block[1] == 'K';
      if (isGzip || isZstd || isZip) {
        throw new VaultException(
            "a bundle is a tar file that is not compressed; this is %s: unpack it first"
                .formatted(isGzip ? "gzip" : isZstd ? "zstd" : "zip"));
      }
    }
    return TarHeader.decode(block);
  }

  private byte[] block() throws IOException {
    byte[] block = new byte[TarHeader.BLOCK];
    if (size - position < block.length) {
      throw new VaultException("the tar file is cut off: it has no end");
    }
    readWhole(ByteBuffer.wrap(block));
    progress.accept(block.length);
    return block;
  }

  private void readWhole(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      int count = source.read(target, position);
      if (count <= 0) {
        throw new IOException("the tar file became shorter while it was read");
      }
      position += count;
    }
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private static long padded(long bytes) {
    return Math.ceilDiv(bytes, TarHeader.BLOCK) * TarHeader.BLOCK;
  }

  private Map<String, String> extended(TarHeader header) throws IOException {
    if (header.size() > MOST_EXTENDED || padded(header.size()) > size - position) {
      throw new VaultException(
          "the tar file has an extended header of %d bytes".formatted(header.size()));
    }
    byte[] bytes = new byte[(int) header.size()];
    readWhole(ByteBuffer.wrap(bytes));
    position += padded(bytes.length) - bytes.length;
    Map<String, String> records = new HashMap<>();
    int at = 0;
    while (at < bytes.length) {
      int space = at;
      while (space < bytes.length && bytes[space] >= '0' && bytes[space] <= '9') {
        space++;
      }
      int digits = space - at;
      int length =
          digits == 0 || digits > 6
              ? 0
              : Integer.parseInt(new String(bytes, at, digits, StandardCharsets.US_ASCII));
      if (length < digits + 3 || length > bytes.length - at || bytes[at + length - 1] != '\n') {
        throw new VaultException("the tar file has a damaged extended header");
      }
      String record = new String(bytes, space + 1, at + length - space - 2, StandardCharsets.UTF_8);
      int equals = record.indexOf('=');
      if (equals <= 0) {
        throw new VaultException("the tar file has a damaged extended header");
      }
      records.put(record.substring(0, equals), record.substring(equals + 1));
      at += length;
    }
    return records;
  }

  private static TarHeader with(TarHeader header, Map<String, String> extended) {
    String bytes = extended.getOrDefault("size", Long.toString(header.size()));
    boolean isSparse = extended.keySet().stream().anyMatch(key -> key.startsWith("GNU.sparse"));
    if (isSparse || !bytes.matches("[0-9]{1,18}")) {
      throw new VaultException(
          "the tar file has an entry whose size cannot be used: \"%s\""
              .formatted(shown(header.name())));
    }
    return new TarHeader(
        extended.getOrDefault("path", header.name()),
        header.type(),
        header.mode(),
        Long.parseLong(bytes),
        extended.getOrDefault("linkpath", header.target()));
  }

  /// Gives the bytes of the entry that was read last to a sink.
  void copyTo(ByteSink sink) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate((int) Math.clamp(contentLeft, 1, CHUNK));
    while (contentLeft > 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("stopped");
      }
      chunk.clear().limit((int) Math.min(CHUNK, contentLeft));
      readWhole(chunk);
      contentLeft -= chunk.position();
      progress.accept(chunk.position());
      sink.write(chunk.flip());
    }
  }

  /// The bytes of the entry that was read last.
  ///
  /// @param limit most bytes to read
  byte[] bytes(String name, int limit) throws IOException {
    if (contentLeft > limit) {
      throw new VaultException(
          "%s has %d bytes in the bundle, and %d are the most".formatted(name, contentLeft, limit));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) contentLeft);
    copyTo(bytes::put);
    return bytes.array();
  }

  static String shown(String text) {
    String start = text.length() > 120 ? text.substring(0, 120) + "..." : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }
}
