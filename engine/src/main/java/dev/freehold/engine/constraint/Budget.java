package dev.freehold.engine.constraint;

/// How much compiling one format may take, in units that are the same on every machine.
///
/// @param work steps of all constructions together
/// @param cells entries of the tables of all automata together
/// @param fragments states of the automaton of one pattern before it is made deterministic
/// @param shapes different values that a schema describes
/// @param alternatives ways in which one value may satisfy `anyOf`, `oneOf` and `allOf`
/// @param depth nesting of objects and arrays in a document
public record Budget(
    long work, long cells, int fragments, int shapes, int alternatives, int depth) {
  /// For requests of anybody: tens of megabytes and some tenths of a second at worst.
  public static final Budget DEFAULT = new Budget(20_000_000, 3_000_000, 30_000, 4_000, 256, 48);

  public Budget {
    if (work < 1 || cells < 1 || fragments < 1 || shapes < 1 || alternatives < 1 || depth < 1) {
      throw new IllegalArgumentException("budgets must be positive");
    }
  }
}
