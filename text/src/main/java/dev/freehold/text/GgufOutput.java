package dev.freehold.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Decoding as llama.cpp does it (`token_to_piece`, `detokenize`).
final class GgufOutput implements TokenOutput {
  /// How tokens are written in the vocabulary.
  enum Spelling {
    /// Bytes as the letters of [ByteAlphabet].
    BYTE_LEVEL,
    /// `▁` for a space.
    ESCAPED_SPACE
  }

  private static final byte[] NOTHING = new byte[0];

  private final Vocabulary vocabulary;
  private final TokenKind[] kinds;
  private final Spelling spelling;
  private final boolean stripFirst;
  private final boolean clean;

  /// @param stripFirst the first token loses the space in front of it
  /// @param clean spaces before punctuation are taken back
  GgufOutput(
      Vocabulary vocabulary,
      TokenKind[] kinds,
      Spelling spelling,
      boolean stripFirst,
      boolean clean) {
    this.vocabulary = vocabulary;
    this.kinds = kinds;
    this.spelling = spelling;
    this.stripFirst = stripFirst;
    this.clean = clean;
  }

  @Override
  public byte[] bytes(int id) {
    String text = vocabulary.text(id);
    return switch (kinds[id]) {
      case CONTROL, UNKNOWN, USER_DEFINED -> text.getBytes(StandardCharsets.UTF_8);
      case NORMAL ->
          switch (spelling) {
            case BYTE_LEVEL -> ByteAlphabet.bytes(text);
            case ESCAPED_SPACE -> text.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
          };
      case BYTE -> {
        int b = TokenDecoder.byteOf(text);
        yield b < 0 ? text.getBytes(StandardCharsets.UTF_8) : new byte[] {(byte) b};
      }
      case UNUSED -> NOTHING;
    };
  }

  @Override
  public StreamDecoder open(boolean showSpecial) {
    return new Stream(showSpecial);
  }

  private final class Stream implements StreamDecoder {
    private final boolean showSpecial;
    private final SpaceCleaner cleaner = new SpaceCleaner();
    private final Utf8Decoder decoder = new Utf8Decoder();
    private boolean first = true;

    Stream(boolean showSpecial) {
      this.showSpecial = showSpecial;
    }

    @Override
    public String feed(int id) {
      byte[] piece = bytes(id);
      if (!showSpecial && kinds[id].isMark()) {
        return "";
      }
      if (first && stripFirst && piece.length > 0 && piece[0] == ' ') {
        piece = Arrays.copyOfRange(piece, 1, piece.length);
      }
      first = false;
      return decoder.feed(clean ? cleaner.feed(piece) : piece);
    }

    @Override
    public String finish() {
      String text = clean ? decoder.feed(cleaner.finish()) : "";
      return text + decoder.finish();
    }
  }
}
