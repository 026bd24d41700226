package dev.freehold.train.data.corpus;

import dev.freehold.train.TrainException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Writes documents into shards, one after the other: a shard ends where the next document would
/// bring it above its size. See [ShardFormat].
final class ShardWriter {
  /// A shard as it was written.
  ///
  /// @param file its name
  record Written(String file, long documents, long tokens) {}

  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final int mostTokens;
  private final int vocabulary;
  private final int endOfText;
  private final List<Written> written = new ArrayList<>();
  private int[] tokens = new int[1 << 12];
  private int[] ends = new int[64];
  private int tokenCount;
  private int documentCount;

  ShardWriter(Path folder, int mostTokens, int vocabulary, int endOfText) {
    this.folder = folder;
    this.mostTokens = mostTokens;
    this.vocabulary = vocabulary;
    this.endOfText = endOfText;
  }

  /// Adds a document, and the token that ends it.
  void add(int[] document) {
    if (documentCount > 0 && (long) tokenCount + document.length + 1 > mostTokens) {
      writeShard();
    }
    int needed = tokenCount + document.length + 1;
    if (needed > tokens.length) {
      tokens = Arrays.copyOf(tokens, Math.max(needed, 2 * tokens.length));
    }
    if (documentCount == ends.length) {
      ends = Arrays.copyOf(ends, 2 * documentCount);
    }
    System.arraycopy(document, 0, tokens, tokenCount, document.length);
    tokens[needed - 1] = endOfText;
    tokenCount = needed;
    ends[documentCount++] = needed;
  }

  /// Writes what is left, and says what all shards are.
  List<Written> finish() {
    if (documentCount > 0) {
      writeShard();
    }
    return List.copyOf(written);
  }

  private void writeShard() {
    String name = "%05d.tokens".formatted(written.size());
    int width = ShardFormat.tokenBytes(vocabulary);
    ShardFormat format = new ShardFormat(width, tokenCount, documentCount, vocabulary, endOfText);
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(format.header());
      write(out, ends, documentCount, ShardFormat.END_BYTES);
      write(out, tokens, tokenCount, width);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(file, e), e);
    }
    written.add(new Written(name, documentCount, tokenCount));
    tokenCount = 0;
    documentCount = 0;
  }

  private static void write(OutputStream out, int[] values, int count, int width)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < count; from += BUFFER / width) {
      int to = Math.min(count, from + BUFFER / width);
      bytes.clear();
      for (int i = from; i < to; i++) {
        if (width == 2) {
          bytes.putShort((short) values[i]);
        } else {
          bytes.putInt(values[i]);
        }
      }
      out.write(bytes.array(), 0, bytes.position());
    }
  }
}
