package dev.freehold.documents.index;

/// A file that a scan of a folder came upon.
///
/// @param path within the folder, with `/` between names
/// @param modifiedMillis when it was last written to
/// @param problem why it is not read; empty where it is
record FoundFile(String path, long bytes, long modifiedMillis, String problem) {}
