package dev.freehold.text.unicode;

import java.util.Arrays;

/// A growing text as code points, each trusted or not.
///
/// Surrogates that stand alone become U+FFFD, as UTF-8 encoders have them.
public final class CodePoints {
  private int[] points;
  private int length;
  // grows with the text from the first untrusted code point on; empty while all are trusted
  private boolean[] untrusted = new boolean[0];

  public CodePoints(int capacity) {
    points = new int[capacity];
  }

  public static CodePoints of(String text, boolean trusted) {
    CodePoints result = new CodePoints(text.length());
    result.addAll(text, trusted);
    return result;
  }

  public void addAll(String text, boolean trusted) {
    for (int i = 0; i < text.length(); ) {
      int cp = text.codePointAt(i);
      i += Character.charCount(cp);
      add(cp >= 0xD800 && cp < 0xE000 ? Unicode.REPLACEMENT : cp, trusted);
    }
  }

  public void add(int cp, boolean trusted) {
    if (length == points.length) {
      points = Arrays.copyOf(points, Math.max(16, length * 2));
    }
    if (!trusted) {
      if (untrusted.length < points.length) {
        untrusted = Arrays.copyOf(untrusted, points.length);
      }
      untrusted[length] = true;
    } else if (length < untrusted.length) {
      untrusted[length] = false;
    }
    points[length++] = cp;
  }

  public int get(int index) {
    return points[index];
  }

  public boolean trusted(int index) {
    return index >= untrusted.length || !untrusted[index];
  }

  /// Whether every code point in `[from, to)` is trusted.
  public boolean trusted(int from, int to) {
    for (int i = from; i < Math.min(to, untrusted.length); i++) {
      if (untrusted[i]) {
        return false;
      }
    }
    return true;
  }

  public int length() {
    return length;
  }

  /// The code points themselves, of which the first [#length] count; not to be changed.
  public int[] array() {
    return points;
  }

  /// Drops the code points from `newLength` on.
  public void truncate(int newLength) {
    length = newLength;
  }

  void set(int index, int cp, boolean trusted) {
    int end = length;
    length = index;
    add(cp, trusted);
    length = end;
  }

  public CodePoints slice(int from, int to) {
    CodePoints result = new CodePoints(to - from);
    result.append(this, from, to);
    return result;
  }

  public void append(CodePoints source, int from, int to) {
    for (int i = from; i < to; i++) {
      add(source.points[i], source.trusted(i));
    }
  }

  @Override
  public String toString() {
    return new String(points, 0, length);
  }
}
