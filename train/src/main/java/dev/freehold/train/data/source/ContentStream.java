package dev.freehold.train.data.source;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.TrainException;
import dev.freehold.train.data.zstd.UnreadableFrameException;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipException;

/// The content of a file, decompressed where its name says so, with its SHA-256.
///
/// Failures: a [TrainException] that names the file and the byte, where compressed data is damaged
/// or ends early, and where content grows far beyond what text compresses to.
final class ContentStream implements AutoCloseable {
  /// Content bytes for each byte of the file. Text reaches 20; only data made for it reaches 500.
  private static final int MOST_EXPANSION = 500;

  private static final long SLACK = 16 << 20;

  private final Path file;
  private final InputStream content;
  private final CountedInput compressed;
  private final MessageDigest digest;
  private long position;

  /// Counts what is read from the file itself.
  private static final class CountedInput extends FilterInputStream {
    private long count;

    CountedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count += read < 0 ? 0 : 1;
      return read;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int read = super.read(target, from, length);
      count += Math.max(0, read);
      return read;
    }

    @Override
    public long skip(long length) throws IOException {
      long skipped = super.skip(length);
      count += skipped;
      return skipped;
    }
  }

  private ContentStream(Path file, CountedInput compressed, InputStream content) {
    this.file = file;
    this.compressed = compressed;
    this.content = content;
    this.digest = Sha256.begin();
  }

  static ContentStream open(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new TrainException(file + ": is a folder; name the files in it");
      }
      CountedInput compressed = new CountedInput(Files.newInputStream(file));
      try {
        return new ContentStream(file, compressed, Compression.of(file).open(compressed));
      } catch (IOException e) {
        compressed.close();
        throw failure(file, compressed.count, 0, e);
      }
    } catch (NoSuchFileException e) {
      throw new TrainException(file + ": no such file", e);
    } catch (IOException e) {
      throw failure(file, 0, 0, e);
    }
  }

  private static TrainException failure(Path file, long read, long position, IOException e) {
    return switch (e) {
      case EOFException end ->
          new TrainException(
              "%s: ends within compressed data, after %d bytes of it and %d of content; it"
                      .formatted(file, read, position)
                  + " is not whole: fetch it again",
              end);
      case ZipException damaged ->
          new TrainException(
              "%s: damaged compressed data at about byte %d of the file: %s; fetch it again"
                  .formatted(file, read, damaged.getMessage()),
              damaged);
      case UnreadableFrameException frame ->
          new TrainException(
              "%s: at about byte %d of the file: %s".formatted(file, read, frame.getMessage()),
              frame);
      default -> new TrainException("%s: cannot be read: %s".formatted(file, e), e);
    };
  }

  /// Reads at most `length` bytes, fewer only before the end.
  ///
  /// @return how many, or -1 at the end
  int read(byte[] target, int from, int length) {
    int read;
    try {
      read = content.read(target, from, length);
    } catch (IOException e) {
      throw failure(file, compressed.count, position, e);
    }
    if (read > 0) {
      position += read;
      digest.update(target, from, read);
      if (position - SLACK > MOST_EXPANSION * compressed.count) {
        throw new TrainException(
            "%s: %d bytes of the file gave more than %d: no text compresses like that, and a file"
                    .formatted(file, compressed.count, position)
                + " that fills the machine is refused");
      }
    }
    return read;
  }

  Path file() {
    return file;
  }

  /// SHA-256 of what was read; the stream begins a new one.
  String digest() {
    return HexFormat.of().formatHex(digest.digest());
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw failure(file, compressed.count, position, e);
    }
  }
}
