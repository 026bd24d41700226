package dev.freehold.chat;

/// A piece of a message's content.
public sealed interface Part {
  /// Text as the user, a tool or the model wrote it; it never spells a special token.
  record Text(String text) implements Part {}

  /// The texts of parts, one line break between two of them.
  static String text(Iterable<Part> parts) {
    StringBuilder joined = new StringBuilder();
    String between = "";
    for (Part part : parts) {
      joined.append(between);
      switch (part) {
        case Text text -> joined.append(text.text());
      }
      between = "\n";
    }
    return joined.toString();
  }
}
