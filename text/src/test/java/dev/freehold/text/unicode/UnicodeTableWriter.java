package dev.freehold.text.unicode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/// Writes the pinned Unicode tables (`unicode.bin`) from the data of the running JDK; a program.
///
/// JDK 25 holds Unicode 16.0. All numbers are LEB128 varints, code points in ascending order as
/// differences. Layout: magic `FHUC`, format 1, version text; categories, scripts and combining
/// ranks as runs (length, value) that cover 0 to 10FFFF; alphabetic and white-space as runs of
/// alternating 0 and 1; lower case and case fold as (difference, count, code points); canonical and
/// compatibility decompositions (full, Hangul left out) alike; composition pairs as (first, second,
/// composed). Combining ranks keep the order of the canonical combining classes, not their numbers,
/// which is all that normalization looks at.
///
/// Usage: `java UnicodeTableWriter.java FILE`
public final class UnicodeTableWriter {
  static final String VERSION = "16.0";
  static final int JDK = 25;
  private static final int CODE_POINTS = 0x110000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private UnicodeTableWriter() {}

  public static void main(String[] arguments) throws IOException {
    if (Runtime.version().feature() != JDK) {
      throw new IllegalStateException("needs JDK " + JDK + ", which holds Unicode " + VERSION);
    }
    Files.write(Path.of(arguments[0]), bytes());
  }

  static byte[] bytes() {
    return new UnicodeTableWriter().write();
  }

  private byte[] write() {
    out.writeBytes("FHUC".getBytes(StandardCharsets.US_ASCII));
    number(1);
    text(VERSION);
    runs(Character::getType);
    Character.UnicodeScript[] scripts = Character.UnicodeScript.values();
    number(scripts.length);
    for (Character.UnicodeScript script : scripts) {
      text(script.name());
    }
    runs(cp -> Character.UnicodeScript.of(cp).ordinal());
    runs(combiningRanks());
    runs(cp -> Character.isAlphabetic(cp) ? 1 : 0);
    runs(cp -> isWhiteSpace(cp) ? 1 : 0);
    mapping(cp -> new String(Character.toChars(cp)).toLowerCase(Locale.ROOT));
    mapping(cp -> Character.toString(Character.toLowerCase(Character.toUpperCase(cp))));
    mapping(cp -> normalize(Character.toString(cp), Form.NFD));
    mapping(cp -> normalize(Character.toString(cp), Form.NFKD));
    compositions();
    return out.toByteArray();
  }

  /// The property White_Space: separators and the controls that count as space.
  private static boolean isWhiteSpace(int cp) {
    return switch (Character.getType(cp)) {
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> (cp >= 9 && cp <= 13) || cp == 0x85;
    };
  }

  private static boolean isSurrogate(int cp) {
    return cp >= Character.MIN_SURROGATE && cp <= Character.MAX_SURROGATE;
  }

  private static boolean isHangul(int cp) {
    return cp >= 0xAC00 && cp < 0xAC00 + 11172;
  }

  private static String normalize(String text, Form form) {
    return Normalizer.normalize(text, form);
  }

  /// 0 for starters; marks are ranked by which of two is put first by canonical ordering.
  private static IntUnaryOperator combiningRanks() {
    List<Integer> marks = new ArrayList<>();
    for (int cp = 0; cp < CODE_POINTS; cp++) {
      if (!isSurrogate(cp) && isSingleInNfd(cp) && (swaps(cp, 0x0334) || swaps(0x0345, cp))) {
        marks.add(cp);
      }
    }
    marks.add(0x0334);
    marks.add(0x0345);
    List<Integer> sorted = marks.stream().distinct().sorted(UnicodeTableWriter::order).toList();
    int[] ranks = new int[CODE_POINTS];
    int rank = 1;
    for (int i = 0; i < sorted.size(); i++) {
      if (i > 0 && order(sorted.get(i - 1), sorted.get(i)) != 0) {
        rank++;
      }
      ranks[sorted.get(i)] = rank;
    }
    for (int cp = 0; cp < CODE_POINTS; cp++) {
      if (!isSurrogate(cp) && ranks[cp] == 0) {
        // a mark that decomposes ranks as its first part does
        String nfd = normalize(Character.toString(cp), Form.NFD);
        int first = nfd.codePointAt(0);
        if (first != cp && ranks[first] > 0) {
          ranks[cp] = ranks[first];
        }
      }
    }
    return cp -> ranks[cp];
  }

  private static boolean isSingleInNfd(int cp) {
    return normalize(Character.toString(cp), Form.NFD).equals(Character.toString(cp));
  }

  private static boolean swaps(int first, int second) {
    String text = Character.toString(first) + Character.toString(second);
    String swapped = Character.toString(second) + Character.toString(first);
    return first != second && normalize(text, Form.NFD).equals(swapped);
  }

  private static int order(int a, int b) {
    return swaps(a, b) ? 1 : swaps(b, a) ? -1 : 0;
  }

  private void runs(IntUnaryOperator value) {
    int start = 0;
    for (int cp = 1; cp <= CODE_POINTS; cp++) {
      if (cp == CODE_POINTS || value.applyAsInt(cp) != value.applyAsInt(start)) {
        number(cp - start);
        number(value.applyAsInt(start));
        start = cp;
      }
    }
  }

  private interface Mapping {
    String apply(int codePoint);
  }

  private void mapping(Mapping mapping) {
    int last = 0;
    for (int cp = 0; cp < CODE_POINTS; cp++) {
      if (isSurrogate(cp) || isHangul(cp)) {
        continue;
      }
      String mapped = mapping.apply(cp);
      if (!mapped.equals(Character.toString(cp))) {
        number(cp - last);
        int[] points = mapped.codePoints().toArray();
        number(points.length);
        for (int point : points) {
          number(point);
        }
        last = cp;
      }
    }
    number(0);
    number(0);
  }

  private void compositions() {
    List<int[]> pairs = new ArrayList<>();
    for (int cp = 0; cp < CODE_POINTS; cp++) {
      String text = isSurrogate(cp) || isHangul(cp) ? "" : Character.toString(cp);
      String nfd = normalize(text, Form.NFD);
      if (nfd.equals(text) || !normalize(nfd, Form.NFC).equals(text)) {
        continue;
      }
      int second = nfd.codePointBefore(nfd.length());
      String before = nfd.substring(0, nfd.length() - Character.charCount(second));
      String first = normalize(before, Form.NFC);
      if (first.codePointCount(0, first.length()) != 1) {
        throw new IllegalStateException("no pair composes to " + Integer.toHexString(cp));
      }
      pairs.add(new int[] {first.codePointAt(0), second, cp});
    }
    number(pairs.size());
    for (int[] pair : pairs) {
      number(pair[0]);
      number(pair[1]);
      number(pair[2]);
    }
  }

  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    number(bytes.length);
    out.writeBytes(bytes);
  }

  private void number(int value) {
    int rest = value;
    while (rest > 0x7F) {
      out.write((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }
}
