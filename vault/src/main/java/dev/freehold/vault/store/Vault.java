package dev.freehold.vault.store;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// A folder of kept models, in the OCI image layout, that several processes may use at once.
///
/// Who adds holds one lock with all others who add; who collects garbage holds it alone; who
/// changes the index holds another for that moment; who reads a model holds a share of a lock for
/// each of its blobs. The system gives locks back when a process ends, so none outlives its owner
/// and no clock decides. Reading needs no lock and no right to write.
public final class Vault {
  static final long INDEX_LOCK = 0;

  /// Most bytes that an index may have.
  public static final int MAX_INDEX_BYTES = Index.MAX_BYTES;

  /// How the names of folders begin in [#fetchedFolder] that hold what was unpacked.
  public static final String UNPACKED = "unpacked-";

  private static final long WORK_LOCK = 1;
  private static final long LEASES = 1L << 62;
  private static final Set<String> OWN_NAMES =
      Set.of("oci-layout", "index.json", "blobs", "snapshots", "freehold");
  static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";

  private final Disk disk;
  private final Places places;
  private final Blobs blobs;
  private final Snapshots snapshots;

  private Vault(Disk disk, Path root) {
    this.disk = disk;
    this.places = new Places(root.toAbsolutePath().normalize());
    this.blobs = new Blobs(disk, places);
    this.snapshots = new Snapshots(disk, places);
  }

  /// Opens a store to read it; nothing is written.
  ///
  /// @throws VaultException where there is none
  public static Vault open(Disk disk, Path root) {
    Vault vault = new Vault(disk, root);
    try {
      if (!isLayout(disk, vault.places)) {
        throw new VaultException(
            Reason.NOT_FOUND,
            "no vault at %s; \"freehold vault add MODEL\" makes one".formatted(root));
      }
    } catch (IOException failure) {
      throw vault.failure("the vault cannot be opened", failure);
    }
    return vault;
  }

  /// Opens a store to add to it, makes it where none is, and reclaims what a crash left unfinished.
  public static Vault openForWriting(Disk disk, Path root) {
    Vault vault = new Vault(disk, root);
    try {
      if (!isLayout(disk, vault.places)) {
        vault.create();
      }
      vault.makeOwnFolders();
      vault.copyIndex();
      vault.reclaim();
    } catch (IOException failure) {
      throw vault.failure("the vault cannot be opened for writing", failure);
    }
    return vault;
  }

  private static boolean isLayout(Disk disk, Places places) throws IOException {
    if (disk.facts(places.layout()).isEmpty()) {
      return false;
    }
    try (Disk.OpenFile file = disk.open(places.layout())) {
      byte[] bytes = Blobs.readWhole(file, 4096, places.layout().toString());
      String version;
      try {
        version =
            dev.freehold.tensor.StrictJson.parse(bytes, places.layout().toString())
                .path("imageLayoutVersion")
                .asString("");
      } catch (dev.freehold.tensor.TensorException damaged) {
        throw new VaultException(Reason.DAMAGED, damaged.getMessage() + "", damaged);
      }
      if (!version.equals("1.0.0")) {
        throw new VaultException(
            Reason.DAMAGED,
            "%s: expected imageLayoutVersion 1.0.0, found \"%s\""
                .formatted(places.layout(), version.substring(0, Math.min(20, version.length()))));
      }
      return true;
    }
  }

  /// The folders and the index first; the file that makes the folder a store last.
  private void create() throws IOException {
    makeFolders(places.root());
    requireNothingElse();
    makeOwnFolders();
    try (Disk.Hold hold = disk.lock(places.lock(), INDEX_LOCK, false)) {
      if (disk.facts(places.index()).isEmpty()) {
        byte[] empty = Index.empty().toBytes();
        write(places.indexCopy(), empty);
        write(places.index(), empty);
      }
      disk.syncFolder(places.root());
      write(places.layout(), LAYOUT.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      disk.syncFolder(places.root());
      disk.syncFolder(parent(places.root()));
    }
  }

  private void requireNothingElse() throws IOException {
    List<String> others = new ArrayList<>();
    disk.names(
        places.root(),
        name -> {
          if (!OWN_NAMES.contains(name) && others.size() < 3) {
            others.add(name);
          }
        });
    if (!others.isEmpty()) {
      throw new VaultException(
          "%s holds other things (%s): a vault gets a folder of its own"
              .formatted(places.root(), String.join(", ", others).replaceAll("\\p{Cntrl}", "?")));
    }
  }

  private void makeOwnFolders() throws IOException {
    for (Path folder :
        List.of(
            places.own(),
            places.unfinished(),
            places.quarantine(),
            parent(places.blobs()),
            places.blobs(),
            places.snapshots())) {
      disk.makeFolder(folder);
    }
    if (disk.facts(places.lock()).isEmpty()) {
      try {
        disk.create(places.lock()).close();
      } catch (java.nio.file.FileAlreadyExistsException meanwhile) {
        // by another process
      }
    }
    disk.syncFolder(parent(places.blobs()));
    disk.syncFolder(places.own());
  }

  private void makeFolders(Path folder) throws IOException {
    if (disk.sourceFacts(folder).isPresent()) {
      return;
    }
    makeFolders(parent(folder));
    disk.makeFolder(folder);
    disk.syncFolder(parent(folder));
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new VaultException(path + " cannot be a vault");
    }
    return parent;
  }

  /// Removes what is unfinished, where nobody is adding.
  private void reclaim() throws IOException {
    Optional<Disk.Hold> alone = disk.tryLock(places.lock(), WORK_LOCK, false);
    if (alone.isEmpty()) {
      return;
    }
    try (Disk.Hold hold = alone.get()) {
      List<String> left = new ArrayList<>();
      disk.names(places.unfinished(), left::add);
      for (String name : left) {
        Snapshots.removeTree(disk, places.unfinished().resolve(name));
      }
    }
  }

  /// Puts right what a crash between the two writings of the index left: the copy is ahead.
  private void copyIndex() throws IOException {
    try (Disk.Hold hold = disk.lock(places.lock(), INDEX_LOCK, false)) {
      byte[] bytes = indexBytes();
      if (isIndexOwn() && !Frame.hasBytes(disk, places.indexCopy(), bytes)) {
        write(places.indexCopy(), bytes);
        disk.syncFolder(places.own());
      }
    }
  }

  /// Writes a small file anew, so that it is there whole or as it was.
  private void write(Path file, byte[] bytes) throws IOException {
    Blobs.Unfinished part = blobs.create();
    try (Disk.OpenFile out = part.file().orElseThrow()) {
      out.write(ByteBuffer.wrap(bytes));
      out.sync();
    }
    disk.replace(part.path(), file);
  }

  public Path root() {
    return places.root();
  }

  public Disk disk() {
    return disk;
  }

  public Blobs blobs() {
    return blobs;
  }

  Snapshots snapshots() {
    return snapshots;
  }

  Places places() {
    return places;
  }

  /// What arrives from registries, before it is put into the store.
  public Path fetchedFolder() {
    return places.fetched();
  }

  /// What was taken out of the way instead of deleted.
  public Path quarantineFolder() {
    return places.quarantine();
  }

  void syncBlobs() throws IOException {
    disk.syncFolder(places.blobs());
  }

  Index index() {
    return Index.parse(indexBytes(), places.index().toString());
  }

  /// Whether the index is, to the bit, what Freehold wrote; another program's is not.
  boolean isIndexOwn() {
    byte[] bytes = indexBytes();
    return Arrays.equals(bytes, Index.parse(bytes, places.index().toString()).toBytes());
  }

  Digest indexDigest() {
    return Digest.of(Sha256.bytes(indexBytes()));
  }

  private byte[] indexBytes() {
    try (Disk.OpenFile file = disk.open(places.index())) {
      return Blobs.readWhole(file, Index.MAX_BYTES, places.index().toString());
    } catch (NoSuchFileException missing) {
      throw new VaultException(
          Reason.DAMAGED,
          places.index() + " is missing, and with it the names of all models",
          missing);
    } catch (IOException failure) {
      throw failure("the index cannot be read", failure);
    }
  }

  /// Changes the index while nobody else does.
  void changeIndex(UnaryOperator<Index> change) {
    try (Disk.Hold hold = disk.lock(places.lock(), INDEX_LOCK, false)) {
      Index before = index();
      Index after = change.apply(before);
      if (!after.equals(before)) {
        byte[] bytes = after.toBytes();
        Index.parse(bytes, "the new index");
        keepForeignIndex();
        write(places.indexCopy(), bytes);
        disk.syncFolder(places.own());
        write(places.index(), bytes);
      }
      disk.syncFolder(places.root());
    } catch (IOException failure) {
      throw failure("the index cannot be changed", failure);
    }
  }

  /// What the file that says that a folder is a store holds.
  public static byte[] layout() {
    return LAYOUT.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /// An index of these entries, as a store holds it.
  public static byte[] indexOf(List<Entry> entries) {
    return new Index(entries.stream().map(Entry::manifest).toList()).toBytes();
  }

  /// What an index of another store lists.
  ///
  /// @param source whose bytes these are, for messages
  public static List<Entry> entriesOf(byte[] index, String source) {
    return Index.parse(index, source).entries().stream().map(Entry::of).toList();
  }

  /// An index that was damaged or changed by another program goes into quarantine before it is
  /// written anew.
  private void keepForeignIndex() throws IOException {
    byte[] before = indexBytes();
    if (isIndexOwn()) {
      return;
    }
    keepInQuarantine(before);
    if (disk.facts(places.indexCopy()).isPresent()) {
      try (Disk.OpenFile copy = disk.open(places.indexCopy())) {
        keepInQuarantine(Blobs.readWhole(copy, Index.MAX_BYTES, "the copy of the index"));
      }
    }
  }

  private void keepInQuarantine(byte[] index) throws IOException {
    Path to = places.quarantine().resolve("index-" + Sha256.of(index) + ".json");
    if (disk.facts(to).isEmpty()) {
      write(to, index);
      disk.syncFolder(places.quarantine());
    }
  }

  /// All that the index lists, oldest first.
  public List<Entry> entries() {
    return index().entries().stream().map(Entry::of).toList();
  }

  /// The models that have a name.
  public List<Entry> models() {
    return entries().stream().filter(entry -> entry.name().isPresent()).toList();
  }

  /// The model of a name, or `NAME@DIGEST` with the first digits of a manifest's digest.
  ///
  /// @throws VaultException where there is none
  public Entry find(String name) {
    List<Entry> entries = entries();
    int at = name.indexOf('@');
    if (at >= 0) {
      String digits = name.substring(at + 1).replaceFirst("^sha256:", "");
      List<Entry> fitting =
          entries.stream()
              .filter(e -> digits.length() >= 6 && e.digest().hex().startsWith(digits))
              .toList();
      if (fitting.stream().map(Entry::digest).distinct().count() == 1) {
        return fitting.getFirst();
      }
    } else {
      Optional<ModelName> wanted = Optional.of(ModelName.parse(name));
      Optional<Entry> found = entries.stream().filter(e -> e.name().equals(wanted)).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
    }
    throw new VaultException(
        Reason.NOT_FOUND,
        "no model \"%s\" in the vault %s; \"freehold vault list\" shows them"
            .formatted(name.substring(0, Math.min(300, name.length())), places.root()));
  }

  /// The manifest that an entry names.
  ///
  /// @throws VaultException where it is missing or damaged
  public Manifest manifest(Descriptor entry) {
    byte[] bytes = blobs.read(entry, Manifest.MAX_BYTES);
    return Manifest.parse(bytes, "the manifest " + entry.digest());
  }

  /// What was attached to a manifest, oldest first.
  public List<Entry> attachments(Digest subject) {
    return entries().stream()
        .filter(entry -> entry.name().isEmpty() && entry.former().isEmpty())
        .filter(entry ->
            manifest(entry.manifest())
                .subject()
                .map(about -> about.digest().equals(subject))
                .orElse(false))
        .toList();
  }

  /// The folder in which a model's files have their names.
  public Path snapshot(Digest manifest) {
    return snapshots.folder(manifest);
  }

  /// A file of a model by its name, or its blob where the store has no folder of names.
  public Path file(Digest manifest, Manifest.KeptFile file) {
    Path named = snapshots.file(manifest, file.path());
    try {
      return disk.facts(named).isPresent() ? named : blobs.path(file.blob().digest());
    } catch (IOException failure) {
      return blobs.path(file.blob().digest());
    }
  }

  /// Begins to add something.
  public Ingest begin() {
    try {
      return new Ingest(this, disk, disk.lock(places.lock(), WORK_LOCK, true));
    } catch (IOException failure) {
      throw failure("the vault cannot be added to", failure);
    }
  }

  /// Holds what a manifest needs, so that it is not deleted.
  ///
  /// @throws VaultException where it is gone already
  public Lease lease(Descriptor manifest) {
    List<Disk.Hold> holds = new ArrayList<>();
    Set<Digest> digests = new LinkedHashSet<>(List.of(manifest.digest()));
    try {
      if (disk.facts(places.lock()).isPresent()) {
        manifest(manifest).needs().forEach(need -> digests.add(need.digest()));
        for (Digest digest : digests) {
          holds.add(disk.lock(places.lock(), leasePosition(digest), true));
        }
      }
      for (Descriptor need : manifest(manifest).needs()) {
        if (!blobs.has(need.digest(), need.size())) {
          throw new VaultException(
              Reason.DAMAGED, "the blob %s is missing or cut".formatted(need.digest()));
        }
      }
      return new Lease(holds);
    } catch (IOException failure) {
      new Lease(holds).close();
      throw failure("the model cannot be held", failure);
    } catch (VaultException gone) {
      new Lease(holds).close();
      throw gone;
    }
  }

  /// The byte of the lock file that stands for a blob; two blobs with one byte only wait for each
  /// other.
  static long leasePosition(Digest digest) {
    return LEASES | Long.parseUnsignedLong(digest.hex().substring(0, 15), 16);
  }

  /// Takes entries out of the index; their blobs stay until garbage is collected.
  public void remove(List<Entry> gone) {
    try (Disk.Hold hold = disk.lock(places.lock(), WORK_LOCK, true)) {
      changeIndex(index -> index.without(gone.stream().map(Entry::manifest).toList()));
    } catch (IOException failure) {
      throw failure("the model cannot be removed", failure);
    }
  }

  /// Removes blobs that nothing names and nobody reads.
  ///
  /// @param dryRun only tell what would go
  /// @throws VaultException where another process is adding
  public Collected collectGarbage(boolean dryRun) {
    return collectGarbage(dryRun, Instant.MIN);
  }

  /// Removes what nothing names and nobody reads, and what arrived from registries and was given
  /// up.
  ///
  /// @param givenUpBefore downloads are that were last added to before this
  public Collected collectGarbage(boolean dryRun, Instant givenUpBefore) {
    try {
      Optional<Disk.Hold> alone = disk.tryLock(places.lock(), WORK_LOCK, false);
      if (alone.isEmpty()) {
        throw new VaultException(
            Reason.LOCKED,
            "another process is adding to %s; try again when it is done".formatted(places.root()));
      }
      try (Disk.Hold hold = alone.get()) {
        return new GarbageCollection(this, disk, places).collect(dryRun, givenUpBefore);
      }
    } catch (IOException failure) {
      throw failure("garbage cannot be collected", failure);
    }
  }

  private VaultException failure(String doing, IOException failure) {
    return DiskFailures.of(doing, disk, places.root(), failure);
  }
}
