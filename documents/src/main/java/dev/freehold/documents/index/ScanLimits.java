package dev.freehold.documents.index;

/// How much of a folder is looked at.
///
/// @param maxFiles and folders below it
/// @param maxDepth folders within folders
/// @param maxBytes of a file
public record ScanLimits(int maxFiles, int maxDepth, int maxBytes) {
  public static final ScanLimits DEFAULT = new ScanLimits(500_000, 32, 64 << 20);

  public ScanLimits {
    if (maxFiles < 1 || maxDepth < 1 || maxBytes < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
