package dev.freehold.engine.constraint;

/// A deterministic automaton over bytes whose every state can still reach acceptance.
///
/// States are numbers from 0, the first one; -1 stands for the end of all hope.
sealed interface Leaf permits Dfa, CountedText {
  /// The state after one more byte, or -1.
  int step(int state, int symbol);

  boolean accepts(int state);

  /// Whether any byte may follow.
  boolean goesOn(int state);

  /// Bytes of one class are treated alike by every state.
  int classOf(int symbol);

  int classCount();
}
