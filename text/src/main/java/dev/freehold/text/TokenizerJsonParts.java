package dev.freehold.text;

import dev.freehold.text.regex.Regex;
import dev.freehold.text.unicode.Normalization;
import java.util.Base64;
import java.util.List;

/// Builds normalizers, pre-tokenizers and decoders from their fields in a `tokenizer.json`.
///
/// Failures: a [TextException] with the path of a field for kinds and values that are not known.
final class TokenizerJsonParts {
  private static final int MAX_PARTS = 256;

  private int parts;

  private String type(Fields fields) {
    if (++parts > MAX_PARTS) {
      throw fields.error("", "more than %d parts".formatted(MAX_PARTS));
    }
    return fields.requiredString("type");
  }

  Normalizer normalizer(Fields fields) {
    if (fields.values().isEmpty()) {
      return new Normalizer.Sequence(List.of());
    }
    String type = type(fields);
    return switch (type) {
      case "Sequence" ->
          new Normalizer.Sequence(
              fields.objects("normalizers").stream().map(this::normalizer).toList());
      case "NFC", "NFD", "NFKC", "NFKD" -> new Normalizer.Form(Normalization.valueOf(type));
      case "Lowercase" -> new Normalizer.Lowercase();
      case "StripAccents" -> new Normalizer.StripAccents();
      case "Strip" ->
          new Normalizer.Strip(fields.bool("strip_left", true), fields.bool("strip_right", true));
      case "Prepend" -> new Normalizer.Prepend(fields.requiredString("prepend"));
      case "Replace" -> replace(fields);
      case "ByteLevel" -> new Normalizer.ByteLevel();
      case "Nmt" -> new Normalizer.Nmt();
      case "Precompiled" -> new Normalizer.Precompiled(charsMap(fields));
      case "BertNormalizer" -> {
        boolean lowercase = fields.bool("lowercase", true);
        yield new Normalizer.Bert(
            fields.bool("clean_text", true),
            fields.bool("handle_chinese_chars", true),
            fields.bool("strip_accents").orElse(lowercase),
            lowercase);
      }
      default ->
          throw fields.error(
              "type",
              ("\"%s\" is not supported; supported are Sequence, NFC, NFD, NFKC, NFKD, Lowercase,"
                      + " StripAccents, Strip, Prepend, Replace, ByteLevel, Nmt, Precompiled,"
                      + " BertNormalizer")
                  .formatted(type));
    };
  }

  private static CharsMap charsMap(Fields fields) {
    String text = fields.string("precompiled_charsmap", "");
    try {
      return CharsMap.of(Base64.getDecoder().decode(text), fields.path() + ".precompiled_charsmap");
    } catch (IllegalArgumentException e) {
      throw fields.error("precompiled_charsmap", "no base64: " + e.getMessage());
    }
  }

  private static Normalizer replace(Fields fields) {
    String content = fields.requiredString("content");
    Fields pattern = fields.object("pattern");
    String literal = pattern.string("String", "");
    boolean single = literal.codePointCount(0, literal.length()) == 1;
    if (single && content.codePointCount(0, content.length()) == 1) {
      return new Normalizer.ReplaceOne(literal.codePointAt(0), content.codePointAt(0));
    }
    return new Normalizer.Replace(pattern(fields), content);
  }

  /// `{"String": text}` or `{"Regex": expression}`.
  private static Regex pattern(Fields fields) {
    Fields pattern = fields.object("pattern");
    if (pattern.has("String") == pattern.has("Regex")) {
      throw fields.error("pattern", "expected either String or Regex");
    }
    try {
      return pattern.has("Regex")
          ? Regex.compile(pattern.requiredString("Regex"))
          : Regex.literal(pattern.requiredString("String"));
    } catch (TextException e) {
      throw fields.error("pattern", String.valueOf(e.getMessage()));
    }
  }

  PreTokenizer preTokenizer(Fields fields) {
    if (fields.values().isEmpty()) {
      return new PreTokenizer.Sequence(List.of());
    }
    String type = type(fields);
    return switch (type) {
      case "Sequence" ->
          new PreTokenizer.Sequence(
              fields.objects("pretokenizers").stream().map(this::preTokenizer).toList());
      case "ByteLevel" ->
          new PreTokenizer.ByteLevel(
              fields.bool("add_prefix_space", true), fields.bool("use_regex", true));
      case "Split" ->
          new PreTokenizer.Split(
              pattern(fields), behavior(fields, "Isolated"), fields.bool("invert", false));
      case "Metaspace" ->
          new PreTokenizer.Metaspace(
              fields.character("replacement"), prefix(fields), fields.bool("split", true));
      case "Whitespace" -> new PreTokenizer.Whitespace();
      case "WhitespaceSplit" -> new PreTokenizer.WhitespaceSplit();
      case "BertPreTokenizer" -> new PreTokenizer.Bert();
      case "Punctuation" -> new PreTokenizer.Punctuation(behavior(fields, "Isolated"));
      case "Digits" -> new PreTokenizer.Digits(fields.bool("individual_digits", false));
      case "CharDelimiterSplit" -> new PreTokenizer.Delimiter(fields.character("delimiter"));
      case "UnicodeScripts" -> new PreTokenizer.Scripts();
      case "FixedLength" -> {
        int length = fields.whole("length", 5);
        if (length == 0) {
          throw fields.error("length", "expected at least 1");
        }
        yield new PreTokenizer.FixedLength(length);
      }
      default ->
          throw fields.error(
              "type",
              ("\"%s\" is not supported; supported are Sequence, ByteLevel, Split, Metaspace,"
                      + " Whitespace, WhitespaceSplit, BertPreTokenizer, Punctuation, Digits,"
                      + " CharDelimiterSplit, UnicodeScripts, FixedLength")
                  .formatted(type));
    };
  }

  private static Cuts.Behavior behavior(Fields fields, String otherwise) {
    return Cuts.Behavior.named(fields.string("behavior", otherwise), fields.path() + ".behavior");
  }

  private static PreTokenizer.Prefix prefix(Fields fields) {
    String scheme = fields.string("prepend_scheme", "always");
    if (!fields.bool("add_prefix_space", true)) {
      if (fields.has("prepend_scheme") && !scheme.equals("never")) {
        throw fields.error("prepend_scheme", "contradicts add_prefix_space false");
      }
      return PreTokenizer.Prefix.NEVER;
    }
    return switch (scheme) {
      case "always" -> PreTokenizer.Prefix.ALWAYS;
      case "first" -> PreTokenizer.Prefix.FIRST;
      case "never" -> PreTokenizer.Prefix.NEVER;
      default ->
          throw fields.error(
              "prepend_scheme", "\"%s\" is not one of always, first, never".formatted(scheme));
    };
  }

  TokenDecoder decoder(Fields fields) {
    if (fields.values().isEmpty()) {
      return new TokenDecoder.Spaced();
    }
    String type = type(fields);
    return switch (type) {
      case "Sequence" ->
          new TokenDecoder.Sequence(
              fields.objects("decoders").stream().map(this::decoder).toList());
      case "ByteLevel" -> new TokenDecoder.ByteLevel();
      case "Replace" -> new TokenDecoder.Replace(pattern(fields), fields.requiredString("content"));
      case "ByteFallback" -> new TokenDecoder.ByteFallback();
      case "Fuse" -> new TokenDecoder.Fuse();
      case "Strip" ->
          new TokenDecoder.Strip(
              fields.character("content"), fields.whole("start", 0), fields.whole("stop", 0));
      case "Metaspace" ->
          new TokenDecoder.Metaspace(
              fields.character("replacement"), prefix(fields) != PreTokenizer.Prefix.NEVER);
      case "WordPiece" ->
          new TokenDecoder.WordPiece(fields.string("prefix", "##"), fields.bool("cleanup", true));
      case "BPEDecoder" -> new TokenDecoder.BytePair(fields.string("suffix", "</w>"));
      case "CTC" ->
          new TokenDecoder.Ctc(
              fields.string("pad_token", "<pad>"),
              fields.string("word_delimiter_token", "|"),
              fields.bool("cleanup", true));
      default ->
          throw fields.error(
              "type",
              ("\"%s\" is not supported; supported are Sequence, ByteLevel, Replace, ByteFallback,"
                      + " Fuse, Strip, Metaspace, WordPiece, BPEDecoder, CTC")
                  .formatted(type));
    };
  }

  /// How tokens spell bytes, judged by the decoder and the pre-tokenizer.
  static LibraryOutput.Spelling spelling(TokenDecoder decoder, PreTokenizer preTokenizer) {
    if (decodesBytes(decoder) || writesBytes(preTokenizer)) {
      return LibraryOutput.Spelling.BYTE_LEVEL;
    }
    return decodesSpaces(decoder)
        ? LibraryOutput.Spelling.ESCAPED_SPACE
        : LibraryOutput.Spelling.PLAIN;
  }

  private static boolean decodesBytes(TokenDecoder decoder) {
    return decoder instanceof TokenDecoder.ByteLevel
        || (decoder instanceof TokenDecoder.Sequence sequence
            && sequence.parts().stream().anyMatch(TokenizerJsonParts::decodesBytes));
  }

  private static boolean writesBytes(PreTokenizer preTokenizer) {
    return preTokenizer instanceof PreTokenizer.ByteLevel
        || (preTokenizer instanceof PreTokenizer.Sequence sequence
            && sequence.parts().stream().anyMatch(TokenizerJsonParts::writesBytes));
  }

  private static boolean decodesSpaces(TokenDecoder decoder) {
    return decoder instanceof TokenDecoder.Metaspace
        || decoder instanceof TokenDecoder.ByteFallback
        || decoder instanceof TokenDecoder.Replace
        || (decoder instanceof TokenDecoder.Sequence sequence
            && sequence.parts().stream().anyMatch(TokenizerJsonParts::decodesSpaces));
  }
}
