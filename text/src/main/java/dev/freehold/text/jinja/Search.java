package dev.freehold.text.jinja;

/// A string to look for, found in time linear in both lengths (Knuth, Morris and Pratt).
final class Search {
  private static final int SHORT = 8;

  private final Run run;
  private final String part;
  private final int[] borders;

  Search(Run run, String part) {
    this.run = run;
    this.part = part;
    this.borders = part.length() > SHORT ? borders(run, part) : new int[0];
  }

  private static int[] borders(Run run, String part) {
    run.allocate(4L * part.length());
    int[] borders = new int[part.length()];
    int matched = 0;
    for (int i = 1; i < part.length(); i++) {
      while (matched > 0 && part.charAt(i) != part.charAt(matched)) {
        matched = borders[matched - 1];
      }
      if (part.charAt(i) == part.charAt(matched)) {
        matched++;
      }
      borders[i] = matched;
    }
    return borders;
  }

  /// The first index from `from` on where the part stands, or -1.
  int in(String text, int from) {
    int found = part.length() > SHORT ? linear(text, from) : text.indexOf(part, from);
    run.work((found < 0 ? text.length() : found) - (long) Math.min(from, text.length()));
    return found;
  }

  private int linear(String text, int from) {
    int matched = 0;
    for (int i = from; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != part.charAt(matched)) {
        matched = borders[matched - 1];
      }
      if (text.charAt(i) == part.charAt(matched)) {
        matched++;
      }
      if (matched == part.length()) {
        return i - matched + 1;
      }
    }
    return -1;
  }
}
