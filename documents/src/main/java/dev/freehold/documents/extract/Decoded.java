package dev.freehold.documents.extract;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The characters of a text file.
///
/// @param notes says so where the encoding had to be guessed
record Decoded(String text, List<String> notes) {
  private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final byte[] BIG_ENDIAN_MARK = {(byte) 0xFE, (byte) 0xFF};
  private static final byte[] LITTLE_ENDIAN_MARK = {(byte) 0xFF, (byte) 0xFE};

  /// UTF-16 where a mark says so, else UTF-8, else Latin-1, which is told; nothing where the file
  /// holds no text.
  static Optional<Decoded> of(byte[] bytes) {
    if (startsWith(bytes, BIG_ENDIAN_MARK)) {
      return strict(bytes, BIG_ENDIAN_MARK.length, StandardCharsets.UTF_16BE);
    }
    if (startsWith(bytes, LITTLE_ENDIAN_MARK)) {
      return strict(bytes, LITTLE_ENDIAN_MARK.length, StandardCharsets.UTF_16LE);
    }
    for (byte b : bytes) {
      if (b == 0) {
        return Optional.empty();
      }
    }
    int skipped = startsWith(bytes, UTF8_MARK) ? UTF8_MARK.length : 0;
    Optional<Decoded> utf8 = strict(bytes, skipped, StandardCharsets.UTF_8);
    if (utf8.isPresent()) {
      return utf8;
    }
    return Optional.of(
        new Decoded(
            new String(bytes, StandardCharsets.ISO_8859_1),
            List.of("is not UTF-8; it was read as Latin-1")));
  }

  private static boolean startsWith(byte[] bytes, byte[] mark) {
    return bytes.length >= mark.length
        && java.util.Arrays.equals(bytes, 0, mark.length, mark, 0, mark.length);
  }

  private static Optional<Decoded> strict(byte[] bytes, int skipped, Charset charset) {
    try {
      String text =
          charset
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, skipped, bytes.length - skipped))
              .toString();
      return Optional.of(new Decoded(text, List.of()));
    } catch (CharacterCodingException notThis) {
      return Optional.empty();
    }
  }
}
