package dev.freehold.vault.bundle;

import dev.freehold.hub.pull.SafePath;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.mirror.VaultDestination;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/// Takes the models of a bundle into a vault: every blob is hashed, and models get their names when
/// all of them is there. Nothing is unpacked; what a bundle carries beside models is passed over.
public final class BundleImport {
  private static final String BLOBS = "blobs/sha256/";
  private static final String SNAPSHOTS = "snapshots/";
  private static final Pattern LINK = Pattern.compile("(?:\\.\\./){2,9}blobs/sha256/[0-9a-f]{64}");
  private static final int MAX_LAYOUT = 4096;

  private final Vault vault;
  private final LongConsumer progress;
  private final Set<String> seen = new HashSet<>();
  private Optional<byte[]> index = Optional.empty();
  private boolean isLayout;

  /// @param progress is told how many bytes were read since it was last told
  public BundleImport(Vault vault, LongConsumer progress) {
    this.vault = vault;
    this.progress = progress;
  }

  /// Reads a bundle that is a tar file.
  ///
  /// @return what the vault now lists of it
  /// @throws VaultException where the bundle is not one, or what it holds is not what it says; then
  ///   no model of it has a name
  public List<Entry> read(Disk.OpenFile file) throws InterruptedException {
    try (Ingest ingest = vault.begin()) {
      TarReader tar = new TarReader(ByteSource.of(file), progress);
      for (Optional<TarHeader> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
        take(ingest, tar, entry.get());
      }
      if (!isLayout || index.isEmpty()) {
        throw new VaultException(
            "not a bundle: it has no %s; a model's files are added with \"freehold vault add\""
                .formatted(isLayout ? "index.json" : "oci-layout"));
      }
      return list(index.get());
    } catch (InterruptedIOException stopped) {
      Thread.interrupted();
      throw new InterruptedException("stopped");
    } catch (IOException failure) {
      throw new VaultException(
          VaultException.Reason.DISK,
          "the bundle cannot be read: " + failure.getMessage(),
          failure);
    }
  }

  private void take(Ingest ingest, TarReader tar, TarHeader entry) throws IOException {
    String name = plain(entry);
    requireSafe(name, entry);
    if (entry.type() == TarHeader.FOLDER) {
      return;
    }
    if (!seen.add(name.toLowerCase(Locale.ROOT))) {
      throw new VaultException("the bundle has \"%s\" twice".formatted(TarReader.shown(name)));
    }
    if (entry.type() == TarHeader.LINK) {
      requireOwnLink(name, entry);
    } else if (name.equals("oci-layout")) {
      isLayout = isLayout(tar.bytes(name, MAX_LAYOUT));
    } else if (name.equals("index.json")) {
      index = Optional.of(tar.bytes(name, Vault.MAX_INDEX_BYTES));
    } else if (name.startsWith(BLOBS)) {
      blob(ingest, tar, name.substring(BLOBS.length()));
    }
  }

  /// The name without what tools put around it.
  private static String plain(TarHeader entry) {
    String name = entry.name();
    while (name.startsWith("./")) {
      name = name.substring(2);
    }
    if (entry.type() == TarHeader.FOLDER && name.endsWith("/")) {
      name = name.substring(0, name.length() - 1);
    }
    return name;
  }

  private static void requireSafe(String name, TarHeader entry) {
    boolean isRoot = entry.type() == TarHeader.FOLDER && (name.isEmpty() || name.equals("."));
    Optional<String> problem = isRoot ? Optional.empty() : SafePath.problem(name);
    if (problem.isPresent() && !isCarried(name)) {
      throw new VaultException(
          "the bundle has a file \"%s\" with %s: refused"
              .formatted(TarReader.shown(name), problem.get()));
    }
  }

  /// Files of the program may lie deeper than those of models; they are not taken in.
  private static boolean isCarried(String name) {
    return name.startsWith("runtime/") && !("/" + name + "/").contains("/../");
  }

  private static void requireOwnLink(String name, TarHeader entry) {
    boolean isOwn = name.startsWith(SNAPSHOTS) && LINK.matcher(entry.target()).matches();
    if (!isOwn) {
      throw new VaultException(
          "the bundle has a link \"%s\" to \"%s\": refused"
              .formatted(TarReader.shown(name), TarReader.shown(entry.target())));
    }
  }

  private static boolean isLayout(byte[] bytes) {
    String version;
    try {
      version =
          StrictJson.parse(bytes, "oci-layout of the bundle")
              .path("imageLayoutVersion")
              .asString("");
    } catch (TensorException broken) {
      throw new VaultException(String.valueOf(broken.getMessage()), broken);
    }
    if (!version.equals("1.0.0")) {
      throw new VaultException(
          "oci-layout of the bundle: expected imageLayoutVersion 1.0.0, found \"%s\""
              .formatted(TarReader.shown(version)));
    }
    return true;
  }

  private void blob(Ingest ingest, TarReader tar, String hex) throws IOException {
    if (!Sha256.isDigest(hex)) {
      throw new VaultException(
          "the bundle has a blob with the name \"%s\", which is no SHA-256"
              .formatted(TarReader.shown(hex)));
    }
    try (Ingest.Writer writer = ingest.begin()) {
      tar.copyTo(writer::write);
      writer.finish(Optional.of(new Digest(hex)));
    }
  }

  private List<Entry> list(byte[] bytes) {
    List<Entry> entries = Vault.entriesOf(bytes, "index.json of the bundle");
    for (Entry entry : entries) {
      for (Descriptor need : vault.manifest(entry.manifest()).needs()) {
        if (!vault.blobs().has(need.digest(), need.size())) {
          throw new VaultException(
              "the bundle is not whole: %s needs the blob %s, which is not in it"
                  .formatted(entry.label(), need.digest()));
        }
      }
    }
    List<Entry> listed = new ArrayList<>();
    try (VaultDestination destination = new VaultDestination(vault)) {
      for (Entry entry : entries) {
        Manifest manifest = vault.manifest(entry.manifest());
        if (!destination.lists(entry)) {
          destination.list(entry, manifest);
        }
        listed.add(entry);
      }
    }
    return listed;
  }
}
