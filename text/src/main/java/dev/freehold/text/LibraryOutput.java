package dev.freehold.text;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Optional;

/// Decoding as the `tokenizers` library does it: a chain of steps over the texts of tokens.
final class LibraryOutput implements TokenOutput {
  /// How single tokens spell bytes, for [#bytes].
  enum Spelling {
    BYTE_LEVEL,
    ESCAPED_SPACE,
    PLAIN
  }

  // by id, what the steps are fed; empty for ids without a token
  private final String[] texts;
  private final BitSet specials;
  private final BitSet added;
  private final TokenDecoder decoder;
  private final Spelling spelling;

  LibraryOutput(
      String[] texts, BitSet specials, BitSet added, TokenDecoder decoder, Spelling spelling) {
    this.texts = texts;
    this.specials = specials;
    this.added = added;
    this.decoder = decoder;
    this.spelling = spelling;
  }

  private String text(int id) {
    if (id < 0 || id >= texts.length) {
      throw new TextException(
          "token id %d: the vocabulary has the ids 0 to %d".formatted(id, texts.length - 1));
    }
    return texts[id];
  }

  @Override
  public byte[] bytes(int id) {
    String text = text(id);
    if (added.get(id)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    return switch (spelling) {
      case BYTE_LEVEL -> ByteAlphabet.bytes(text);
      case ESCAPED_SPACE -> {
        int b = TokenDecoder.byteOf(text);
        yield b >= 0
            ? new byte[] {(byte) b}
            : text.replace('\u2581', ' ').getBytes(StandardCharsets.UTF_8);
      }
      case PLAIN -> text.getBytes(StandardCharsets.UTF_8);
    };
  }

  @Override
  public StreamDecoder open(boolean showSpecial) {
    Collector collector = new Collector();
    DecodeStage stage = decoder.open(collector);
    return new StreamDecoder() {
      @Override
      public String feed(int id) {
        Optional<String> shown = shown(id, showSpecial);
        shown.ifPresent(stage::token);
        return collector.taken();
      }

      @Override
      public String finish() {
        stage.end();
        return collector.taken();
      }
    };
  }

  private Optional<String> shown(int id, boolean showSpecial) {
    String text = text(id);
    boolean hidden = text.isEmpty() || (!showSpecial && specials.get(id));
    return hidden ? Optional.empty() : Optional.of(text);
  }

  /// The end of the chain.
  private static final class Collector implements DecodeStage {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void token(String part) {
      text.append(part);
    }

    @Override
    public void chunk(String part) {
      text.append(part);
    }

    @Override
    public void end() {}

    String taken() {
      String taken = text.toString();
      text.setLength(0);
      return taken;
    }
  }
}
