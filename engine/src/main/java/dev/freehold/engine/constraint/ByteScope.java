package dev.freehold.engine.constraint;

/// What automata are built within: the bytes that the vocabulary can spell, and the budget.
record ByteScope(ByteSet allowed, Meter meter) {}
