package dev.freehold.vault.bundle;

import java.nio.file.Path;

/// A file of this machine that is carried in a bundle beside the model: a part of the program, or
/// of the JVM that runs it.
///
/// @param path its place in the bundle
public record Carried(String path, Path file, boolean executable) {}
