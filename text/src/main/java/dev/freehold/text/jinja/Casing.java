package dev.freehold.text.jinja;

import java.util.Locale;

/// Upper and lower case of strings, without regard to any language.
final class Casing {
  private Casing() {}

  static Text apply(Run run, String method, Text text) {
    run.allocate(3L * text.length());
    run.work(4L * text.length());
    return switch (method) {
      case "upper" -> text.map(part -> part.toUpperCase(Locale.ROOT));
      case "lower", "casefold" -> text.map(part -> part.toLowerCase(Locale.ROOT));
      case "capitalize" -> text.isEmpty() ? text : capitalize(run, text);
      case "title" -> title(text);
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

  /// A letter after a letter becomes small, any other large.
  private static Text title(Text text) {
    boolean[] inWord = new boolean[1];
    return text.map(part -> {
      StringBuilder out = new StringBuilder(part.length());
      part.codePoints()
          .forEach(c -> {
            String letter = Character.toString(c);
            out.append(inWord[0] ? letter.toLowerCase(Locale.ROOT) : toTitle(letter));
            inWord[0] = Chars.isLetter(c);
          });
      return out.toString();
    });
  }

  /// The filter `title`: words begin after white space and `- ( { [ <`, not after every mark.
  static Text titleWords(Run run, Text text) {
    run.allocate(3L * text.length());
    run.work(8L * text.length());
    boolean[] inWord = new boolean[1];
    return text.map(part -> {
      StringBuilder out = new StringBuilder(part.length());
      part.codePoints()
          .forEach(c -> {
            String letter = Character.toString(c);
            out.append(
                inWord[0] ? letter.toLowerCase(Locale.ROOT) : letter.toUpperCase(Locale.ROOT));
            inWord[0] = "-({[<".indexOf(c) < 0 && !(c < 0x10000 && Chars.isSpace((char) c));
          });
      return out.toString();
    });
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
    run.work(8L * text.length());
    return text.chars().codePoints().anyMatch(Character::isUpperCase)
        && text.chars().codePoints().noneMatch(Character::isLowerCase);
  }

  static boolean isLower(Run run, Text text) {
    run.work(8L * text.length());
    return text.chars().codePoints().anyMatch(Character::isLowerCase)
        && text.chars().codePoints().noneMatch(Character::isUpperCase);
  }
}
