package dev.freehold.engine;

/// Holds an answer, token by token, to the form that it must have.
///
/// Where a model may think or mark up its answer first, that part is free.
interface Guide {
  /// An answer of any form.
  Guide FREE =
      new Guide() {
        @Override
        public boolean restricts() {
          return false;
        }

        @Override
        public void mask(long[] bits) {
          throw new IllegalStateException("a free answer has no mask");
        }

        @Override
        public void accept(int token) {}

        @Override
        public boolean isComplete() {
          return false;
        }
      };

  /// Whether only some tokens may come next.
  boolean restricts();

  /// Sets the bits of the tokens that may come next and clears all others.
  void mask(long[] bits);

  /// Takes the next token of the answer.
  void accept(int token);

  /// Whether the answer can only end here.
  boolean isComplete();
}
