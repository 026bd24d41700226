package dev.freehold.vault.sign;

import dev.freehold.vault.VaultException;
import java.util.List;

/// How a model's files become the resources that are signed.
///
/// @param shardBytes length of the pieces that files are cut into; 0 where each file is one
///   resource
/// @param allowSymlinks whether a link to a file counts as the file that it leads to
/// @param ignorePaths relative paths that are left out, each with what is below it
public record Serialization(long shardBytes, boolean allowSymlinks, List<String> ignorePaths) {
  /// The length of shards where nothing is said.
  public static final long DEFAULT_SHARD_BYTES = 1_000_000_000;

  /// Left out of every model at its top, since they say how it came here and not what it is.
  public static final List<String> ALWAYS_IGNORED =
      List.of(".git", ".gitattributes", ".github", ".gitignore");

  public Serialization {
    if (shardBytes < 0) {
      throw new VaultException("the length of shards cannot be " + shardBytes);
    }
    ignorePaths = List.copyOf(ignorePaths);
    ignorePaths.forEach(RelativePath::require);
  }

  /// One resource for each file.
  public static Serialization files(List<String> ignorePaths) {
    return new Serialization(0, false, ignorePaths);
  }

  boolean isSharded() {
    return shardBytes > 0;
  }

  boolean ignores(String path) {
    return isAmong(path, ALWAYS_IGNORED) || isAmong(path, ignorePaths);
  }

  private static boolean isAmong(String path, List<String> ignored) {
    return ignored.stream().anyMatch(each -> path.equals(each) || path.startsWith(each + "/"));
  }

  /// The same, with more paths left out.
  Serialization ignoring(List<String> more) {
    List<String> all = new java.util.ArrayList<>(ignorePaths);
    more.stream().filter(path -> !all.contains(path)).forEach(all::add);
    return new Serialization(shardBytes, allowSymlinks, all);
  }
}
