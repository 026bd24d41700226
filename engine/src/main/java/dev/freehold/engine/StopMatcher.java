package dev.freehold.engine;

import java.util.Arrays;
import java.util.List;

/// Watches a growing text for strings that end it.
///
/// Text that could still become a stop string is held back, so that nothing has to be taken back.
/// The stop string that is complete first ends the text at its begin; of several that are complete
/// with the same character the longest does. How the text is cut into pieces changes nothing.
final class StopMatcher {
  private final List<String> stops;

  /// Per stop string and number of matched characters, the longest shorter match to fall back to
  /// (Knuth, Morris and Pratt).
  private final int[][] fallbacks;

  private final int[] matched;
  private final StringBuilder held = new StringBuilder();
  private String found = "";

  /// @param stops strings, none of them empty
  StopMatcher(List<String> stops) {
    this.stops = List.copyOf(stops);
    this.matched = new int[stops.size()];
    this.fallbacks = new int[stops.size()][];
    for (int i = 0; i < stops.size(); i++) {
      fallbacks[i] = fallbacks(stops.get(i));
    }
  }

  private static int[] fallbacks(String stop) {
    int[] fallback = new int[stop.length() + 1];
    for (int i = 1, match = 0; i < stop.length(); i++) {
      while (match > 0 && stop.charAt(i) != stop.charAt(match)) {
        match = fallback[match];
      }
      if (stop.charAt(i) == stop.charAt(match)) {
        match++;
      }
      fallback[i + 1] = match;
    }
    return fallback;
  }

  /// Takes the next piece of text and returns what is certain to stand before any stop string.
  String feed(String text) {
    if (stops.isEmpty() || found()) {
      return found() ? "" : text;
    }
    for (int i = 0; i < text.length(); i++) {
      held.append(text.charAt(i));
      int length = completedBy(text.charAt(i));
      if (length > 0) {
        found = held.substring(held.length() - length);
        held.setLength(held.length() - length);
        return finish();
      }
    }
    int open = 0;
    for (int match : matched) {
      open = Math.max(open, match);
    }
    String certain = held.substring(0, held.length() - open);
    held.delete(0, certain.length());
    return certain;
  }

  /// Length of the longest stop string that the character completes, 0 for none.
  private int completedBy(char c) {
    int length = 0;
    for (int i = 0; i < stops.size(); i++) {
      String stop = stops.get(i);
      int match = matched[i];
      while (match > 0 && stop.charAt(match) != c) {
        match = fallbacks[i][match];
      }
      matched[i] = stop.charAt(match) == c ? match + 1 : 0;
      if (matched[i] == stop.length()) {
        length = Math.max(length, stop.length());
      }
    }
    return length;
  }

  /// Says that something stands here that is no text, so that no stop string goes across it;
  /// returns the text that was held back.
  String interrupt() {
    Arrays.fill(matched, 0);
    return finish();
  }

  /// Whether a stop string has appeared.
  boolean found() {
    return !found.isEmpty();
  }

  /// The stop string that has appeared; empty where none has.
  String which() {
    return found;
  }

  /// The text still held back, once no more will come.
  String finish() {
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }
}
