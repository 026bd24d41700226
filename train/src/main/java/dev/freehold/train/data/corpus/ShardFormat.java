package dev.freehold.train.data.corpus;

import dev.freehold.train.TrainException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A shard: token ids of whole documents, and where each ends.
///
/// All little-endian. A header of 64 bytes: `FHTOKENS`, u32 version 1, u32 bytes of a token (2 or
/// 4), u64 tokens, u64 documents, u32 size of the vocabulary, u32 id of the token that ends a text,
/// zeros. Then u32 for each document: the token after its last one, counted from the shard's first.
/// Then the tokens, unsigned. Each document ends with the token that ends a text.
///
/// Failures: a [TrainException] for a header that is none, or that the file is too short or too
/// long for.
///
/// @param tokenBytes 2 for vocabularies of at most 65,536 tokens, else 4
record ShardFormat(int tokenBytes, long tokens, long documents, int vocabulary, int endOfText) {
  static final int HEADER = 64;
  static final int END_BYTES = 4;

  private static final byte[] MAGIC = {'F', 'H', 'T', 'O', 'K', 'E', 'N', 'S'};
  private static final int VERSION = 1;
  private static final int SHORT_VOCABULARY = 1 << 16;

  static int tokenBytes(int vocabulary) {
    return vocabulary <= SHORT_VOCABULARY ? 2 : 4;
  }

  byte[] header() {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).putInt(VERSION).putInt(tokenBytes).putLong(tokens).putLong(documents);
    bytes.putInt(vocabulary).putInt(endOfText);
    return bytes.array();
  }

  /// Reads a header.
  ///
  /// @param file name for errors
  /// @param size of the file
  static ShardFormat read(byte[] header, String file, long size) {
    ByteBuffer bytes = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    int version = bytes.getInt();
    if (!Arrays.equals(magic, MAGIC) || version != VERSION) {
      throw new TrainException(
          "%s: byte 0: expected a shard of version %d, found something else"
              .formatted(file, VERSION));
    }
    ShardFormat format =
        new ShardFormat(
            bytes.getInt(), bytes.getLong(), bytes.getLong(), bytes.getInt(), bytes.getInt());
    boolean sane =
        (format.tokenBytes == 2 || format.tokenBytes == 4)
            && format.tokens >= 0
            && format.tokens <= Integer.MAX_VALUE
            && format.documents >= 0
            && format.documents <= format.tokens
            && format.vocabulary > 0
            && format.endOfText >= 0
            && format.endOfText < format.vocabulary;
    if (!sane || size != format.size()) {
      throw new TrainException(
          "%s: byte 12: %s does not fit a file of %d bytes".formatted(file, format, size));
    }
    return format;
  }

  /// Where the tokens begin.
  long tokenStart() {
    return HEADER + END_BYTES * documents;
  }

  /// Bytes of the file.
  long size() {
    return tokenStart() + tokenBytes * tokens;
  }
}
