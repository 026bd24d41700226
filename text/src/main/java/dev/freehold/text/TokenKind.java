package dev.freehold.text;

/// What a token is, as `tokenizer.ggml.token_type` counts.
enum TokenKind {
  NORMAL(1),
  UNKNOWN(2),
  CONTROL(3),
  USER_DEFINED(4),
  UNUSED(5),
  BYTE(6);

  private static final TokenKind[] ALL = values();

  private final int number;

  TokenKind(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /// Whether the token is left out of shown text.
  boolean isMark() {
    return this == CONTROL || this == UNKNOWN;
  }

  static TokenKind of(long number, int id) {
    if (number >= 1 && number <= ALL.length) {
      return ALL[(int) number - 1];
    }
    if (number == 0) {
      return UNUSED; // undefined
    }
    throw new TextException(
        "tokenizer.ggml.token_type: token %d has type %d, known are 0 to 6".formatted(id, number));
  }
}
