package dev.freehold.train.data.corpus;

import dev.freehold.text.unicode.Unicode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The words of a text, as the rules count them.
///
/// What stands between white space is cut where punctuation and symbols end at its beginning and
/// begin at its end: `("Hello," she)` gives `("`, `Hello`, `,"`, `she` and `)`. Within a word they
/// stay: `don't`, `3.5`. Lengths are in code points.
///
/// The published rules count words with spaCy's English tokenizer, which is a program of its own
/// and differs in contractions and abbreviations.
final class Words {
  private final List<String> texts = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private int[] ids = new int[64];
  private int[] lengths = new int[64];
  private boolean[] symbols = new boolean[64];
  private boolean[] letters = new boolean[64];

  private Words() {}

  static Words of(String text) {
    Words words = new Words();
    int i = 0;
    while (i < text.length()) {
      int cp = text.codePointAt(i);
      if (Unicode.isWhiteSpace(cp)) {
        i += Character.charCount(cp);
        continue;
      }
      int end = i;
      while (end < text.length() && !Unicode.isWhiteSpace(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      words.cut(text, i, end);
      i = end;
    }
    return words;
  }

  private static boolean isMark(int cp) {
    return Unicode.isPunctuation(cp) || Unicode.isSymbol(cp);
  }

  private void cut(String text, int from, int to) {
    int first = from;
    while (first < to && isMark(text.codePointAt(first))) {
      first += Character.charCount(text.codePointAt(first));
    }
    int last = to;
    while (last > first && isMark(text.codePointBefore(last))) {
      last -= Character.charCount(text.codePointBefore(last));
    }
    add(text, from, first, true);
    add(text, first, last, false);
    add(text, last, to, true);
  }

  private void add(String text, int from, int to, boolean symbol) {
    if (from == to) {
      return;
    }
    int n = texts.size();
    if (n == ids.length) {
      ids = Arrays.copyOf(ids, 2 * n);
      lengths = Arrays.copyOf(lengths, 2 * n);
      symbols = Arrays.copyOf(symbols, 2 * n);
      letters = Arrays.copyOf(letters, 2 * n);
    }
    String word = text.substring(from, to);
    texts.add(word);
    ids[n] = numbers.computeIfAbsent(word, key -> numbers.size());
    lengths[n] = word.codePointCount(0, word.length());
    symbols[n] = symbol;
    letters[n] = !symbol && word.codePoints().anyMatch(Unicode::isAlphabetic);
  }

  /// How many there are, those of punctuation and symbols included.
  int count() {
    return texts.size();
  }

  String text(int word) {
    return texts.get(word);
  }

  /// A number that equal words of this text share.
  int id(int word) {
    return ids[word];
  }

  /// Code points of a word.
  int length(int word) {
    return lengths[word];
  }

  /// Whether a word is all punctuation and symbols.
  boolean isSymbol(int word) {
    return symbols[word];
  }

  /// Whether a word has a letter.
  boolean hasLetter(int word) {
    return letters[word];
  }
}
