package dev.freehold.engine.constraint;

/// What comes after a leaf: a stack of frames that shares its lower part with others.
final class Continuation {
  /// The end of the text.
  static final Continuation END = new Continuation();

  private final Frame frame;
  private final Continuation next;
  private final int hash;

  private Continuation() {
    frame = new Frame.Value(new Shape.Union(java.util.List.of()), 0);
    next = this;
    hash = 1;
  }

  private Continuation(Frame frame, Continuation next) {
    this.frame = frame;
    this.next = next;
    this.hash = frame.hashCode() * 31 + next.hash * 1_000_003;
  }

  Continuation push(Frame newFrame) {
    return new Continuation(newFrame, this);
  }

  boolean isEnd() {
    return this == END;
  }

  Frame frame() {
    return frame;
  }

  Continuation next() {
    return next;
  }

  @Override
  public boolean equals(Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Continuation c) || hash != c.hash || isEnd() || c.isEnd()) {
      return false;
    }
    return frame.equals(c.frame) && next.equals(c.next);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
