package dev.freehold.engine.reply;

/// Reads calls as JSON where the first character behind the mark says so, and by another reader
/// where it does not.
final class EitherCallReader implements CallReader {
  private final CallReader json;
  private final CallReader other;
  private boolean decided;
  private boolean isJson;

  EitherCallReader(CallReader json, CallReader other) {
    this.json = json;
    this.other = other;
  }

  @Override
  public Step read(SymbolBuffer in, CallWriter out) {
    if (!decided) {
      if (!in.skipSpace()) {
        return Step.WAIT;
      }
      decided = true;
      isJson = in.peek() == '{' || in.peek() == '[';
    }
    return (isJson ? json : other).read(in, out);
  }
}
