package dev.freehold.engine.reply;

import dev.freehold.text.Tokenizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// The marks of a format as sequences of symbols: UTF-16 units of text, and one symbol beyond them
/// for each mark that is a special token.
///
/// A mark that the vocabulary has as a special token is found only as that token, so that text
/// which merely spells it stays text. All other marks are found in the text.
final class Marks {
  private static final int FIRST_MARK = 0x110000;

  private final Set<String> specials;
  private final Map<String, Integer> symbols = new HashMap<>();
  private final List<String> texts = new ArrayList<>();

  /// @param specials texts of the special tokens
  Marks(Set<String> specials) {
    this.specials = specials;
  }

  /// The texts of a vocabulary's special tokens.
  static Set<String> specials(Tokenizer tokenizer) {
    Set<String> specials = new TreeSet<>();
    for (int id = 0; id < tokenizer.vocabularySize(); id++) {
      if (tokenizer.isSpecial(id)) {
        String text = tokenizer.tokenText(id);
        if (!text.isEmpty()) {
          specials.add(text);
        }
      }
    }
    return specials;
  }

  /// The symbols of a mark, the longest special tokens in it as one symbol each.
  int[] pattern(String mark) {
    IntStream.Builder pattern = IntStream.builder();
    for (int at = 0; at < mark.length(); ) {
      String special = longestSpecial(mark, at);
      if (special.isEmpty()) {
        pattern.add(mark.charAt(at++));
      } else {
        pattern.add(symbols.computeIfAbsent(special, this::add));
        at += special.length();
      }
    }
    return pattern.build().toArray();
  }

  private int add(String special) {
    texts.add(special);
    return FIRST_MARK + texts.size() - 1;
  }

  private String longestSpecial(String mark, int at) {
    for (int end = mark.length(); end > at + 1; end--) {
      if (specials.contains(mark.substring(at, end))) {
        return mark.substring(at, end);
      }
    }
    return "";
  }

  /// The symbol of a special token, or -1 where no mark has it.
  int symbol(String token) {
    return symbols.getOrDefault(token, -1);
  }

  static boolean isMark(int symbol) {
    return symbol >= FIRST_MARK;
  }

  void spell(int symbol, StringBuilder text) {
    if (isMark(symbol)) {
      text.append(texts.get(symbol - FIRST_MARK));
    } else {
      text.append((char) symbol);
    }
  }
}
