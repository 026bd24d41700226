package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a store takes of its disk, and which model takes what.
///
/// @param bytes of all blobs
/// @param garbage of blobs that nothing names
/// @param unfinished of what is being added or fetched, or was left by a crash or given up
/// @param quarantine of what was taken out of the way
/// @param models in the order of the index
public record DiskUse(
    long bytes, long garbage, long unfinished, long quarantine, List<OfEntry> models) {
  /// What one entry of the index takes.
  ///
  /// @param bytes of all its blobs
  /// @param own of those that no other entry needs: what removing it would free
  public record OfEntry(Entry entry, long bytes, long own) {}

  public DiskUse {
    models = List.copyOf(models);
  }

  /// Looks at every blob's size.
  public static DiskUse of(Vault vault) {
    Map<Digest, Integer> needed = new HashMap<>();
    List<Entry> entries = vault.entries();
    List<Map<Digest, Long>> needs = new ArrayList<>();
    for (Entry entry : entries) {
      Map<Digest, Long> blobs = new HashMap<>();
      blobs.put(entry.digest(), entry.manifest().size());
      vault.manifest(entry.manifest()).needs().forEach(n -> blobs.put(n.digest(), n.size()));
      blobs.keySet().forEach(digest -> needed.merge(digest, 1, Integer::sum));
      needs.add(blobs);
    }
    List<OfEntry> models = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      long all = 0;
      long own = 0;
      for (Map.Entry<Digest, Long> blob : needs.get(i).entrySet()) {
        all += blob.getValue();
        own += needed.getOrDefault(blob.getKey(), 0) == 1 ? blob.getValue() : 0;
      }
      models.add(new OfEntry(entries.get(i), all, own));
    }
    long[] sums = new long[2];
    Set<Digest> live = new HashSet<>(needed.keySet());
    vault
        .blobs()
        .each((digest, size) -> {
          sums[0] += size;
          sums[1] += live.contains(digest) ? 0 : size;
        });
    try {
      return new DiskUse(
          sums[0],
          sums[1],
          bytesIn(vault.disk(), vault.places().unfinished())
              + bytesIn(vault.disk(), vault.places().fetched()),
          bytesIn(vault.disk(), vault.places().quarantine()),
          models);
    } catch (IOException failure) {
      throw vault.blobs().failure("the vault cannot be measured", failure);
    }
  }

  private static long bytesIn(Disk disk, java.nio.file.Path folder) throws IOException {
    if (disk.facts(folder).isEmpty()) {
      return 0;
    }
    List<String> names = new ArrayList<>();
    disk.names(folder, names::add);
    long bytes = 0;
    for (String name : names) {
      bytes += disk.facts(folder.resolve(name)).map(Disk.Facts::size).orElse(0L);
    }
    return bytes;
  }
}
