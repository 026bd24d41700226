package dev.freehold.text;

import dev.freehold.text.Cuts.Behavior;
import dev.freehold.text.regex.Regex;
import dev.freehold.text.unicode.IntList;
import dev.freehold.text.unicode.Unicode;
import java.util.List;

/// Cuts a normalized text into the pieces that the model encodes one by one.
///
/// Kinds and rules are those of the `tokenizers` library (`src/pre_tokenizers`).
sealed interface PreTokenizer {
  Pieces apply(Pieces pieces);

  /// One after another.
  record Sequence(List<PreTokenizer> parts) implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      Pieces result = pieces;
      for (PreTokenizer part : parts) {
        result = part.apply(result);
      }
      return result;
    }
  }

  /// Cuts at a pattern.
  record Split(Regex pattern, Behavior behavior, boolean invert) implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      return Cuts.byPattern(pieces, pattern.matcher(), behavior, invert);
    }
  }

  /// Bytes as the letters of [ByteAlphabet], after GPT-2's pattern if `pattern` says so.
  record ByteLevel(boolean addPrefixSpace, boolean usePattern) implements PreTokenizer {
    private static final Regex GPT2 =
        Regex.compile(
            "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+");

    @Override
    public Pieces apply(Pieces pieces) {
      Pieces result = addPrefixSpace ? prefixed(pieces) : pieces;
      if (usePattern) {
        result = Cuts.byPattern(result, GPT2.matcher(), Behavior.ISOLATED, false);
      }
      return letters(result);
    }

    private static Pieces prefixed(Pieces pieces) {
      Rewriter out = new Rewriter(pieces);
      for (int piece = 0; piece < pieces.count(); piece++) {
        if (pieces.points()[pieces.start(piece)] != ' ') {
          out.add(' ');
        }
        out.addAll(pieces.start(piece), pieces.end(piece));
        out.endPiece();
      }
      return out.pieces();
    }

    private static Pieces letters(Pieces pieces) {
      Rewriter out = new Rewriter(pieces);
      for (int piece = 0; piece < pieces.count(); piece++) {
        for (int i = pieces.start(piece); i < pieces.end(piece); i++) {
          int cp = pieces.points()[i];
          if (cp < 0x80) {
            out.add(ByteAlphabet.letter(cp));
          } else if (cp < 0x800) {
            out.add(ByteAlphabet.letter(0xC0 | cp >> 6));
            out.add(ByteAlphabet.letter(0x80 | cp & 0x3F));
          } else {
            if (cp < 0x10000) {
              out.add(ByteAlphabet.letter(0xE0 | cp >> 12));
            } else {
              out.add(ByteAlphabet.letter(0xF0 | cp >> 18));
              out.add(ByteAlphabet.letter(0x80 | cp >> 12 & 0x3F));
            }
            out.add(ByteAlphabet.letter(0x80 | cp >> 6 & 0x3F));
            out.add(ByteAlphabet.letter(0x80 | cp & 0x3F));
          }
        }
        out.endPiece();
      }
      return out.pieces();
    }
  }

  /// When [Metaspace] puts a space in front.
  enum Prefix {
    ALWAYS,
    FIRST,
    NEVER
  }

  /// Spaces become a letter, which starts words.
  record Metaspace(int replacement, Prefix prefix, boolean split) implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      Rewriter out = new Rewriter(pieces);
      for (int piece = 0; piece < pieces.count(); piece++) {
        int first = pieces.points()[pieces.start(piece)];
        boolean wanted =
            switch (prefix) {
              case ALWAYS -> true;
              case FIRST -> piece == 0 && pieces.atTextStart();
              case NEVER -> false;
            };
        if (wanted && first != replacement && first != ' ') {
          out.add(replacement);
        }
        for (int i = pieces.start(piece); i < pieces.end(piece); i++) {
          int cp = pieces.points()[i];
          out.add(cp == ' ' ? replacement : cp);
        }
        out.endPiece();
      }
      Pieces result = out.pieces();
      return split
          ? Cuts.byCharacter(result, cp -> cp == replacement, Behavior.MERGED_WITH_NEXT)
          : result;
    }
  }

  /// Words and runs of other signs; white space is dropped.
  record Whitespace() implements PreTokenizer {
    private static final Regex WORDS =
        Regex.compile("[\\w\\x{200C}\\x{200D}]+|[^\\w\\s\\x{200C}\\x{200D}]+");

    @Override
    public Pieces apply(Pieces pieces) {
      return Cuts.byPattern(pieces, WORDS.matcher(), Behavior.REMOVED, true);
    }
  }

  /// Cuts at white space, which is dropped.
  record WhitespaceSplit() implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      return Cuts.byCharacter(pieces, Unicode::isWhiteSpace, Behavior.REMOVED);
    }
  }

  /// Cuts at white space, which is dropped, and around punctuation.
  record Bert() implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      Pieces words = Cuts.byCharacter(pieces, Unicode::isWhiteSpace, Behavior.REMOVED);
      return Cuts.byCharacter(words, BertText::isPunctuation, Behavior.ISOLATED);
    }
  }

  record Punctuation(Behavior behavior) implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      return Cuts.byCharacter(pieces, BertText::isPunctuation, behavior);
    }
  }

  /// Cuts around numbers, or around each digit.
  record Digits(boolean individual) implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      return Cuts.byCharacter(
          pieces, Unicode::isNumber, individual ? Behavior.ISOLATED : Behavior.CONTIGUOUS);
    }
  }

  /// Cuts at one character, which is dropped.
  record Delimiter(int delimiter) implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      return Cuts.byCharacter(pieces, cp -> cp == delimiter, Behavior.REMOVED);
    }
  }

  /// Cuts every so many characters.
  record FixedLength(int length) implements PreTokenizer {
    @Override
    public Pieces apply(Pieces pieces) {
      IntList out = new IntList();
      for (int piece = 0; piece < pieces.count(); piece++) {
        for (int i = pieces.start(piece); i < pieces.end(piece); i += length) {
          out.add(i);
          out.add(Math.min(pieces.end(piece), i + length));
        }
      }
      return pieces.with(out);
    }
  }

  /// Cuts where the script changes; the three Japanese ones count as one, a space as any.
  record Scripts() implements PreTokenizer {
    private static final int ANY = -1;

    @Override
    public Pieces apply(Pieces pieces) {
      ScriptNumbers scripts = ScriptNumbers.get();
      IntList out = new IntList();
      for (int piece = 0; piece < pieces.count(); piece++) {
        int last = -2;
        int start = -1;
        for (int i = pieces.start(piece); i < pieces.end(piece); i++) {
          int script = scripts.of(pieces.points()[i]);
          if (script != ANY && last != script) {
            if (start >= 0) {
              out.add(start);
              out.add(i);
            }
            start = i;
          }
          last = script == ANY ? last : script;
        }
        if (start >= 0) {
          out.add(start);
          out.add(pieces.end(piece));
        }
      }
      return pieces.with(out);
    }

    private record ScriptNumbers(int han, int hiragana, int katakana, int unknown) {
      static ScriptNumbers get() {
        return new ScriptNumbers(
            Unicode.script("Han").orElseThrow(),
            Unicode.script("Hiragana").orElseThrow(),
            Unicode.script("Katakana").orElseThrow(),
            Unicode.script("Unknown").orElseThrow());
      }

      int of(int cp) {
        int script = Unicode.script(cp);
        if (cp == ' ' || script == unknown) {
          return ANY;
        }
        return cp == 0x30FC || script == hiragana || script == katakana ? han : script;
      }
    }
  }

  /// Writes pieces anew.
  final class Rewriter {
    private final Pieces source;
    private final IntList points;
    private final IntList bounds;
    private int start;

    Rewriter(Pieces source) {
      this.source = source;
      int count = source.count();
      int length = count == 0 ? 0 : source.end(count - 1) - source.start(0);
      points = new IntList(length + length / 8 + 16);
      bounds = new IntList(source.bounds().size());
    }

    void add(int cp) {
      points.add(cp);
    }

    void addAll(int from, int to) {
      points.addAll(source.points(), from, to);
    }

    void endPiece() {
      bounds.add(start);
      bounds.add(points.size());
      start = points.size();
    }

    Pieces pieces() {
      return new Pieces(points.toArray(), bounds, source.atTextStart());
    }
  }
}
