package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.store.Finding.Kind;
import dev.freehold.vault.store.Finding.Range;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/// Checks kept models: that all is there, and that the bytes are what they were. Nothing is
/// changed.
public final class Verification {
  private final Vault vault;
  private final LongConsumer progress;
  private long blobs;
  private long bytes;
  private long done;
  private final List<Finding> findings = new ArrayList<>();

  /// What was checked, and what is not as it must be.
  ///
  /// @param blobs that were looked at
  /// @param bytes that were read and compared
  public record Result(long blobs, long bytes, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }
  }

  /// @param progress is told of bytes read so far
  public Verification(Vault vault, LongConsumer progress) {
    this.vault = vault;
    this.progress = progress;
  }

  /// A blob that entries need, by one of its descriptors, with what they call it and its sums.
  private record Needed(Descriptor blob, List<String> paths, Optional<Descriptor> sums) {}

  /// Checks that manifests can be read and that every blob is there in its size.
  public Result structure(List<Entry> entries) {
    for (Needed need : needed(entries)) {
      checkPlace(need);
    }
    return result();
  }

  /// Reads every byte too.
  public Result data(List<Entry> entries) throws InterruptedException {
    for (Needed need : needed(entries)) {
      if (checkPlace(need)) {
        readWhole(need);
      }
    }
    return result();
  }

  /// Reads some blocks of each file that has checksums of its blocks, chosen by chance, and every
  /// byte of the others, which are small.
  ///
  /// @param share of the blocks, from 0 to 1
  public Result sample(List<Entry> entries, double share, RandomGenerator chance)
      throws InterruptedException {
    for (Needed need : needed(entries)) {
      if (!checkPlace(need)) {
        continue;
      }
      Optional<BlockSums> sums = sums(need);
      if (sums.isEmpty()) {
        readWhole(need);
        continue;
      }
      List<Integer> chosen = new ArrayList<>();
      for (int block = 0; block < sums.get().blocks(); block++) {
        if (chance.nextDouble() < share) {
          chosen.add(block);
        }
      }
      List<Range> bad = badBlocks(need, sums.get(), chosen);
      if (!bad.isEmpty()) {
        add(
            Kind.CHANGED,
            need,
            "%d of %d blocks that were read are damaged".formatted(bad.size(), chosen.size()),
            joined(bad));
      }
    }
    return result();
  }

  private Result result() {
    return new Result(blobs, bytes, findings);
  }

  /// Each blob once, however many entries need it; manifests are checked on the way.
  private List<Needed> needed(List<Entry> entries) {
    checkIndex();
    Map<Digest, Needed> needed = new LinkedHashMap<>();
    for (Entry entry : entries) {
      blobs++;
      Manifest manifest;
      try {
        manifest = vault.manifest(entry.manifest());
      } catch (VaultException broken) {
        Kind kind = vault.blobs().size(entry.digest()).isEmpty() ? Kind.MISSING : Kind.MANIFEST;
        findings.add(
            new Finding(kind, entry.digest(), List.of(), broken.getMessage() + "", List.of()));
        continue;
      }
      bytes += entry.manifest().size();
      Map<String, Descriptor> byPath = new HashMap<>();
      manifest.files().forEach(file -> byPath.put(file.path(), file.blob()));
      needed.putIfAbsent(
          manifest.config().digest(), new Needed(manifest.config(), List.of(), Optional.empty()));
      for (Descriptor layer : manifest.layers()) {
        String path = layer.annotations().getOrDefault(Manifest.PATH, "");
        Optional<Descriptor> sums = Optional.ofNullable(byPath.get(Keeping.sumsPath(path)));
        Needed before = needed.get(layer.digest());
        List<String> paths = new ArrayList<>(before == null ? List.of() : before.paths());
        if (!path.isEmpty() && !paths.contains(path)) {
          paths.add(path);
        }
        needed.put(
            layer.digest(),
            new Needed(
                layer, paths, sums.or(() -> before == null ? Optional.empty() : before.sums())));
      }
      checkNames(entry, manifest);
    }
    return List.copyOf(needed.values());
  }

  /// Bits of the index that changed show nowhere else. A folder that other programs made has none
  /// of Freehold's own parts, and an index of any form.
  private void checkIndex() {
    try {
      if (vault.disk().facts(vault.places().own()).isPresent() && !vault.isIndexOwn()) {
        findings.add(
            new Finding(
                Kind.INDEX,
                vault.indexDigest(),
                List.of(vault.places().index().toString()),
                "is not as Freehold wrote it: damaged, or changed by another program; the next"
                    + " change of a name writes it anew",
                List.of()));
      }
    } catch (IOException failure) {
      throw vault.blobs().failure("the index cannot be checked", failure);
    }
  }

  private void checkNames(Entry entry, Manifest manifest) {
    try {
      if (manifest.isModel()) {
        List<String> wrong = vault.snapshots().wrong(entry.digest(), manifest);
        if (!wrong.isEmpty()) {
          findings.add(
              new Finding(
                  Kind.NAMES,
                  entry.digest(),
                  wrong,
                  "names in %s are missing or lead elsewhere; they are made anew by \"vault add\""
                      .formatted(vault.snapshot(entry.digest())),
                  List.of()));
        }
      }
    } catch (IOException failure) {
      throw vault.blobs().failure("the names of a model cannot be checked", failure);
    }
  }

  private boolean checkPlace(Needed need) {
    blobs++;
    Optional<Long> size = vault.blobs().size(need.blob().digest());
    if (size.isEmpty()) {
      add(Kind.MISSING, need, "is missing", List.of());
      return false;
    }
    if (size.get() != need.blob().size()) {
      add(
          Kind.SIZE,
          need,
          "has %d bytes, and had %d".formatted(size.get(), need.blob().size()),
          List.of(
              new Range(
                  Math.min(size.get(), need.blob().size()),
                  Math.max(size.get(), need.blob().size()))));
      return false;
    }
    return true;
  }

  private void readWhole(Needed need) throws InterruptedException {
    long before = done;
    try (Disk.OpenFile file = vault.blobs().open(need.blob().digest())) {
      HashedCopy.Result read =
          new HashedCopy(file, Optional.empty(), count -> progress.accept(before + count)).run();
      done = before + read.bytes();
      bytes += read.bytes();
      if (!read.digest().equals(need.blob().digest())) {
        add(
            Kind.CHANGED,
            need,
            "has other bytes than when it was kept: they hash to " + read.digest(),
            sums(need).map(sums -> differing(sums, read.sums())).orElse(List.of()));
      }
    } catch (IOException failure) {
      if (DiskFailures.isInterrupt(failure)) {
        throw new InterruptedException("stopped");
      }
      add(Kind.UNREADABLE, need, "cannot be read: " + failure.getMessage(), unreadable(need));
    }
  }

  /// Where a blob that fails to be read does so, as far as its blocks tell.
  private List<Range> unreadable(Needed need) throws InterruptedException {
    Optional<BlockSums> sums = sums(need);
    if (sums.isEmpty()) {
      return List.of();
    }
    List<Integer> all = new ArrayList<>();
    for (int block = 0; block < sums.get().blocks(); block++) {
      all.add(block);
    }
    return joined(badBlocks(need, sums.get(), all));
  }

  /// The checksums of a file's blocks; empty where it has none, or they are damaged themselves.
  private Optional<BlockSums> sums(Needed need) {
    try {
      return need.sums()
          .map(blob ->
              BlockSums.parse(vault.blobs().read(blob, BlockSums.MAX_BYTES), "the block sums"))
          .filter(sums -> sums.size() == need.blob().size());
    } catch (VaultException damaged) {
      return Optional.empty(); // told where they are checked themselves
    }
  }

  private static List<Range> differing(BlockSums expected, BlockSums found) {
    List<Range> ranges = new ArrayList<>();
    for (int block = 0; block < expected.blocks(); block++) {
      if (block >= found.blocks() || expected.sum(block) != found.sum(block)) {
        ranges.add(range(expected, block));
      }
    }
    return joined(ranges);
  }

  private static Range range(BlockSums sums, int block) {
    long start = BlockSums.start(block);
    return new Range(start, start + sums.length(block));
  }

  /// The blocks whose bytes have changed or cannot be read.
  private List<Range> badBlocks(Needed need, BlockSums sums, List<Integer> blocks)
      throws InterruptedException {
    List<Range> bad = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocate(BlockSums.BLOCK_BYTES);
    try (Disk.OpenFile file = vault.blobs().open(need.blob().digest())) {
      for (int block : blocks) {
        if (Thread.interrupted()) {
          throw new InterruptedException("stopped");
        }
        buffer.clear().limit(sums.length(block));
        if (!readBlock(file, BlockSums.start(block), buffer) || !sums.holds(block, buffer.flip())) {
          bad.add(range(sums, block));
        }
        bytes += sums.length(block);
        done += sums.length(block);
        progress.accept(done);
      }
    } catch (IOException failure) {
      throw vault.blobs().failure("a blob cannot be read", failure);
    }
    return bad;
  }

  private static boolean readBlock(Disk.OpenFile file, long start, ByteBuffer into) {
    try {
      while (into.hasRemaining()) {
        if (file.read(into, start + into.position()) < 0) {
          return false;
        }
      }
      return true;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static List<Range> joined(List<Range> ranges) {
    List<Range> joined = new ArrayList<>();
    for (Range range : ranges) {
      if (!joined.isEmpty() && joined.getLast().end() == range.start()) {
        joined.add(new Range(joined.removeLast().start(), range.end()));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  private void add(Kind kind, Needed need, String what, List<Range> ranges) {
    findings.add(new Finding(kind, need.blob().digest(), need.paths(), what, ranges));
  }
}
