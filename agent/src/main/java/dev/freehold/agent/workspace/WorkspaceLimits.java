package dev.freehold.agent.workspace;

/// What a workspace may hold.
///
/// @param files files, folders and links together
/// @param bytes of all files together
public record WorkspaceLimits(int files, long bytes) {
  /// 100,000 files and 4 GiB.
  public static final WorkspaceLimits DEFAULT = new WorkspaceLimits(100_000, 4L << 30);
}
