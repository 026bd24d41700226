package dev.freehold.engine.reply;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Where in an answer thoughts and calls stand, with the marks as symbols.
///
/// @param thinking the marks around thoughts
/// @param openings what begins calls
/// @param bareCalls reads calls that begin the content without any mark
/// @param wrappers marks around the content that are not part of it
record Layout(
    Marks marks,
    Optional<Pair> thinking,
    List<Opening> openings,
    Optional<Supplier<CallReader>> bareCalls,
    List<Pair> wrappers) {
  /// A mark that opens and one that closes.
  record Pair(int[] open, int[] close) {}

  /// A mark behind which calls stand.
  ///
  /// @param length how many symbols of the mark the reader does not need to see
  record Opening(int[] mark, int length, Supplier<CallReader> reader) {
    /// Whether it begins with a special token.
    boolean isToken() {
      return Marks.isMark(mark[0]);
    }
  }

  Layout {
    openings = List.copyOf(openings);
    wrappers = List.copyOf(wrappers);
  }
}
