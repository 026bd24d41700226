package dev.freehold.vault.store;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The bytes that a store holds, each under its digest.
///
/// What is at a digest's path had that digest when it was put there, and was synced before. Nothing
/// is ever written to in place.
public final class Blobs {
  private static final int MAX_TRIES = 100_000;
  private static final int CHUNK = 1 << 20;

  private final Disk disk;
  private final Places places;

  Blobs(Disk disk, Places places) {
    this.disk = disk;
    this.places = places;
  }

  /// Where a blob is or would be; its bytes may be mapped while its model is leased.
  public Path path(Digest digest) {
    return places.blob(digest);
  }

  /// The size of a blob; empty where it is missing or something else has its path.
  public Optional<Long> size(Digest digest) {
    try {
      return disk.facts(places.blob(digest)).filter(Disk.Facts::isFile).map(Disk.Facts::size);
    } catch (IOException failure) {
      throw failure("the blob " + digest + " cannot be looked at", failure);
    }
  }

  public boolean has(Digest digest, long size) {
    return size(digest).equals(Optional.of(size));
  }

  /// Opens a blob for reading.
  ///
  /// @throws VaultException where it is missing
  public Disk.OpenFile open(Digest digest) {
    try {
      return disk.open(places.blob(digest));
    } catch (NoSuchFileException missing) {
      throw new VaultException(Reason.DAMAGED, "the blob " + digest + " is missing", missing);
    } catch (IOException failure) {
      throw failure("the blob " + digest + " cannot be opened", failure);
    }
  }

  /// The bytes of a small blob, which have the digest that they are asked by.
  ///
  /// @param limit most bytes to read
  /// @throws VaultException where they are missing, too many or changed
  public byte[] read(Descriptor blob, int limit) {
    byte[] bytes = read(blob.digest(), limit);
    if (bytes.length != blob.size()) {
      throw new VaultException(
          Reason.DAMAGED,
          "the blob %s has %d bytes, and %d are expected"
              .formatted(blob.digest(), bytes.length, blob.size()));
    }
    return bytes;
  }

  byte[] read(Digest digest, int limit) {
    byte[] bytes;
    try (Disk.OpenFile file = open(digest)) {
      bytes = readWhole(file, limit, digest.toString());
    } catch (IOException failure) {
      throw failure("the blob " + digest + " cannot be read", failure);
    }
    if (!Digest.of(Sha256.bytes(bytes)).equals(digest)) {
      throw new VaultException(
          Reason.DAMAGED, "the blob " + digest + " no longer has the bytes that its name says");
    }
    return bytes;
  }

  static byte[] readWhole(Disk.OpenFile file, int limit, String name) throws IOException {
    long size = file.size();
    if (size > limit) {
      throw new VaultException(
          Reason.DAMAGED, "%s: %d bytes exceed the limit of %d".formatted(name, size, limit));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, bytes.position()) < 0) {
        throw new VaultException(Reason.DAMAGED, name + ": became shorter while it was read");
      }
    }
    return bytes.array();
  }

  /// Every blob with its size; what is no blob is passed over.
  public void each(BiConsumer<Digest, Long> visit) {
    try {
      disk.names(
          places.blobs(),
          name -> {
            if (Sha256.isDigest(name)) {
              Digest digest = new Digest(name);
              size(digest).ifPresent(size -> visit.accept(digest, size));
            }
          });
    } catch (IOException failure) {
      throw failure("the blobs cannot be listed", failure);
    }
  }

  /// Makes a file in the folder of what is unfinished.
  Unfinished create() throws IOException {
    return claim(path -> Optional.of(disk.create(path)));
  }

  /// Makes a file there of the bytes of another, without copying them where that can be.
  Unfinished take(Path source, boolean mayLink, TakenBy taken) throws IOException {
    return claim(path -> {
      Disk.Taken how = disk.take(source, path, mayLink);
      taken.accept(how);
      return Optional.empty();
    });
  }

  /// Is told how a file was taken.
  interface TakenBy {
    void accept(Disk.Taken taken);
  }

  /// Makes something at a path that nothing has yet.
  private interface Maker {
    Optional<Disk.OpenFile> make(Path path) throws IOException;
  }

  /// A file that has no place yet, and is open where it was made for writing.
  record Unfinished(Path path, Optional<Disk.OpenFile> file) {}

  private Unfinished claim(Maker maker) throws IOException {
    for (int i = 0; i < MAX_TRIES; i++) {
      Path path = places.unfinished().resolve(Integer.toString(i));
      try {
        return new Unfinished(path, maker.make(path));
      } catch (FileAlreadyExistsException taken) {
        // another thread's or process's
      }
    }
    throw new IOException("more than " + MAX_TRIES + " unfinished files");
  }

  /// Gives an unfinished file that is synced its place; it goes where the blob is there already.
  ///
  /// @return whether it is new
  boolean place(Path unfinished, Digest digest, long size) throws IOException {
    Optional<Disk.Facts> there = disk.facts(places.blob(digest));
    if (there.isEmpty()) {
      try {
        disk.place(unfinished, places.blob(digest));
        return true;
      } catch (FileAlreadyExistsException meanwhile) {
        there = disk.facts(places.blob(digest));
      }
    }
    if (there.isPresent() && !(there.get().isFile() && there.get().size() == size)) {
      replaceDamaged(unfinished, digest);
      return true;
    }
    disk.delete(unfinished);
    return false;
  }

  /// A blob that is cut short, or a link planted in its place, gives way to the right bytes.
  private void replaceDamaged(Path unfinished, Digest digest) throws IOException {
    exchange(unfinished, digest);
  }

  /// Puts repaired bytes, which are synced, in the place of damaged ones, which get a name in
  /// quarantine first: at no moment are there fewer bytes than before.
  void exchange(Path unfinished, Digest digest) throws IOException {
    if (disk.facts(places.blob(digest)).isPresent()) {
      keepInQuarantine(places.blob(digest));
    }
    disk.replace(unfinished, places.blob(digest));
    disk.syncFolder(places.blobs());
  }

  /// Gives what is to be replaced a second name in quarantine, or copies it there where the file
  /// system knows no second names: moved there, it could be in neither place after a loss of power.
  void keepInQuarantine(Path file) throws IOException {
    Path to = freeInQuarantine(String.valueOf(file.getFileName()));
    boolean isFile = disk.facts(file).map(Disk.Facts::isFile).orElse(false);
    if (!isFile) {
      disk.replace(file, to); // a planted link, which holds nothing
    } else if (disk.take(file, to, true) == Disk.Taken.NOT) {
      copy(file, to);
    }
    disk.syncFolder(places.quarantine());
  }

  /// Copies what can be read of a damaged file; the rest is zeros.
  private void copy(Path file, Path to) throws IOException {
    Unfinished part = create();
    try (Disk.OpenFile in = disk.open(file);
        Disk.OpenFile out = part.file().orElseThrow()) {
      long size = in.size();
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
      for (long position = 0; position < size; position += chunk.limit()) {
        chunk.clear().limit((int) Math.min(CHUNK, size - position));
        readWhatCanBe(in, chunk, position);
        out.write(chunk.position(0));
      }
      out.sync();
    }
    disk.place(part.path(), to);
  }

  private static void readWhatCanBe(Disk.OpenFile file, ByteBuffer chunk, long position) {
    Arrays.fill(chunk.array(), (byte) 0);
    try {
      int count = 1;
      while (count > 0 && chunk.hasRemaining()) {
        count = file.read(chunk, position + chunk.position());
      }
    } catch (IOException unreadable) {
      chunk.position(0); // zeros stand for the rest
    }
  }

  /// Opens what was last put into quarantine from a digest's path; empty where nothing was.
  public Optional<Disk.OpenFile> openQuarantined(Digest digest) {
    try {
      Optional<Disk.OpenFile> last = Optional.empty();
      for (int i = 0; i < MAX_TRIES; i++) {
        Path path = places.quarantine().resolve(digest.hex() + "." + i);
        if (disk.facts(path).isEmpty()) {
          break;
        }
        if (last.isPresent()) {
          last.get().close();
        }
        last = Optional.of(disk.open(path));
      }
      return last;
    } catch (IOException failure) {
      throw failure("the quarantine cannot be read", failure);
    }
  }

  private Path freeInQuarantine(String name) throws IOException {
    for (int i = 0; i < MAX_TRIES; i++) {
      Path to = places.quarantine().resolve(name + "." + i);
      if (disk.facts(to).isEmpty()) {
        return to;
      }
    }
    throw new IOException("the quarantine holds " + MAX_TRIES + " files of this digest");
  }

  VaultException failure(String doing, IOException failure) {
    return DiskFailures.of(doing, disk, places.root(), failure);
  }
}
