package dev.freehold.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Texts and token ids that users give: as arguments, in files and on standard input.
final class UserInput {
  private static final int MAX_BYTES = 1 << 28;
  private static final int MAX_IDS = 1 << 24;

  private UserInput() {}

  /// All of standard input as text, no byte added or taken away.
  static String text(InputStream in) {
    return text(bytes(in, "standard input"), "standard input");
  }

  /// All of a file as text; `-` is standard input.
  static String text(Surroundings surroundings, String file) {
    return text(bytes(surroundings, file), file.equals("-") ? "standard input" : file);
  }

  /// All bytes of a file; `-` is standard input.
  static byte[] bytes(Surroundings surroundings, String file) {
    if (file.equals("-")) {
      return bytes(surroundings.in(), "standard input");
    }
    Path path = Path.of(file);
    if (!Files.isReadable(path) || Files.isDirectory(path)) {
      throw new CliException("cannot read \"" + file + "\": there is no such readable file");
    }
    try (InputStream stream = Files.newInputStream(path)) {
      return bytes(stream, file);
    } catch (IOException failure) {
      throw new CliException("cannot read " + file + ": " + failure.getMessage(), failure);
    }
  }

  private static byte[] bytes(InputStream in, String source) {
    try {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new CliException(source + ": more than " + Sizes.bytes(MAX_BYTES) + " of input");
      }
      return bytes;
    } catch (IOException failure) {
      throw new CliException("cannot read " + source + ": " + failure.getMessage(), failure);
    }
  }

  /// Decodes UTF-8; a byte that is none is an error that tells where it stands.
  static String text(byte[] bytes, String source) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      try {
        result.throwException();
      } catch (CharacterCodingException failure) {
        throw new CliException(
            "%s: not UTF-8 at byte %d (found 0x%02x)"
                .formatted(source, in.position(), bytes[in.position()]),
            failure);
      }
    }
    return out.flip().toString();
  }

  /// Token ids as people and programs write them: `1,2,3`, `1 2 3`, `[1, 2, 3]` or `{"ids": [1]}`.
  static int[] ids(String text) {
    String list = text.strip();
    if (list.startsWith("{")) {
      list = list.replaceFirst("^\\{\\s*\"ids\"\\s*:", "").replaceFirst("}$", "").strip();
    }
    if (list.startsWith("[") && list.endsWith("]")) {
      list = list.substring(1, list.length() - 1).strip();
    }
    List<Integer> ids = new ArrayList<>();
    for (String number : list.split("[\\s,]+", MAX_IDS)) {
      if (number.isEmpty() && ids.isEmpty() && list.isEmpty()) {
        break;
      }
      try {
        ids.add(Integer.parseInt(number));
      } catch (NumberFormatException failure) {
        throw new CliException(
            "token ids: expected numbers such as 1,2,3, found \""
                + number.substring(0, Math.min(40, number.length()))
                + "\"",
            failure);
      }
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Checks that a vocabulary has these ids.
  static int[] within(int[] ids, int vocabularySize) {
    for (int id : ids) {
      if (id < 0 || id >= vocabularySize) {
        throw new CliException(
            "token id %d: this vocabulary has ids 0 to %d".formatted(id, vocabularySize - 1));
      }
    }
    return ids;
  }
}
