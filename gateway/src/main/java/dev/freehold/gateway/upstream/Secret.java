package dev.freehold.gateway.upstream;

import java.util.function.Supplier;

/// A key that shows nowhere: whatever prints it prints a name.
///
/// The value is asked for with each request, so that a key that was replaced is used at once.
public final class Secret {
  /// No key is needed.
  public static final Secret NONE = new Secret("no key", () -> "");

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

  /// A text without the key in it.
  String hideIn(String text) {
    String key = reveal();
    return key.length() < 4 ? text : text.replace(key, "[key]");
  }

  @Override
  public String toString() {
    return name;
  }
}
