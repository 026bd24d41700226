package dev.freehold.train.data.source;

import dev.freehold.train.TrainException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Reads the documents of a file one after the other; no more of it is in memory than one of them.
///
/// Files that end in `.gz` or `.zst` are decompressed.
///
/// Failures: a [TrainException] that names file, line and byte: no such file, damaged or cut
/// compressed data, a document that is longer than the limit (noticed while it is read).
public final class SourceReader implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final SourceFormat format;
  private final String name;
  private final int mostBytes;
  private final ContentStream content;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private boolean ended;
  private long line;
  private long offset;

  /// @param name of the file in errors and attributes
  /// @param mostBytes of a document, or of a line that holds one
  public SourceReader(Path file, String name, SourceFormat format, int mostBytes) {
    this.format = format;
    this.name = name;
    this.mostBytes = mostBytes;
    this.content = ContentStream.open(file);
  }

  /// SHA-256 of a file's content, decompressed where its name says so.
  public static String digest(Path file) {
    try (ContentStream content = ContentStream.open(file)) {
      byte[] buffer = new byte[BUFFER];
      while (content.read(buffer, 0, buffer.length) >= 0) {
        // reading is what computes it
      }
      return content.digest();
    }
  }

  /// The next document, if there is one.
  public Optional<SourceDocument> next() {
    return switch (format) {
      case SourceFormat.Text text -> whole();
      case SourceFormat.JsonLines lines -> line();
    };
  }

  /// SHA-256 of the file's content; what was not read yet is read.
  public String digest() {
    while (fill()) {
      at = end;
    }
    return content.digest();
  }

  /// Reads on where the buffer is used up.
  ///
  /// @return whether there is something in it
  private boolean fill() {
    while (at == end && !ended) {
      int read = content.read(buffer, 0, buffer.length);
      at = 0;
      end = Math.max(0, read);
      ended = read < 0;
    }
    return at < end;
  }

  private Optional<SourceDocument> whole() {
    if (line > 0) {
      return Optional.empty();
    }
    line = 1;
    byte[] bytes = new byte[0];
    int length = 0;
    while (fill()) {
      bytes = append(bytes, length, end - at);
      length += end - at;
      at = end;
    }
    return Optional.of(new SourceDocument(format, name, line, 0, Arrays.copyOf(bytes, length)));
  }

  private Optional<SourceDocument> line() {
    while (fill()) {
      line++;
      long first = offset;
      byte[] bytes = new byte[0];
      int length = 0;
      boolean complete = false;
      while (!complete && fill()) {
        int stop = at;
        while (stop < end && buffer[stop] != '\n') {
          stop++;
        }
        bytes = append(bytes, length, stop - at);
        length += stop - at;
        complete = stop < end;
        int next = complete ? stop + 1 : stop;
        offset += next - at;
        at = next;
      }
      if (!isBlank(bytes, length)) {
        return Optional.of(
            new SourceDocument(format, name, line, first, Arrays.copyOf(bytes, length)));
      }
    }
    return Optional.empty();
  }

  private static boolean isBlank(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] != ' ' && bytes[i] != '\t' && bytes[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private byte[] append(byte[] bytes, int length, int more) {
    if (more > mostBytes - length) {
      throw new TrainException(
          "%s: the document at line %d is longer than %d bytes, the limit; take it out, or raise"
                  .formatted(name, line, mostBytes)
              + " document_bytes");
    }
    byte[] target = bytes;
    if (length + more > bytes.length) {
      target = Arrays.copyOf(bytes, Math.max(length + more, Math.min(mostBytes, 2 * bytes.length)));
    }
    System.arraycopy(buffer, at, target, length, more);
    return target;
  }

  @Override
  public void close() {
    content.close();
  }
}
