package dev.freehold.text;

import dev.freehold.text.regex.Matcher;
import dev.freehold.text.regex.Regex;
import dev.freehold.text.unicode.CodePoints;
import dev.freehold.text.unicode.Normalization;
import dev.freehold.text.unicode.Unicode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What is done to a text before it is cut into pieces; each code point keeps its trust.
///
/// Kinds and rules are those of the `tokenizers` library (`src/normalizers`).
sealed interface Normalizer {
  CodePoints apply(CodePoints text);

  /// One after another.
  record Sequence(List<Normalizer> parts) implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints result = text;
      for (Normalizer part : parts) {
        result = part.apply(result);
      }
      return result;
    }
  }

  /// A Unicode normalization form.
  record Form(Normalization form) implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      return form.apply(text);
    }
  }

  /// Lower case of each code point by itself.
  record Lowercase() implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints out = new CodePoints(text.length());
      for (int i = 0; i < text.length(); i++) {
        Unicode.appendLower(text.get(i), text.trusted(i), out);
      }
      return out;
    }
  }

  /// Takes marks away.
  record StripAccents() implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints out = new CodePoints(text.length());
      for (int i = 0; i < text.length(); i++) {
        if (!Unicode.isMark(text.get(i))) {
          out.add(text.get(i), text.trusted(i));
        }
      }
      return out;
    }
  }

  /// Takes white space away from the ends.
  record Strip(boolean left, boolean right) implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      int from = 0;
      int to = text.length();
      while (left && from < to && Unicode.isWhiteSpace(text.get(from))) {
        from++;
      }
      while (right && to > from && Unicode.isWhiteSpace(text.get(to - 1))) {
        to--;
      }
      return text.slice(from, to);
    }
  }

  /// Puts a text in front, unless there is nothing.
  record Prepend(String prefix) implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      if (text.length() == 0) {
        return text;
      }
      CodePoints out = new CodePoints(text.length() + prefix.length());
      out.addAll(prefix, true);
      out.append(text, 0, text.length());
      return out;
    }
  }

  /// Replaces each match; what is put in is trusted as the match was.
  record Replace(Regex pattern, String content) implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      Matcher matcher = pattern.matcher().reset(text.array(), 0, text.length());
      CodePoints out = new CodePoints(text.length());
      int done = 0;
      while (matcher.find()) {
        out.append(text, done, matcher.start());
        out.addAll(content, text.trusted(matcher.start(), matcher.end()));
        done = matcher.end();
      }
      out.append(text, done, text.length());
      return out;
    }
  }

  /// Replaces one code point by another.
  record ReplaceOne(int from, int to) implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints out = new CodePoints(text.length());
      for (int i = 0; i < text.length(); i++) {
        out.add(text.get(i) == from ? to : text.get(i), text.trusted(i));
      }
      return out;
    }
  }

  /// Bytes as the letters of [ByteAlphabet].
  record ByteLevel() implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints out = new CodePoints(text.length() * 2);
      for (int i = 0; i < text.length(); i++) {
        String one = Character.toString(text.get(i));
        for (byte b : one.getBytes(StandardCharsets.UTF_8)) {
          out.add(ByteAlphabet.letter(b & 0xFF), text.trusted(i));
        }
      }
      return out;
    }
  }

  /// The cleaning of the Neural Machine Translation toolkit: no controls, all spaces alike.
  record Nmt() implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints out = new CodePoints(text.length());
      for (int i = 0; i < text.length(); i++) {
        int cp = text.get(i);
        if (!isDropped(cp)) {
          out.add(isSpace(cp) ? ' ' : cp, text.trusted(i));
        }
      }
      return out;
    }

    private static boolean isDropped(int cp) {
      return (cp >= 1 && cp <= 8)
          || cp == 0x0B
          || (cp >= 0x0E && cp <= 0x1F)
          || cp == 0x7F
          || cp == 0x8F
          || cp == 0x9F;
    }

    private static boolean isSpace(int cp) {
      return switch (cp) {
        case '\t', '\n', '\f', '\r', 0x1680, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD -> true;
        default -> cp >= 0x200B && cp <= 0x200F;
      };
    }
  }

  /// The cleaning of BERT.
  ///
  /// @param clean drop controls, all white space to spaces
  /// @param spaceChinese put spaces around ideographs
  /// @param stripAccents decompose and drop marks that take no space
  record Bert(boolean clean, boolean spaceChinese, boolean stripAccents, boolean lowercase)
      implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints result = text;
      if (clean) {
        result = cleaned(result);
      }
      if (spaceChinese) {
        result = spaced(result);
      }
      if (stripAccents) {
        result = stripped(Normalization.NFD.apply(result));
      }
      return lowercase ? new Lowercase().apply(result) : result;
    }

    private static CodePoints cleaned(CodePoints text) {
      CodePoints out = new CodePoints(text.length());
      for (int i = 0; i < text.length(); i++) {
        int cp = text.get(i);
        boolean space = Unicode.isWhiteSpace(cp);
        boolean control = cp == 0 || cp == Unicode.REPLACEMENT || BertText.isControl(cp);
        if (!control) {
          out.add(space ? ' ' : cp, text.trusted(i));
        }
      }
      return out;
    }

    private static CodePoints spaced(CodePoints text) {
      CodePoints out = new CodePoints(text.length());
      for (int i = 0; i < text.length(); i++) {
        boolean chinese = BertText.isChinese(text.get(i));
        if (chinese) {
          out.add(' ', true);
        }
        out.add(text.get(i), text.trusted(i));
        if (chinese) {
          out.add(' ', true);
        }
      }
      return out;
    }

    private static CodePoints stripped(CodePoints text) {
      CodePoints out = new CodePoints(text.length());
      for (int i = 0; i < text.length(); i++) {
        if (!Unicode.isNonSpacingMark(text.get(i))) {
          out.add(text.get(i), text.trusted(i));
        }
      }
      return out;
    }
  }

  /// The table of a SentencePiece model, applied to graphemes as the `tokenizers` library does.
  record Precompiled(CharsMap map) implements Normalizer {
    @Override
    public CodePoints apply(CodePoints text) {
      return map.applyByGrapheme(text);
    }
  }

  /// What SentencePiece does before a unigram model, as llama.cpp does it: the table by longest
  /// match, a space in front, spaces in a row as one, `▁` for a space.
  record SentencePiece(CharsMap map, boolean addPrefix, boolean mergeSpaces) implements Normalizer {
    private static final int ESCAPED_SPACE = 0x2581;

    @Override
    public CodePoints apply(CodePoints text) {
      CodePoints mapped = map.applyLongest(text);
      CodePoints out = new CodePoints(mapped.length() + 16);
      boolean prefixed = false;
      boolean inWord = false;
      for (int i = 0; i < mapped.length(); i++) {
        int cp = mapped.get(i);
        if (cp != ' ') {
          if (!inWord && ((addPrefix && !prefixed) || mergeSpaces)) {
            out.add(ESCAPED_SPACE, true);
            prefixed = true;
          }
          inWord = true;
          out.add(cp, mapped.trusted(i));
        } else {
          inWord = false;
          if (!mergeSpaces) {
            out.add(ESCAPED_SPACE, mapped.trusted(i));
          }
        }
      }
      return out;
    }
  }
}
