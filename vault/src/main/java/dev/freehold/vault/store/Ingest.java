package dev.freehold.vault.store;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ParityWriter;
import dev.freehold.vault.parity.Redundancy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Something that is being put into a store: blobs first, then a manifest, then its name.
///
/// Until [#name] or [#attach] nothing of it can be seen, and nothing of it is removed by others.
/// One thread uses it. What a crash leaves of it is reclaimed when the store is next written to.
public final class Ingest implements AutoCloseable {
  /// From this size on it is worth reading a file first to see whether its bytes are there.
  private static final long LARGE = 64L << 20;

  private final Vault vault;
  private final Disk disk;
  private final Blobs blobs;
  private final Disk.Hold hold;
  private final Map<Digest, Stored> parity = new LinkedHashMap<>();
  private Optional<Redundancy> redundancy = Optional.empty();
  private long parityAlongFrom = ParityWriter.LARGE;

  Ingest(Vault vault, Disk disk, Disk.Hold hold) {
    this.vault = vault;
    this.disk = disk;
    this.blobs = vault.blobs();
    this.hold = hold;
  }

  /// Computes parity of the large files that are copied from now on, while they are.
  public void computeParity(Redundancy wanted) {
    computeParity(wanted, ParityWriter.LARGE);
  }

  /// Computes parity of the files of at least so many bytes that are copied from now on.
  void computeParity(Redundancy wanted, long from) {
    parityAlongFrom = from;
    redundancy = Optional.of(wanted).filter(share -> !share.isNone());
  }

  /// The parity files that were put into the store along with what they are of, by its digest.
  public Map<Digest, Stored> parity() {
    return Map.copyOf(parity);
  }

  /// Puts bytes into the store.
  public Stored put(byte[] bytes) {
    try (Writer writer = begin()) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.finish(Optional.empty());
    }
  }

  /// Puts a file or bytes into the store.
  ///
  /// @param progress is told of bytes read so far
  /// @throws VaultException where a file does not hash to what was expected
  public Stored put(Content content, LongConsumer progress) throws InterruptedException {
    return switch (content) {
      case Content.OfBytes(byte[] bytes) -> put(bytes);
      case Content.OfFile file -> {
        try {
          yield put(file, progress);
        } catch (IOException failure) {
          throw failed("the file " + file.file() + " cannot be kept", failure);
        }
      }
    };
  }

  private Stored put(Content.OfFile content, LongConsumer progress)
      throws IOException, InterruptedException {
    long size =
        disk.sourceFacts(content.file())
            .orElseThrow(() -> new NoSuchFileException(content.file().toString()))
            .size();
    boolean isLikelyThere =
        content.expected().map(digest -> blobs.has(digest, size)).orElse(false)
            || content.expected().isEmpty() && size >= LARGE && hasOfSize(size);
    if (isLikelyThere) {
      try (Disk.OpenFile source = disk.openSource(content.file())) {
        HashedCopy.Result read = new HashedCopy(source, Optional.empty(), progress).run();
        requireExpected(content, read.digest());
        if (blobs.has(read.digest(), read.bytes())) {
          return new Stored(read.digest(), read.bytes(), Stored.Manner.THERE, read.sums());
        }
      }
    }
    Disk.Taken[] taken = {Disk.Taken.NOT};
    Blobs.Unfinished shared = blobs.take(content.file(), content.mayShare(), how -> taken[0] = how);
    return switch (taken[0]) {
      case NOT -> copy(content, progress);
      case CLONED -> shared(content, shared.path(), Stored.Manner.CLONED, progress);
      case LINKED -> shared(content, shared.path(), Stored.Manner.LINKED, progress);
    };
  }

  private boolean hasOfSize(long size) {
    boolean[] found = {false};
    blobs.each((digest, bytes) -> found[0] |= bytes == size);
    return found[0];
  }

  private Stored copy(Content.OfFile content, LongConsumer progress)
      throws IOException, InterruptedException {
    requireRoom(content.file());
    Blobs.Unfinished copy = blobs.create();
    try (Disk.OpenFile source = disk.openSource(content.file());
        Disk.OpenFile target = copy.file().orElseThrow()) {
      return redundancy.isPresent() && source.size() >= parityAlongFrom
          ? copyWithParity(content, copy.path(), source, target, progress)
          : copy(
              content, copy.path(), new HashedCopy(source, Optional.of(target), progress), target);
    } catch (IOException | InterruptedException | RuntimeException failure) {
      deleteQuietly(copy.path(), failure);
      throw failure;
    }
  }

  private Stored copy(Content.OfFile content, Path path, HashedCopy copying, Disk.OpenFile target)
      throws IOException, InterruptedException {
    HashedCopy.Result read = copying.run();
    requireExpected(content, read.digest());
    target.sync();
    return placed(path, read, Stored.Manner.COPIED);
  }

  private Stored copyWithParity(
      Content.OfFile content,
      Path path,
      Disk.OpenFile source,
      Disk.OpenFile target,
      LongConsumer progress)
      throws IOException, InterruptedException {
    try (ParityAlong along =
        new ParityAlong(disk.openSource(content.file()), scratch(), redundancy.orElseThrow())) {
      HashedCopy copying = new HashedCopy(source, Optional.of(target), progress, along::copied);
      Stored stored = copy(content, path, copying, target);
      HashedCopy.Result read = new HashedCopy.Result(stored.digest(), stored.size(), stored.sums());
      along.finish(read, this).ifPresent(file -> parity.put(stored.digest(), file));
      return stored;
    }
  }

  /// Does not begin what the disk has no room for.
  private void requireRoom(Path file) throws IOException {
    long bytes = disk.sourceFacts(file).map(Disk.Facts::size).orElse(0L);
    long parity = redundancy.map(share -> parityRoom(bytes, share)).orElse(0L);
    long room = disk.room(vault.root());
    if (bytes > room - parity) {
      throw new VaultException(
          Reason.NO_ROOM,
          "no room for %s: it has %d MB, and %d MB go to its parity, and the disk of %s has %d MB"
                  .formatted(
                      file, bytes / 1_000_000, parity / 1_000_000, vault.root(), room / 1_000_000)
              + " free; make room");
    }
  }

  /// What parity takes, for a moment twice where it is computed along: its blocks wait in a file
  /// until the digest is known.
  private long parityRoom(long bytes, Redundancy share) {
    return ParityWriter.fileBytes(bytes, share) * (bytes >= parityAlongFrom ? 2 : 1);
  }

  private Stored shared(
      Content.OfFile content, Path path, Stored.Manner manner, LongConsumer progress)
      throws IOException, InterruptedException {
    try (Disk.OpenFile file = disk.open(path)) {
      HashedCopy.Result read = new HashedCopy(file, Optional.empty(), progress).run();
      requireExpected(content, read.digest());
      file.sync();
      return placed(path, read, manner);
    } catch (IOException | InterruptedException | RuntimeException failure) {
      deleteQuietly(path, failure);
      throw failure;
    }
  }

  private Stored placed(Path path, HashedCopy.Result read, Stored.Manner manner)
      throws IOException {
    boolean isNew = blobs.place(path, read.digest(), read.bytes());
    return new Stored(
        read.digest(), read.bytes(), isNew ? manner : Stored.Manner.THERE, read.sums());
  }

  private static void requireExpected(Content.OfFile content, Digest found) {
    if (content.expected().isPresent() && !content.expected().get().equals(found)) {
      throw new VaultException(
          Reason.DAMAGED,
          "%s: hashes to %s, not to %s as its name says; it is damaged: fetch it anew"
              .formatted(content.file(), found, content.expected().get()));
    }
  }

  /// Begins a blob of bytes that come piece by piece.
  public Writer begin() {
    try {
      return new Writer(blobs.create());
    } catch (IOException failure) {
      throw failure("a blob cannot be begun", failure);
    }
  }

  /// A blob that is being written.
  public final class Writer implements AutoCloseable {
    private final Path path;
    private final Disk.OpenFile file;
    private final MessageDigest digest = Sha256.begin();
    private final BlockSums.Builder sums = new BlockSums.Builder();
    private long size;
    private boolean finished;

    private Writer(Blobs.Unfinished unfinished) {
      this.path = unfinished.path();
      this.file = unfinished.file().orElseThrow();
    }

    public void write(ByteBuffer bytes) {
      size += bytes.remaining();
      digest.update(bytes.duplicate());
      sums.add(bytes);
      try {
        file.write(bytes);
      } catch (IOException failure) {
        throw failure("a blob cannot be written", failure);
      }
    }

    /// Puts the blob in its place.
    ///
    /// @param expected what it must hash to
    public Stored finish(Optional<Digest> expected) {
      Digest found = Digest.of(digest.digest());
      if (expected.isPresent() && !expected.get().equals(found)) {
        throw new VaultException(
            Reason.DAMAGED,
            "the bytes hash to %s, not to %s as promised".formatted(found, expected.get()));
      }
      try {
        file.sync();
        finished = true;
        return placed(
            path, new HashedCopy.Result(found, size, sums.finish()), Stored.Manner.WRITTEN);
      } catch (IOException failure) {
        throw failure("the blob " + found + " cannot be put in its place", failure);
      }
    }

    /// Puts the blob in the place of one that is damaged or missing; the damaged one goes to
    /// quarantine.
    ///
    /// @throws VaultException where the bytes do not hash to the digest; then nothing is changed
    public void exchange(Digest damaged) {
      Digest found = Digest.of(digest.digest());
      if (!damaged.equals(found)) {
        throw new VaultException(
            Reason.DAMAGED, "the bytes hash to %s, not to %s".formatted(found, damaged));
      }
      try {
        file.sync();
        finished = true;
        blobs.exchange(path, damaged);
      } catch (IOException failure) {
        throw failure("the blob " + found + " cannot be put in its place", failure);
      }
    }

    /// Throws away what was not finished.
    @Override
    public void close() {
      try {
        file.close();
        if (!finished) {
          disk.delete(path);
        }
      } catch (IOException failure) {
        throw failure("an unfinished blob cannot be closed", failure);
      }
    }
  }

  /// Makes a file for what is needed for the time being; it is deleted when it is closed.
  public Disk.OpenFile scratch() {
    try {
      Blobs.Unfinished unfinished = blobs.create();
      return new Scratch(unfinished.file().orElseThrow(), unfinished.path());
    } catch (IOException failure) {
      throw failure("a file cannot be made", failure);
    }
  }

  /// A file that does not last.
  private final class Scratch implements Disk.OpenFile {
    private final Disk.OpenFile file;
    private final Path path;

    Scratch(Disk.OpenFile file, Path path) {
      this.file = file;
      this.path = path;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return file.read(into, position);
    }

    @Override
    public void write(ByteBuffer from) throws IOException {
      file.write(from);
    }

    @Override
    public void sync() throws IOException {
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
      disk.delete(path);
    }
  }

  /// Gives a model its name, last of all; what had the name is kept as its former.
  ///
  /// @return the digest of the manifest
  /// @throws VaultException where the manifest names what is not in the store
  public Descriptor name(ModelName name, Manifest manifest) {
    Descriptor stored = store(manifest);
    vault.changeIndex(index -> index.withName(name, stored));
    return stored;
  }

  /// Makes the folder of links anew where it is not what the manifest says.
  public void remakeNames(Manifest manifest) {
    try {
      vault.snapshots().make(manifest);
    } catch (IOException failure) {
      throw failure("the folder of the model's names cannot be made", failure);
    }
  }

  /// Attaches something to a model in the store: a signature, parity, a report.
  public Descriptor attach(Manifest manifest) {
    if (manifest.subject().isEmpty()) {
      throw new VaultException("an attachment needs a subject");
    }
    Descriptor stored = store(manifest);
    vault.changeIndex(index -> index.withAttachment(stored));
    return stored;
  }

  private Descriptor store(Manifest manifest) {
    byte[] bytes = manifest.toBytes();
    if (bytes.length > Manifest.MAX_BYTES) {
      throw new VaultException(
          "the manifest would have %d bytes, and %d are the most: too many files"
              .formatted(bytes.length, Manifest.MAX_BYTES));
    }
    Manifest.parse(bytes, "the manifest");
    for (Descriptor need : manifest.needs()) {
      if (!blobs.has(need.digest(), need.size())) {
        throw new VaultException(
            Reason.DAMAGED, "the manifest names the blob %s, which is not there".formatted(need));
      }
    }
    put(bytes);
    try {
      vault.syncBlobs();
      vault.snapshots().make(manifest);
    } catch (IOException failure) {
      throw failure("the manifest cannot be kept", failure);
    }
    return manifest.descriptor();
  }

  private void deleteQuietly(Path path, Throwable failure) {
    try {
      disk.delete(path);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }

  private VaultException failure(String doing, IOException failure) {
    return blobs.failure(doing, failure);
  }

  private VaultException failed(String doing, IOException failure) throws InterruptedException {
    if (DiskFailures.isInterrupt(failure)) {
      Thread.interrupted();
      InterruptedException stopped = new InterruptedException("stopped");
      stopped.initCause(failure);
      throw stopped;
    }
    return failure(doing, failure);
  }

  @Override
  public void close() {
    try {
      hold.close();
    } catch (IOException failure) {
      throw failure("the lock of the store cannot be given back", failure);
    }
  }
}
