package dev.freehold.kernel;

import java.util.Optional;

/// Which tier attends in layers of a shape, and why the machine tier does not.
///
/// @param declined why machine code does not run, where it was asked for
public record AttentionChoice(AttentionShape shape, Tier tier, Optional<String> declined) {}
