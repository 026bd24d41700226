package dev.freehold.text;

import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.WholeFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/// The tables of a byte-pair tokenizer of a GGUF file, made once and kept in a file: to make them
/// from hundreds of thousands of merges takes longer than all else that a start does with them.
///
/// Little-endian: magic `FHTOKENS`, version (u32), CRC-32 of all that follows (u32), SHA-256 of the
/// model (32 bytes), number of tokens (u32), of merges (u32); then the tokens' hashes (u64 each)
/// and their table (u32), and of the merges left and right tokens, results and table (u32 each).
/// How long the tables are follows from the numbers.
///
/// Failures: a [TextException] for a file of another model or version, and for a damaged one.
public final class TokenizerTables {
  /// Number of this set of tables; files of another are refused.
  public static final int VERSION = 1;

  private static final long MAGIC = 0x534e_454b_4f54_4846L;
  private static final int DIGEST_AT = 16;
  private static final int HEADER_BYTES = 56;
  private static final int MOST_MERGES = 1 << 24;
  private static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// A vocabulary's.
  record Tokens(long[] hashes, int[] table) {}

  /// A merge table's.
  record Merges(int[] lefts, int[] rights, int[] results, int[] table) {}

  private final Path file;
  private final Tokens tokens;
  private final Merges merges;

  private TokenizerTables(Path file, Tokens tokens, Merges merges) {
    this.file = file;
    this.tokens = tokens;
    this.merges = merges;
  }

  /// Writes the tables of a model's tokenizer, under a temporary name until the file is whole.
  ///
  /// @param digest SHA-256 of the model in hexadecimal digits
  /// @return whether it has such tables; else nothing is written
  public static boolean write(Path target, String digest, Metadata metadata) {
    Optional<BytePairModel> model = GgufTokenizerReader.bytePairs(metadata);
    if (model.isEmpty()) {
      return false;
    }
    ByteBuffer bytes = bytes(digest, model.get().vocabulary().tables(), model.get().mergeTables());
    try {
      WholeFile.write(
          target,
          channel -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException e) {
      throw new TextException("tokenizer tables " + target + ": cannot be written: " + e);
    }
    return true;
  }

  private static ByteBuffer bytes(String digest, Tokens tokens, Merges merges) {
    int size = Math.toIntExact(size(tokens.hashes().length, merges.lefts().length));
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(MAGIC).putInt(VERSION).putInt(0).put(HexFormat.of().parseHex(digest));
    bytes.putInt(tokens.hashes().length).putInt(merges.lefts().length);
    for (long hash : tokens.hashes()) {
      bytes.putLong(hash);
    }
    for (int[] part :
        new int[][] {
          tokens.table(), merges.lefts(), merges.rights(), merges.results(), merges.table()
        }) {
      for (int number : part) {
        bytes.putInt(number);
      }
    }
    CRC32 crc = new CRC32();
    crc.update(bytes.array(), DIGEST_AT, size - DIGEST_AT);
    return bytes.putInt(12, (int) crc.getValue()).flip();
  }

  private static long size(int tokens, int merges) {
    return HEADER_BYTES
        + 8L * tokens
        + 4L * (Vocabulary.slots(tokens) + 3L * merges + MergeTable.slots(merges));
  }

  /// Reads the tables of the model with this digest.
  ///
  /// @param digest SHA-256 of the model in hexadecimal digits
  public static TokenizerTables read(Path file, String digest) {
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      check(file, data, HexFormat.of().parseHex(digest));
      return read(file, data);
    } catch (IOException e) {
      throw new TextException("tokenizer tables " + file + ": cannot be read: " + e);
    }
  }

  private static TextException damaged(Path file, String field, Object expected, Object found) {
    return new TextException(
        "tokenizer tables %s: %s: expected %s, found %s; prepare the model again"
            .formatted(file, field, expected, found));
  }

  private static void check(Path file, MemorySegment data, byte[] digest) {
    if (data.byteSize() < HEADER_BYTES) {
      throw damaged(file, "size", HEADER_BYTES + " bytes or more", data.byteSize());
    }
    if (data.get(U64, 0) != MAGIC) {
      throw damaged(file, "magic", "FHTOKENS", Long.toHexString(data.get(U64, 0)));
    }
    if (data.get(U32, 8) != VERSION) {
      throw damaged(file, "version", VERSION, data.get(U32, 8));
    }
    byte[] found = data.asSlice(DIGEST_AT, digest.length).toArray(ValueLayout.JAVA_BYTE);
    if (!Arrays.equals(found, digest)) {
      HexFormat hex = HexFormat.of();
      throw damaged(file, "model", "SHA-256 " + hex.formatHex(digest), hex.formatHex(found));
    }
    int tokens = data.get(U32, 48);
    int merges = data.get(U32, 52);
    if (tokens < 1 || tokens > Vocabulary.MAX_SIZE || merges < 0 || merges > MOST_MERGES) {
      throw damaged(file, "numbers", "at most 2^24 tokens and merges", tokens + " and " + merges);
    }
    if (data.byteSize() != size(tokens, merges)) {
      throw damaged(file, "size", size(tokens, merges) + " bytes", data.byteSize());
    }
    CRC32 crc = new CRC32();
    crc.update(data.asSlice(DIGEST_AT).asByteBuffer());
    if ((int) crc.getValue() != data.get(U32, 12)) {
      throw damaged(
          file,
          "CRC-32",
          Integer.toHexString(data.get(U32, 12)),
          Integer.toHexString((int) crc.getValue()));
    }
  }

  private static TokenizerTables read(Path file, MemorySegment data) {
    int tokens = data.get(U32, 48);
    int merges = data.get(U32, 52);
    long[] hashes = new long[tokens];
    MemorySegment.copy(data, U64, HEADER_BYTES, hashes, 0, tokens);
    long at = HEADER_BYTES + 8L * tokens;
    int[][] parts = {
      new int[Vocabulary.slots(tokens)],
      new int[merges],
      new int[merges],
      new int[merges],
      new int[MergeTable.slots(merges)]
    };
    for (int[] part : parts) {
      MemorySegment.copy(data, U32, at, part, 0, part.length);
      at += 4L * part.length;
    }
    return new TokenizerTables(
        file, new Tokens(hashes, parts[0]), new Merges(parts[1], parts[2], parts[3], parts[4]));
  }

  /// Those of a vocabulary of so many tokens.
  Tokens tokens(int size) {
    if (size != tokens.hashes().length) {
      throw damaged(file, "tokens", size, tokens.hashes().length);
    }
    return tokens;
  }

  /// Those of so many merges.
  Merges merges(int count) {
    if (count != merges.lefts().length) {
      throw damaged(file, "merges", count, merges.lefts().length);
    }
    return merges;
  }
}
