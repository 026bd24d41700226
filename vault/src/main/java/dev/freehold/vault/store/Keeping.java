package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.parity.Redundancy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Puts a model of this machine into a store, whole or not at all.
public final class Keeping {
  /// The folder, in a model's paths, of what Freehold wrote about it.
  public static final String RECORDS = ".freehold/";

  private final Vault vault;
  private final boolean alwaysCopy;
  private final Redundancy redundancy;

  /// Is told how far it is.
  public interface Progress {
    /// @param done bytes of the file so far
    void read(SourceFile file, long done);

    void stored(SourceFile file, Stored stored);
  }

  /// A file that is in the store now.
  public record StoredFile(SourceFile source, Stored stored) {}

  /// Something that is written about a model and kept with it.
  public record Note(Role role, String path, byte[] bytes) {}

  /// Writes notes once it is known what every file hashes to.
  public interface NoteWriter {
    List<Note> write(List<StoredFile> files);
  }

  /// What came of it.
  ///
  /// @param isNew whether the name means something else than before
  /// @param parity files that were computed on the way, by the digests of what they are of
  public record Kept(
      Descriptor manifest, boolean isNew, List<StoredFile> files, Map<Digest, Stored> parity) {}

  /// @param alwaysCopy whether files of other stores are copied too, so that damage there is none
  ///   here
  public Keeping(Vault vault, boolean alwaysCopy) {
    this(vault, alwaysCopy, Redundancy.NONE);
  }

  /// @param redundancy of the parity that is computed while large files are copied; it is in the
  ///   store then, but attached to nothing
  public Keeping(Vault vault, boolean alwaysCopy, Redundancy redundancy) {
    this.vault = vault;
    this.alwaysCopy = alwaysCopy;
    this.redundancy = redundancy;
  }

  /// Keeps files under a name. Where the name means the same files already, nothing changes.
  ///
  /// @param format `gguf` or `safetensors`
  public Kept keep(
      ModelName name, String format, List<SourceFile> files, NoteWriter notes, Progress progress)
      throws InterruptedException {
    if (files.isEmpty()) {
      throw new VaultException("nothing to keep: no file");
    }
    Manifest.requireSafe(files.stream().map(SourceFile::path).toList());
    requireUnreserved(files);
    try (Ingest ingest = vault.begin()) {
      ingest.computeParity(redundancy);
      List<StoredFile> stored = new ArrayList<>();
      for (SourceFile file : files) {
        Stored one = ingest.put(file.content(alwaysCopy), done -> progress.read(file, done));
        progress.stored(file, one);
        stored.add(new StoredFile(file, one));
      }
      Optional<Descriptor> same = sameUnder(name, stored);
      if (same.isPresent()) {
        return new Kept(same.get(), false, stored, ingest.parity());
      }
      List<Descriptor> layers = new ArrayList<>();
      for (StoredFile file : stored) {
        layers.add(layer(file.source().role(), file.source().path(), file.stored()));
        if (file.stored().sums().blocks() > 1) {
          Stored sums = ingest.put(file.stored().sums().toBytes());
          layers.add(layer(Role.BLOCK_SUMS, sumsPath(file.source().path()), sums));
        }
      }
      for (Note note : notes.write(stored)) {
        layers.add(layer(note.role(), note.path(), ingest.put(note.bytes())));
      }
      Stored config = ingest.put(config(name, format, layers));
      Manifest manifest =
          new Manifest(
              Manifest.MODEL,
              Descriptor.of(Manifest.MODEL_CONFIG, config.digest(), config.size()),
              layers,
              Optional.empty(),
              Map.of());
      return new Kept(ingest.name(name, manifest), true, stored, ingest.parity());
    }
  }

  /// The path of a file's block checksums among a model's paths.
  static String sumsPath(String path) {
    return RECORDS + "blocks/" + path + ".crc32c";
  }

  private static void requireUnreserved(List<SourceFile> files) {
    for (SourceFile file : files) {
      if (file.path().startsWith(RECORDS)) {
        throw new VaultException(
            file.path() + ": the folder " + RECORDS + " of a model is Freehold's own: refused");
      }
    }
  }

  private static Descriptor layer(Role role, String path, Stored stored) {
    return new Descriptor(
        role.mediaType(),
        stored.digest(),
        stored.size(),
        Map.of(Manifest.PATH, path, Manifest.ROLE, role.label()),
        Optional.empty());
  }

  /// The manifest that the name has, where it is of just these files.
  private Optional<Descriptor> sameUnder(ModelName name, List<StoredFile> stored) {
    Optional<Descriptor> known = vault.index().find(name);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Set<String> before = new HashSet<>();
    for (Manifest.KeptFile file : vault.manifest(known.get()).files()) {
      if (!file.role().isRecord()) {
        before.add(file.path() + " " + file.blob().digest());
      }
    }
    Set<String> now = new HashSet<>();
    stored.forEach(file -> now.add(file.source().path() + " " + file.stored().digest()));
    return before.equals(now) ? known : Optional.empty();
  }

  /// Source: ModelPack specification, "Model Artifact Configuration".
  private static byte[] config(ModelName name, String format, List<Descriptor> layers) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.putObject("descriptor").put("name", name.name());
    root.putObject("config").put("format", format);
    ObjectNode files = root.putObject("modelfs");
    files.put("type", "layers");
    ArrayNode digests = files.putArray("diffIds");
    layers.forEach(layer -> digests.add(layer.digest().toString()));
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// The sizes of a model's files by their role.
  public static Map<Role, Long> sizes(Manifest manifest) {
    Map<Role, Long> sizes = new TreeMap<>();
    manifest.files().forEach(file -> sizes.merge(file.role(), file.blob().size(), Long::sum));
    return sizes;
  }
}
