package dev.freehold.kernel.x86;

/// A place in the code that jumps go to; bound once, before or after them.
public final class Label {
  static final int UNBOUND = -1;

  int position = UNBOUND;
}
