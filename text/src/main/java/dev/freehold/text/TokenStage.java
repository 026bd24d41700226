package dev.freehold.text;

/// A step that works on whole tokens; a fused token is collected before it is worked on.
abstract class TokenStage implements DecodeStage {
  private final DecodeStage next;
  private final StringBuilder fused = new StringBuilder();
  private boolean isFused;
  private boolean started;

  TokenStage(DecodeStage next) {
    this.next = next;
  }

  /// Works on a token.
  ///
  /// @param first whether it is the first of the text
  abstract void take(String text, boolean first);

  /// Hands on what is still held back.
  void last() {}

  @Override
  public final void token(String text) {
    boolean first = !started;
    started = true;
    take(text, first);
  }

  @Override
  public final void chunk(String text) {
    isFused = true;
    fused.append(text);
  }

  @Override
  public final void end() {
    if (isFused) {
      token(fused.toString());
    }
    last();
    next.end();
  }
}
