package dev.freehold.vault.bundle;

import dev.freehold.vault.store.Content;

/// A file that is carried in a bundle beside the model: a part of the program, or of the JVM that
/// runs it.
///
/// @param path its place in the bundle
public record Carried(String path, Content content, boolean executable) {}
