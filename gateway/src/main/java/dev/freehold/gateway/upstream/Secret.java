package dev.freehold.gateway.upstream;

import java.util.function.Supplier;

/// A key that shows nowhere: whatever prints it prints a name.
///
/// The value is asked for with each request, so that a key that was replaced is used at once.
public final class Secret {
  /// No key is needed.
  public static final Secret NONE = new Secret("no key", () -> "");

  private static final int LEAST = 4;
  private static final int LEAST_SHOWN = 8;

  private final String name;
  private final Supplier<String> value;

  /// @param name where it comes from, for messages
  public Secret(String name, Supplier<String> value) {
    this.name = name;
    this.value = value;
  }

  /// Where it comes from: `the environment variable OPENAI_API_KEY`.
  public String name() {
    return name;
  }

  /// The key itself; empty where none is needed.
  String reveal() {
    return value.get();
  }

  /// The same key as it is now, whatever becomes of where it is from.
  Secret now() {
    String taken = reveal();
    return new Secret(name, () -> taken);
  }

  /// A text without the key in it, nor what is left of one that was cut off.
  String hideIn(String text) {
    String key = reveal();
    if (key.length() < LEAST) {
      return text;
    }
    String begin = key.substring(0, Math.min(key.length(), LEAST_SHOWN));
    StringBuilder hidden = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, from)) {
      int same = begin.length();
      while (same < key.length()
          && at + same < text.length()
          && text.charAt(at + same) == key.charAt(same)) {
        same++;
      }
      hidden.append(text, from, at).append("[key]");
      from = at + same;
    }
    return hidden.append(text, from, text.length()).toString();
  }

  @Override
  public String toString() {
    return name;
  }
}
