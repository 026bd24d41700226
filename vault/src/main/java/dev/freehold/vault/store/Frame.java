package dev.freehold.vault.store;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
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
    if (!isThere()) {
      return problems; // nothing, or a layout of another tool, which keeps no second index
    }
    Optional<String> other = otherVersion();
    if (other.isPresent()) {
      String what = "is of version %s, and this Freehold knows 1.0.0; nothing is changed";
      return List.of(new Problem("oci-layout", what.formatted(other.get()), false));
    }
    Optional<byte[]> index = own(places.index());
    Optional<byte[]> copy = own(places.indexCopy());
    if (!isLayoutWhole()) {
      problems.add(new Problem("oci-layout", "is not as it was", true));
    }
    boolean isUsable = copy.isPresent() || readable(places.index()).isPresent();
    if (index.isEmpty()) {
      problems.add(new Problem("index.json", "is missing, or not what Freehold wrote", isUsable));
    }
    if (copy.isEmpty()) {
      problems.add(
          new Problem("the copy of index.json", "is missing, or not what it was", isUsable));
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
      case "index.json" -> {
        Optional<byte[]> good = own(places.indexCopy()).or(() -> readable(places.index()));
        exchange(places.index(), good.orElseThrow(Frame::unreadable));
      }
      default -> exchange(places.indexCopy(), own(places.index()).orElseThrow(Frame::unreadable));
    }
  }

  private static VaultException unreadable() {
    return new VaultException(
        VaultException.Reason.DISK,
        "the index can be read one moment and not the next: the disk fails; nothing was changed");
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
  private boolean isThere() {
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

  /// The version of a layout that is not ours. One flipped bit of ours is damage and no other
  /// version.
  private Optional<String> otherVersion() {
    Optional<byte[]> bytes = read(places.layout());
    if (bytes.isEmpty() || flippedBits(bytes.get()) <= 1) {
      return Optional.empty();
    }
    try {
      return Optional.of(
              StrictJson.parse(bytes.get(), "oci-layout").path("imageLayoutVersion").asString(""))
          .filter(version -> version.matches("[0-9]{1,4}(\\.[0-9]{1,4}){1,3}"))
          .filter(version -> !version.equals("1.0.0"));
    } catch (TensorException damaged) {
      return Optional.empty();
    }
  }

  private static int flippedBits(byte[] found) {
    if (found.length != LAYOUT.length) {
      return Integer.MAX_VALUE;
    }
    int bits = 0;
    for (int i = 0; i < found.length; i++) {
      bits += Integer.bitCount((found[i] ^ LAYOUT[i]) & 0xff);
    }
    return bits;
  }

  /// The bytes of an index as Freehold wrote it; none where a bit of it is another.
  private Optional<byte[]> own(Path file) {
    Optional<byte[]> bytes = read(file);
    Optional<byte[]> written = bytes.flatMap(found -> rewritten(found, file));
    return bytes.filter(found -> written.isPresent() && Arrays.equals(found, written.get()));
  }

  /// An index that can be used, as Freehold would write it.
  private Optional<byte[]> readable(Path file) {
    return read(file).flatMap(found -> rewritten(found, file));
  }

  private static Optional<byte[]> rewritten(byte[] bytes, Path file) {
    try {
      return Optional.of(Index.parse(bytes, file.toString()).toBytes());
    } catch (VaultException unusable) {
      return Optional.empty();
    }
  }

  private Optional<byte[]> read(Path file) {
    try (Disk.OpenFile open = disk.open(file)) {
      return Optional.of(Blobs.readWhole(open, Index.MAX_BYTES, file.toString()));
    } catch (IOException | VaultException unreadable) {
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
