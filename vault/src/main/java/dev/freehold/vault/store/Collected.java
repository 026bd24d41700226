package dev.freehold.vault.store;

/// What a collection of garbage did.
///
/// @param blobs how many were removed
/// @param bytes of them together
/// @param held blobs that nothing names, but somebody reads
/// @param downloads bytes of what had arrived from registries and was given up
public record Collected(long blobs, long bytes, long held, long downloads) {}
