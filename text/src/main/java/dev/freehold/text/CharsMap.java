package dev.freehold.text;

import dev.freehold.text.unicode.CodePoints;
import dev.freehold.text.unicode.Unicode;
import java.nio.charset.StandardCharsets;

/// The normalization table of a SentencePiece model (`precompiled_charsmap`).
///
/// Layout: u32 length of a double array in bytes, the double array (u32 each), then replacement
/// strings, each ended by NUL. A node of the array holds: bits 0-7 and 31 its label, bit 8 whether
/// a key ends there, bits 10-30 the offset to its children (times 256 if bit 9 is set); the value
/// of a key is where its replacement starts. All little-endian. Source: Darts-clone by Susumu Yata;
/// SentencePiece, `normalizer.cc`.
///
/// Failures: a [TextException] for sizes that do not fit or offsets outside.
final class CharsMap {
  static final CharsMap NONE = new CharsMap(new int[0], new byte[0]);

  private static final int MAX_KEY = 256;

  private final int[] nodes;
  private final byte[] replacements;

  private CharsMap(int[] nodes, byte[] replacements) {
    this.nodes = nodes;
    this.replacements = replacements;
  }

  /// @param field what the bytes come from, for messages
  static CharsMap of(byte[] bytes, String field) {
    if (bytes.length == 0) {
      return NONE;
    }
    if (bytes.length < 4) {
      throw new TextException(
          "%s: expected at least 4 bytes, found %d".formatted(field, bytes.length));
    }
    long size = unsigned(bytes, 0) & 0xFFFFFFFFL;
    if (size % 4 != 0 || size + 4 > bytes.length) {
      throw new TextException(
          "%s: offset 0: the table takes %d bytes, found %d"
              .formatted(field, size, bytes.length - 4));
    }
    int[] nodes = new int[(int) size / 4];
    for (int i = 0; i < nodes.length; i++) {
      nodes[i] = unsigned(bytes, 4 + 4 * i);
    }
    byte[] replacements = new byte[bytes.length - 4 - (int) size];
    System.arraycopy(bytes, 4 + (int) size, replacements, 0, replacements.length);
    if (replacements.length > 0 && replacements[replacements.length - 1] != 0) {
      throw new TextException("%s: the last replacement is not ended by NUL".formatted(field));
    }
    return new CharsMap(nodes, replacements);
  }

  private static int unsigned(byte[] bytes, int at) {
    return (bytes[at] & 0xFF)
        | (bytes[at + 1] & 0xFF) << 8
        | (bytes[at + 2] & 0xFF) << 16
        | (bytes[at + 3] & 0xFF) << 24;
  }

  private int node(int index) {
    if (index < 0 || index >= nodes.length) {
      throw new TextException("precompiled_charsmap: node %d of %d".formatted(index, nodes.length));
    }
    return nodes[index];
  }

  private static int offset(int node) {
    return (node >>> 10) << ((node & 1 << 9) >>> 6);
  }

  /// Walks the keys that `bytes` starts with; returns `length << 32 | value` of the longest, or of
  /// the shortest, or -1.
  private long find(byte[] bytes, int from, int to, boolean longest) {
    if (nodes.length == 0) {
      return -1;
    }
    long found = -1;
    int index = offset(node(0));
    for (int i = from; i < Math.min(to, from + MAX_KEY); i++) {
      int label = bytes[i] & 0xFF;
      if (label == 0) {
        break;
      }
      index ^= label;
      int node = node(index);
      if ((node & (1 << 31 | 0xFF)) != label) {
        break;
      }
      index ^= offset(node);
      if ((node >>> 8 & 1) != 0) {
        found = (long) (i - from + 1) << 32 | (node(index) & 0x7FFFFFFF);
        if (!longest) {
          break;
        }
      }
    }
    return found;
  }

  private String replacement(int start) {
    if (start >= replacements.length) {
      throw new TextException(
          "precompiled_charsmap: replacement at %d of %d".formatted(start, replacements.length));
    }
    int end = start;
    while (replacements[end] != 0) {
      end++;
    }
    return new String(replacements, start, end - start, StandardCharsets.UTF_8);
  }

  /// Replaces from the left the longest key each time, as SentencePiece does.
  CodePoints applyLongest(CodePoints text) {
    if (nodes.length == 0) {
      return text;
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    CodePoints out = new CodePoints(text.length());
    int at = 0;
    for (int i = 0; i < text.length(); ) {
      long match = find(bytes, at, bytes.length, true);
      if (match < 0) {
        out.add(text.get(i), text.trusted(i));
        at += width(text.get(i++));
        continue;
      }
      int end = at + (int) (match >>> 32);
      int start = i;
      while (at < end && i < text.length()) {
        at += width(text.get(i++));
      }
      out.addAll(replacement((int) match), text.trusted(start, i));
    }
    return out;
  }

  /// Replaces graphemes of less than 6 bytes, or else their code points, by what their shortest key
  /// stands for, as the `tokenizers` library does.
  CodePoints applyByGrapheme(CodePoints text) {
    CodePoints out = new CodePoints(text.length());
    for (int i = 0; i < text.length(); ) {
      int end = Graphemes.end(text, i);
      if (end - i > 1 && width(text, i, end) < 6 && replaced(text, i, end, out)) {
        i = end;
        continue;
      }
      for (; i < end; i++) {
        if (!replaced(text, i, i + 1, out)) {
          out.add(text.get(i), text.trusted(i));
        }
      }
    }
    return out;
  }

  private boolean replaced(CodePoints text, int from, int to, CodePoints out) {
    byte[] bytes = text.slice(from, to).toString().getBytes(StandardCharsets.UTF_8);
    long match = find(bytes, 0, bytes.length, false);
    if (match < 0) {
      return false;
    }
    out.addAll(replacement((int) match), text.trusted(from, to));
    return true;
  }

  private static int width(CodePoints text, int from, int to) {
    int width = 0;
    for (int i = from; i < to; i++) {
      width += width(text.get(i));
    }
    return width;
  }

  private static int width(int cp) {
    return cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
  }

  /// The ends of graphemes, as far as those of less than 6 bytes need it.
  static final class Graphemes {
    private Graphemes() {}

    static int end(CodePoints text, int start) {
      int first = text.get(start);
      int i = start + 1;
      if (first == '\r' && i < text.length() && text.get(i) == '\n') {
        return i + 1;
      }
      int category = Unicode.category(first);
      boolean control =
          category == Character.CONTROL
              || category == Character.LINE_SEPARATOR
              || category == Character.PARAGRAPH_SEPARATOR
              || (category == Character.FORMAT && first != 0x200C && first != 0x200D);
      while (!control && i < text.length() && extend(text.get(i))) {
        i++;
      }
      return i;
    }

    private static boolean extend(int cp) {
      return Unicode.isMark(cp)
          || cp == 0x200C
          || cp == 0x200D
          || (cp >= 0x1F3FB && cp <= 0x1F3FF)
          || cp == 0x0E33
          || cp == 0x0EB3;
    }
  }
}
