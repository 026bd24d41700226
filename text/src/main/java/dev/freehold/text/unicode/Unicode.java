package dev.freehold.text.unicode;

import java.util.Optional;

/// Properties of code points, pinned to one version of Unicode, so that token ids are the same on
/// every JDK.
///
/// Categories have the numbers of [Character#getType]. Code points that the version does not assign
/// are [Character#UNASSIGNED]. Source: the Unicode Character Database as JDK 25 holds it.
public final class Unicode {
  public static final int CODE_POINTS = 0x110000;
  public static final int REPLACEMENT = 0xFFFD;

  private static final int FORMAT = 1;
  private static final Tables TABLES = Tables.read();

  private Unicode() {}

  private record Tables(
      String version,
      byte[] categories,
      int[] categoryStarts,
      String[] scriptNames,
      byte[] scripts,
      byte[] combiningRanks,
      byte[] alphabetic,
      byte[] whiteSpace,
      CodePointMap lower,
      CodePointMap fold,
      CodePointMap canonical,
      CodePointMap compatible,
      PairMap compositions) {

    static Tables read() {
      TableReader reader = TableReader.open();
      if (!reader.text(4).equals("FHUC") || reader.number() != FORMAT) {
        throw new IllegalStateException("unicode.bin is not of format " + FORMAT);
      }
      String version = reader.text(reader.number());
      IntList starts = new IntList(4096);
      byte[] categories = reader.runs(starts);
      starts.add(CODE_POINTS);
      String[] names = new String[reader.number()];
      for (int i = 0; i < names.length; i++) {
        names[i] = reader.text(reader.number());
      }
      return new Tables(
          version,
          categories,
          starts.toArray(),
          names,
          reader.runs(),
          reader.runs(),
          reader.runs(),
          reader.runs(),
          reader.mapping(),
          reader.mapping(),
          reader.mapping(),
          reader.mapping(),
          PairMap.read(reader));
    }
  }

  public static String version() {
    return TABLES.version;
  }

  public static int category(int cp) {
    return TABLES.categories[cp];
  }

  /// Where the category changes, in ascending order; the last is the end of all code points.
  static int[] categoryStarts() {
    return TABLES.categoryStarts;
  }

  private static boolean in(int cp, int categories) {
    return (1 << TABLES.categories[cp] & categories) != 0;
  }

  public static boolean isWhiteSpace(int cp) {
    return TABLES.whiteSpace[cp] != 0;
  }

  public static boolean isAlphabetic(int cp) {
    return TABLES.alphabetic[cp] != 0;
  }

  public static boolean isPunctuation(int cp) {
    return in(cp, Categories.PUNCTUATION);
  }

  public static boolean isNumber(int cp) {
    return in(cp, Categories.NUMBER);
  }

  public static boolean isSymbol(int cp) {
    return in(cp, Categories.SYMBOL);
  }

  public static boolean isMark(int cp) {
    return in(cp, Categories.MARK);
  }

  public static boolean isNonSpacingMark(int cp) {
    return TABLES.categories[cp] == Character.NON_SPACING_MARK;
  }

  /// Letters, marks, decimal digits and connectors: `\w`.
  public static boolean isWord(int cp) {
    return isAlphabetic(cp) || in(cp, Categories.WORD);
  }

  /// The number of the script of a code point; [#script(String)] finds numbers.
  public static int script(int cp) {
    return TABLES.scripts[cp] & 0xFF;
  }

  /// The number of a script by its name, as in `Han`, letter case and `_` ignored.
  public static Optional<Integer> script(String name) {
    String plain = name.replace("_", "");
    for (int i = 0; i < TABLES.scriptNames.length; i++) {
      if (TABLES.scriptNames[i].replace("_", "").equalsIgnoreCase(plain)) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /// Simple case folding: code points that differ only in case share it.
  public static int fold(int cp) {
    if (cp < 128) {
      return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    }
    int index = TABLES.fold.find(cp);
    return index < 0 ? cp : TABLES.fold.point(index, 0);
  }

  /// Appends the lower case of a code point; it may take two.
  public static void appendLower(int cp, boolean trusted, CodePoints out) {
    if (cp < 128) {
      out.add(cp >= 'A' && cp <= 'Z' ? cp + 32 : cp, trusted);
      return;
    }
    int index = TABLES.lower.find(cp);
    if (index < 0) {
      out.add(cp, trusted);
      return;
    }
    for (int i = 0; i < TABLES.lower.length(index); i++) {
      out.add(TABLES.lower.point(index, i), trusted);
    }
  }

  /// Rank in canonical ordering; 0 for code points that stay in place.
  static int combiningRank(int cp) {
    return TABLES.combiningRanks[cp] & 0xFF;
  }

  static CodePointMap decompositions(boolean compatible) {
    return compatible ? TABLES.compatible : TABLES.canonical;
  }

  /// The composed form of two code points, or -1.
  static int compose(int first, int second) {
    return TABLES.compositions.get(first, second);
  }

  /// All code points that fold to another, each followed by what it folds to.
  public static int[] foldPairs() {
    return FoldPairs.ALL.clone();
  }

  private static final class FoldPairs {
    static final int[] ALL = new int[TABLES.fold.size() * 2];

    static {
      for (int i = 0; i < TABLES.fold.size(); i++) {
        ALL[2 * i] = TABLES.fold.key(i);
        ALL[2 * i + 1] = TABLES.fold.point(i, 0);
      }
    }
  }
}
