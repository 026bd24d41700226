package dev.freehold.engine.constraint;

/// One way to read the text so far: inside a leaf, with what has to come after it.
record Strand(Leaf leaf, int state, Continuation next) {}
