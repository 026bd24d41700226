package dev.freehold.vault.store;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The files of a store that are no blobs: the one that says that it is a store, whose bytes are
/// known, and the index, which is kept twice.
public final class Frame {
  private static final byte[] LAYOUT = Vault.LAYOUT.getBytes(StandardCharsets.UTF_8);

  private final Disk disk;
  private final Places places;
  private final Blobs blobs;

  private Frame(Disk disk, Path root) {
    this.disk = disk;
    this.places = new Places(root.toAbsolutePath().normalize());
    this.blobs = new Blobs(disk, places);
  }

  /// The frame of a store that may be too damaged to be opened.
  public static Frame of(Disk disk, Path root) {
    return new Frame(disk, root);
  }

  /// What is damaged, and whether it can be put right.
  public record Problem(String file, String what, boolean isRepairable) {}

  /// Looks at both files and says what is wrong.
  public List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    if (!isOwn()) {
      return problems; // nothing, or a layout of another tool, which keeps no second index
    }
    Optional<byte[]> index = read(places.index());
    Optional<byte[]> copy = read(places.indexCopy());
    if (!isLayoutWhole()) {
      problems.add(new Problem("oci-layout", "is not as it was", true));
    }
    if (index.isEmpty()) {
      problems.add(new Problem("index.json", "is missing or not as it was", copy.isPresent()));
    }
    if (copy.isEmpty()) {
      problems.add(new Problem("the copy of index.json", "is missing or not as it was", true));
    } else if (index.isPresent() && !Arrays.equals(index.get(), copy.get())) {
      problems.add(new Problem("the copy of index.json", "differs from it", true));
    }
    return problems;
  }

  /// Puts right what can be; what was damaged goes to quarantine.
  ///
  /// @return what was wrong, put right where it could be
  public List<Problem> repair() {
    List<Problem> problems = problems();
    try {
      for (Problem problem : problems) {
        if (problem.isRepairable()) {
          repair(problem);
        }
      }
    } catch (IOException failure) {
      throw blobs.failure("the frame of the vault cannot be repaired", failure);
    }
    return problems;
  }

  private void repair(Problem problem) throws IOException {
    switch (problem.file()) {
      case "oci-layout" -> exchange(places.layout(), LAYOUT);
      case "index.json" -> exchange(places.index(), read(places.indexCopy()).orElseThrow());
      default -> {
        Optional<byte[]> index = read(places.index());
        if (index.isPresent()) {
          byte[] bytes = Index.parse(index.get(), "the index").toBytes();
          exchange(places.indexCopy(), bytes);
          if (!Arrays.equals(bytes, index.get())) { // damage that does not change what it says
            exchange(places.index(), bytes);
          }
        }
      }
    }
  }

  private void exchange(Path file, byte[] bytes) throws IOException {
    try (Disk.Hold hold = disk.lock(places.lock(), Vault.INDEX_LOCK, false)) {
      Blobs.Unfinished part = blobs.create();
      try (Disk.OpenFile out = part.file().orElseThrow()) {
        out.write(ByteBuffer.wrap(bytes));
        out.sync();
      }
      if (disk.facts(file).isPresent()) {
        blobs.keepInQuarantine(file);
      }
      disk.replace(part.path(), file);
      disk.syncFolder(file.resolveSibling(".").normalize());
    }
  }

  /// Whether a store of Freehold is here, or what is left of one.
  private boolean isOwn() {
    try {
      return disk.facts(places.lock()).isPresent();
    } catch (IOException failure) {
      throw blobs.failure("the vault cannot be looked at", failure);
    }
  }

  private boolean isLayoutWhole() {
    try {
      return hasBytes(disk, places.layout(), LAYOUT);
    } catch (IOException unreadable) {
      return false;
    }
  }

  /// The bytes of an index that can be used; none otherwise.
  private Optional<byte[]> read(Path file) {
    try (Disk.OpenFile open = disk.open(file)) {
      byte[] bytes = Blobs.readWhole(open, Index.MAX_BYTES, file.toString());
      Index.parse(bytes, file.toString());
      return Optional.of(bytes);
    } catch (IOException | VaultException unusable) {
      return Optional.empty();
    }
  }

  /// Whether a file is there and holds these bytes.
  static boolean hasBytes(Disk disk, Path file, byte[] expected) throws IOException {
    try (Disk.OpenFile open = disk.open(file)) {
      return open.size() == expected.length
          && Arrays.equals(Blobs.readWhole(open, expected.length, file.toString()), expected);
    } catch (NoSuchFileException missing) {
      return false;
    }
  }
}
