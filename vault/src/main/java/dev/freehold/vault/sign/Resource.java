package dev.freehold.vault.sign;

import dev.freehold.vault.Digest;

/// A file of a model, or a piece of one, and what its bytes hash to.
///
/// @param name its path; of a piece also where it begins and ends, `path:begin:end`
public record Resource(String name, Digest digest) {}
