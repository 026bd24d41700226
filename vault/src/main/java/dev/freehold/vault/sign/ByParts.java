package dev.freehold.vault.sign;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The order in which the reference implementation writes names: folder by folder, so that `a/b`
/// comes before `a.txt`; shards of a file by where they begin.
record ByParts(boolean areShards) implements Comparator<String> {
  private static final Pattern SHARD =
      Pattern.compile("(.+):(\\d{1,18}):(\\d{1,18})", Pattern.DOTALL);

  /// The path in the name of a shard: what comes before the last two colons.
  static String pathOfShard(String name) {
    Matcher shard = SHARD.matcher(name);
    return shard.matches() ? shard.group(1) : name;
  }

  @Override
  public int compare(String a, String b) {
    Matcher x = SHARD.matcher(a);
    Matcher y = SHARD.matcher(b);
    if (!areShards || !x.matches() || !y.matches()) {
      return compareParts(a, b);
    }
    int paths = compareParts(x.group(1), y.group(1));
    if (paths != 0) {
      return paths;
    }
    int begins = Long.compare(Long.parseLong(x.group(2)), Long.parseLong(y.group(2)));
    return begins != 0
        ? begins
        : Long.compare(Long.parseLong(x.group(3)), Long.parseLong(y.group(3)));
  }

  private static int compareParts(String a, String b) {
    String[] left = a.split("/", -1);
    String[] right = b.split("/", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      int order = ModelManifest.byCodePoints().compare(left[i], right[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }
}
