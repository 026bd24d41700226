package dev.freehold.train.data;

import dev.freehold.text.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;

/// A document as token ids, and which of them are trained on.
///
/// @param trained numbers of the tokens that the model learns to say
record TokenDocument(int[] tokens, BitSet trained) {
  /// The stretches between the borders of what is trained on are encoded each for itself, since
  /// that is where a prompt ends and an answer begins. Marks in the text are marks.
  static TokenDocument of(TextDocument document, Tokenizer tokenizer) {
    int[] tokens = new int[document.text().length() + 16];
    BitSet trained = new BitSet();
    int count = 0;
    int done = 0;
    for (TextDocument.Span span : document.trained()) {
      int[] before = tokenizer.encode(document.text().substring(done, span.start()), true);
      int[] said = tokenizer.encode(document.text().substring(span.start(), span.end()), true);
      tokens = ensure(tokens, count + before.length + said.length);
      System.arraycopy(before, 0, tokens, count, before.length);
      count += before.length;
      System.arraycopy(said, 0, tokens, count, said.length);
      trained.set(count, count + said.length);
      count += said.length;
      done = span.end();
    }
    int[] rest = tokenizer.encode(document.text().substring(done), true);
    tokens = ensure(tokens, count + rest.length);
    System.arraycopy(rest, 0, tokens, count, rest.length);
    return new TokenDocument(Arrays.copyOf(tokens, count + rest.length), trained);
  }

  private static int[] ensure(int[] tokens, int length) {
    return tokens.length >= length ? tokens : Arrays.copyOf(tokens, 2 * length);
  }
}
