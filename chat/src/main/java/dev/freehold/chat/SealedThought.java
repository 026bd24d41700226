package dev.freehold.chat;

/// A stretch of thinking that the service which gave it sealed, and wants back with the results of
/// the tools that were called: without it, it cannot go on thinking. Nobody else can use it.
///
/// @param backend whose seal it is
/// @param text as it was told; empty where the service hides it
/// @param seal opaque
/// @param isRedacted whether the service told nothing but the seal, and no thought
/// @param position how many parts and calls of its message come before it
public record SealedThought(
    String backend, String text, String seal, boolean isRedacted, int position) {}
