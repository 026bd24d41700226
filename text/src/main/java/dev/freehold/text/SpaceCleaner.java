package dev.freehold.text;

import java.io.ByteArrayOutputStream;

/// Takes back spaces before punctuation and English contractions, as llama.cpp does for
/// vocabularies whose models were trained on such text (`clean_up_tokenization_spaces`).
///
/// Three passes over the bytes, each with a short memory: a space before `?!.,` goes; of ` ' ` both
/// spaces go; a space before `'s`, `'m`, `'re`, `'ve` goes. Source: llama.cpp, `llama-vocab.cpp`,
/// `detokenize`.
final class SpaceCleaner {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Contractions contractions = new Contractions();
  private final Apostrophes apostrophes = new Apostrophes();
  private boolean space;

  /// The bytes that are certain after these.
  byte[] feed(byte[] bytes) {
    for (byte b : bytes) {
      if (space && b != '?' && b != '!' && b != '.' && b != ',') {
        apostrophes.put(' ');
      }
      space = b == ' ';
      if (!space) {
        apostrophes.put(b);
      }
    }
    return taken();
  }

  /// The bytes still held back.
  byte[] finish() {
    if (space) {
      apostrophes.put(' ');
    }
    apostrophes.end();
    contractions.end();
    return taken();
  }

  private byte[] taken() {
    byte[] bytes = out.toByteArray();
    out.reset();
    return bytes;
  }

  /// The second pass: ` ' ` becomes `'`.
  private final class Apostrophes {
    // how much of " '" is held back
    private int held;

    void put(int b) {
      if (held == 2 && b == ' ') {
        contractions.put('\'');
        held = 0;
        return;
      }
      if (held == 1 && b == '\'') {
        held = 2;
        return;
      }
      end();
      if (b == ' ') {
        held = 1;
      } else {
        contractions.put(b);
      }
    }

    void end() {
      if (held > 0) {
        contractions.put(' ');
      }
      if (held > 1) {
        contractions.put('\'');
      }
      held = 0;
    }
  }

  /// The third pass: ` 's` becomes `'s`, and so on.
  private final class Contractions {
    private final int[] held = new int[3];
    private int count;

    void put(int b) {
      boolean ends =
          (count == 2 && (b == 's' || b == 'm'))
              || (count == 3 && b == 'e' && (held[2] == 'r' || held[2] == 'v'));
      if (ends) {
        for (int i = 1; i < count; i++) {
          out.write(held[i]);
        }
        out.write(b);
        count = 0;
        return;
      }
      boolean goesOn = (count == 1 && b == '\'') || (count == 2 && (b == 'r' || b == 'v'));
      if (goesOn) {
        held[count++] = b;
        return;
      }
      end();
      if (b == ' ') {
        held[count++] = b;
      } else {
        out.write(b);
      }
    }

    void end() {
      for (int i = 0; i < count; i++) {
        out.write(held[i]);
      }
      count = 0;
    }
  }
}
