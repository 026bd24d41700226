package dev.freehold.text.jinja;

import java.util.Locale;

/// Upper and lower case of strings, without regard to any language.
final class Casing {
  private Casing() {}

  static Text apply(Run run, String method, Text text) {
    run.allocate(3L * text.length());
    return switch (method) {
      case "upper" -> text.map(part -> part.toUpperCase(Locale.ROOT));
      case "lower", "casefold" -> text.map(part -> part.toLowerCase(Locale.ROOT));
      case "capitalize" -> text.isEmpty() ? text : capitalize(run, text);
      case "title" -> title(run, text);
      case "swapcase" -> text.map(Casing::swap);
      default -> throw new IllegalArgumentException(method);
    };
  }

  private static Text capitalize(Run run, Text text) {
    int first = text.offset(run, 1);
    TextBuilder out = new TextBuilder();
    out.append(text.slice(0, first).map(Casing::toTitle));
    out.append(text.slice(first, text.length()).map(rest -> rest.toLowerCase(Locale.ROOT)));
    return out.build().asMarkup(text.isMarkup());
  }

  private static String toTitle(String letter) {
    int c = letter.codePointAt(0);
    return Character.toTitleCase(c) == c
        ? letter.toUpperCase(Locale.ROOT)
        : Character.toString(Character.toTitleCase(c));
  }

  private static Text title(Run run, Text text) {
    TextBuilder out = new TextBuilder();
    String chars = text.chars();
    boolean inWord = false;
    for (int at = 0; at < chars.length(); ) {
      int c = chars.codePointAt(at);
      int end = at + Character.charCount(c);
      boolean lower = inWord;
      out.append(
          text.slice(at, end)
              .map(letter -> lower ? letter.toLowerCase(Locale.ROOT) : toTitle(letter)));
      inWord = Character.isLetter(c);
      at = end;
    }
    run.work(16L * chars.length());
    return out.build().asMarkup(text.isMarkup());
  }

  /// The filter `title`: words begin after white space and `- ( { [ <`, not after every mark.
  static Text titleWords(Run run, Text text) {
    run.allocate(3L * text.length());
    run.work(16L * text.length());
    TextBuilder out = new TextBuilder();
    String chars = text.chars();
    boolean inWord = false;
    for (int at = 0; at < chars.length(); ) {
      int c = chars.codePointAt(at);
      int end = at + Character.charCount(c);
      boolean lower = inWord;
      out.append(
          text.slice(at, end)
              .map(letter ->
                  lower ? letter.toLowerCase(Locale.ROOT) : letter.toUpperCase(Locale.ROOT)));
      inWord = "-({[<".indexOf(c) < 0 && !(c < 0x10000 && Chars.isSpace((char) c));
      at = end;
    }
    return out.build().asMarkup(text.isMarkup());
  }

  private static String swap(String part) {
    StringBuilder out = new StringBuilder(part.length());
    part.codePoints()
        .mapToObj(Character::toString)
        .forEach(letter -> {
          String upper = letter.toUpperCase(Locale.ROOT);
          out.append(upper.equals(letter) ? letter.toLowerCase(Locale.ROOT) : upper);
        });
    return out.toString();
  }

  static boolean isUpper(Run run, Text text) {
    run.work(text.length());
    return text.chars().codePoints().anyMatch(Character::isUpperCase)
        && text.chars().codePoints().noneMatch(Character::isLowerCase);
  }

  static boolean isLower(Run run, Text text) {
    run.work(text.length());
    return text.chars().codePoints().anyMatch(Character::isLowerCase)
        && text.chars().codePoints().noneMatch(Character::isUpperCase);
  }
}
