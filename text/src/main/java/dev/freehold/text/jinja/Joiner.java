package dev.freehold.text.jinja;

/// The global `joiner`: empty at its first call, the separator at every other.
final class Joiner implements Callable {
  private final Text separator;
  private boolean used;

  Joiner(Text separator) {
    this.separator = separator;
  }

  @Override
  public Value call(Run run, Arguments arguments) {
    Value result = used ? separator : Text.EMPTY;
    used = true;
    return result;
  }

  @Override
  public String type() {
    return "joiner";
  }
}
