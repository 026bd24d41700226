package dev.freehold.train.seedling;

import java.util.List;

/// Small pieces of English grammar: slots, articles, lists, capitals.
final class Wording {
  private static final String VOWELS = "aeiou";

  private Wording() {}

  /// A sentence with slots such as `{person}` filled.
  ///
  /// @param pairs names of slots, each followed by its text
  static String fill(String template, String... pairs) {
    String text = template;
    for (int i = 0; i < pairs.length; i += 2) {
      text = text.replace("{" + pairs[i] + "}", pairs[i + 1]);
    }
    if (text.indexOf('{') >= 0) {
      throw new IllegalStateException("a slot is left open: " + text);
    }
    return text;
  }

  /// A noun with `a` or `an`.
  static String withArticle(String noun) {
    return (VOWELS.indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
  }

  static String capital(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  /// `a`, `a and b`, `a, b and c`.
  static String list(List<String> elements) {
    if (elements.size() == 1) {
      return elements.getFirst();
    }
    int last = elements.size() - 1;
    return String.join(", ", elements.subList(0, last)) + " and " + elements.get(last);
  }
}
