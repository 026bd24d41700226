package dev.freehold.text;

import dev.freehold.text.unicode.IntList;

/// Turns one piece of pre-tokenized text into ids.
interface Model {
  Vocabulary vocabulary();

  /// What one call of the tokenizer keeps between pieces; it serves one thread.
  interface Run {
    /// Appends the ids of the code points `[from, to)`.
    void encode(int[] points, int from, int to, IntList out);
  }

  Run start();
}
