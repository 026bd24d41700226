/// What an answer must be, held while it is written: schemas, patterns and lists become automata
/// over bytes, and these say which tokens may come next.
///
/// [Constraint#compile] reads the format. Regular parts (strings, numbers, keys, whitespace) become
/// a [Leaf] each, a deterministic automaton over bytes without dead ends; what nests (objects,
/// arrays, references) becomes a [Shape]. An [Automaton] runs both: its states are sets of threads,
/// each a leaf's state with the stack of what comes after it.
@org.jspecify.annotations.NullMarked
package dev.freehold.engine.constraint;
