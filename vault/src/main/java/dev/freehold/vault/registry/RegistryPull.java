package dev.freehold.vault.registry;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.ModelContent;
import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.parity.ParityWriter;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.registry.RemoteLayer.Packing;
import dev.freehold.vault.store.Content;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Keeping;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.SourceFile;
import dev.freehold.vault.store.SourceFiles;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Brings a model from a registry into a store.
///
/// Blobs are fetched to a folder beside the store's own, where a cut is gone on from, and become
/// the store's when they have their digest. A manifest that the store would write just so keeps its
/// digest, and with it whatever refers to it; another is written anew, with the old one beside it.
public final class RegistryPull {
  /// The type of a record of whence a model came, attached to it.
  public static final String EVIDENCE = "application/vnd.dev.freehold.evidence.v1+json";

  private static final long MAX_BYTES = 1L << 44;
  private static final long MAX_RATIO = 100;
  private static final long SMALL = 64L << 20;
  private static final int MAX_FILES = 4_000;

  private final Vault vault;
  private final RegistryClient client;
  private final InstantSource clock;
  private final Redundancy redundancy;
  private final Arrivals arrivals;

  /// What came of a pull.
  ///
  /// @param manifest in the store
  /// @param upstream the manifest's digest at the registry
  /// @param isNew whether the name means something else than before
  /// @param warnings what a person should know before the model is used
  public record Pulled(Descriptor manifest, Digest upstream, boolean isNew, List<String> warnings) {
    public Pulled {
      warnings = List.copyOf(warnings);
    }
  }

  /// @param redundancy of the parity that is kept of the model afterwards, for which there must be
  ///   room too
  /// @param clock for the record of when this was fetched
  public RegistryPull(
      Vault vault, RegistryClient client, Redundancy redundancy, InstantSource clock) {
    this(vault, client, Arrivals.of(vault, client), redundancy, clock);
  }

  RegistryPull(
      Vault vault,
      RegistryClient client,
      Arrivals arrivals,
      Redundancy redundancy,
      InstantSource clock) {
    this.vault = vault;
    this.client = client;
    this.arrivals = arrivals;
    this.redundancy = redundancy;
    this.clock = clock;
  }

  /// What a manifest says is to be fetched.
  private record Plan(
      RegistryReference reference,
      RegistryClient.Document document,
      Manifest manifest,
      List<RemoteLayer> layers) {
    Digest digest() {
      return new Digest(document.hex());
    }

    /// Whether the store would write the manifest to the same bytes, and can hold its layers as
    /// they are.
    boolean isOurs() {
      return manifest.isModel()
          && layers.stream().allMatch(RegistryPull::isPlainFile)
          && java.util.Arrays.equals(manifest.toBytes(), document.bytes());
    }
  }

  private static boolean isPlainFile(RemoteLayer layer) {
    return layer.packing() == Packing.RAW
        && layer.path().equals(layer.blob().annotations().get(Manifest.PATH));
  }

  /// Fetches a model and gives it a name in the store.
  ///
  /// @throws VaultException where what the registry holds is refused
  /// @throws HubException where it cannot be had as promised
  public Pulled pull(RegistryReference reference, ModelName name) throws InterruptedException {
    try (Ingest held = vault.begin()) { // so that nobody collects what arrives
      Plan plan = plan(reference);
      Optional<Descriptor> before = known(name);
      SourcePins pins = new SourcePins(vault);
      List<String> warnings = new ArrayList<>(pins.warnings(reference, Optional.empty()));
      requireRoom(plan);
      Descriptor manifest =
          plan.isOurs() ? takeAsIs(held, plan, name, before) : takeAnew(plan, name);
      boolean isNew = !before.equals(Optional.of(manifest));
      if (before.isPresent() && isNew) {
        warnings.addAll(changes(before.get(), manifest, name));
      }
      warnings.addAll(new PulledAttachments(vault, client, arrivals).take(plan.digest(), manifest));
      pins.remember(reference, plan.digest(), Optional.empty(), clock.instant());
      return new Pulled(manifest, plan.digest(), isNew, warnings);
    } catch (IOException failure) {
      throw new VaultException(
          Reason.DISK, "%s cannot be kept: %s".formatted(reference, failure), failure);
    }
  }

  private Plan plan(RegistryReference reference) throws InterruptedException {
    RegistryClient.Document document = client.manifest(reference.asked());
    Manifest manifest = Manifest.parse(document.bytes(), "the manifest of " + reference);
    List<RemoteLayer> layers = RemoteLayer.of(manifest);
    if (layers.isEmpty()) {
      throw new VaultException(reference + " lists no layer, so it is no model");
    }
    long bytes = 0;
    for (Descriptor need : manifest.needs()) {
      if (need.size() > MAX_BYTES - bytes) {
        throw new VaultException(reference + " is said to have more than 2^44 bytes: refused");
      }
      bytes += need.size();
    }
    if (manifest.config().size() > Manifest.MAX_BYTES) {
      throw new VaultException(reference + " has a configuration that is too large: refused");
    }
    return new Plan(reference, document, manifest, layers);
  }

  private Optional<Descriptor> known(ModelName name) {
    return vault.models().stream()
        .filter(entry -> entry.name().equals(Optional.of(name)))
        .map(dev.freehold.vault.store.Entry::manifest)
        .findFirst();
  }

  private void requireRoom(Plan plan) throws IOException {
    long room = vault.disk().room(vault.root());
    long missing = 0;
    long parity = 0;
    Set<Digest> seen = new HashSet<>();
    for (Descriptor need : plan.manifest().needs()) {
      if (seen.add(need.digest()) && !vault.blobs().has(need.digest(), need.size())) {
        missing += need.size();
        parity += need.size() <= room ? ParityWriter.fileBytes(need.size(), redundancy) : 0;
      }
    }
    long bytes = plan.manifest().bytes();
    int count = plan.layers().size();
    client.tell(new PullEvent.Expected(plan.reference().toString(), count, bytes, bytes - missing));
    if (missing > room - parity) {
      throw new VaultException(
          Reason.NO_ROOM,
          "%s: %d MB are to be fetched and %d MB of parity computed, and the disk of %s has %d MB"
                  .formatted(
                      plan.reference(),
                      missing / 1_000_000 + 1,
                      parity / 1_000_000,
                      vault.root(),
                      room / 1_000_000)
              + " free");
    }
  }

  /// Keeps the registry's own manifest.
  private Descriptor takeAsIs(Ingest ingest, Plan plan, ModelName name, Optional<Descriptor> known)
      throws IOException, InterruptedException {
    take(ingest, "config.json", plan.manifest().config());
    for (RemoteLayer layer : plan.layers()) {
      take(ingest, layer.path(), layer.blob());
    }
    Descriptor manifest = ingest.name(name, plan.manifest());
    if (!known.equals(Optional.of(manifest))) {
      attachEvidence(ingest, plan, manifest);
    }
    return manifest;
  }

  /// Whence a manifest came that is the registry's own, and so says nothing of that.
  private void attachEvidence(Ingest ingest, Plan plan, Descriptor model) {
    Stored config = ingest.put("{}".getBytes(StandardCharsets.UTF_8));
    Stored evidence = ingest.put(evidence(plan));
    ingest.attach(
        new Manifest(
            EVIDENCE,
            Descriptor.of("application/vnd.oci.empty.v1+json", config.digest(), config.size()),
            List.of(Descriptor.of(EVIDENCE, evidence.digest(), evidence.size())),
            Optional.of(Descriptor.of(Manifest.MEDIA_TYPE, model.digest(), model.size())),
            Map.of()));
  }

  private void take(Ingest ingest, String path, Descriptor blob)
      throws IOException, InterruptedException {
    if (vault.blobs().has(blob.digest(), blob.size())) {
      return;
    }
    Path file = arrivals.fetch(path, blob);
    ingest.put(new Content.OfFile(file, true, Optional.of(blob.digest())), done -> {});
    arrivals.remove(blob.digest());
  }

  /// Keeps the files under a manifest of the store's own.
  private Descriptor takeAnew(Plan plan, ModelName name) throws IOException, InterruptedException {
    Path work = arrivals.makeFolder();
    try {
      List<SourceFile> files = new ArrayList<>();
      for (RemoteLayer layer : plan.layers()) {
        if (layer.packing() == Packing.RAW) {
          Optional<Digest> expected = Optional.of(layer.blob().digest());
          Path file = hereOrFetched(layer);
          files.add(new SourceFile(layer.role(), layer.path(), file, true, expected));
        } else {
          unpack(layer, arrivals.fetch(layer.path(), layer.blob()), work, files);
        }
      }
      boolean isGguf = files.stream().anyMatch(file -> file.path().endsWith(".gguf"));
      Keeping.Kept kept =
          new Keeping(vault, false)
              .keep(name, isGguf ? "gguf" : "safetensors", files, all -> notes(plan), new Silent());
      removeFetched(plan);
      return kept.manifest();
    } catch (VaultException failure) {
      if (failure.reason() == Reason.REFUSED) {
        removeFetched(plan); // whole, and of no use
      }
      throw failure;
    } finally {
      removeTree(work);
    }
  }

  private Path hereOrFetched(RemoteLayer layer) throws IOException, InterruptedException {
    Descriptor blob = layer.blob();
    return vault.blobs().has(blob.digest(), blob.size())
        ? vault.blobs().path(blob.digest())
        : arrivals.fetch(layer.path(), blob);
  }

  private void unpack(RemoteLayer layer, Path archive, Path work, List<SourceFile> files)
      throws IOException, InterruptedException {
    long most = SMALL + Math.min(layer.blob().size(), MAX_BYTES / MAX_RATIO) * MAX_RATIO;
    TarLayer.Limits limits =
        new TarLayer.Limits(MAX_FILES, Math.min(most, vault.disk().room(vault.root())));
    try (InputStream raw =
            new BufferedInputStream(
                Files.newInputStream(archive, LinkOption.NOFOLLOW_LINKS), 1 << 16);
        InputStream in = layer.packing() == Packing.TAR ? raw : new GZIPInputStream(raw, 1 << 16)) {
      new TarLayer(in, limits)
          .read((name, size, content) -> {
            Path file = work.resolve(Integer.toString(files.size()));
            try (var out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
              content.transferTo(out);
            }
            requireContent(name, size, file);
            files.add(new SourceFile(SourceFiles.role(name), name, file, true, Optional.empty()));
            if (Thread.interrupted()) {
              throw new InterruptedException("stopped");
            }
          });
    } catch (java.util.zip.ZipException broken) {
      throw new VaultException("the archive is refused: " + broken.getMessage(), broken);
    } catch (java.io.EOFException cut) {
      throw new VaultException("the archive is refused: it ends in the middle", cut);
    }
  }

  private static void requireContent(String name, long size, Path file) throws IOException {
    try {
      ModelContent.require(name, size, file);
    } catch (HubException refused) {
      throw new VaultException(
          "the archive is refused: " + String.valueOf(refused.getMessage()), refused);
    }
  }

  private byte[] evidence(Plan plan) {
    ObjectNode evidence = JsonNodeFactory.instance.objectNode();
    evidence.put("source", plan.reference().toString());
    evidence.put("registry", plan.reference().address().toString());
    evidence.put("manifest", plan.digest().toString());
    evidence.put("mediaType", plan.document().mediaType());
    evidence.put("size", plan.manifest().bytes());
    evidence.put("fetched", clock.instant().toString());
    evidence.put("status", "fetched; every blob has the digest that the manifest states");
    return evidence.toString().getBytes(StandardCharsets.UTF_8);
  }

  private List<Keeping.Note> notes(Plan plan) {
    return List.of(
        new Keeping.Note(Role.EVIDENCE, Keeping.RECORDS + "evidence/registry.json", evidence(plan)),
        new Keeping.Note(
            Role.EVIDENCE, Keeping.RECORDS + "evidence/manifest.json", plan.document().bytes()));
  }

  private List<String> changes(Descriptor before, Descriptor after, ModelName name) {
    List<String> lines = new ArrayList<>();
    List<String> changes = ModelChanges.between(vault.manifest(before), vault.manifest(after));
    if (!changes.isEmpty()) {
      lines.add(
          "%s meant something else before, which is kept as %s@%s"
              .formatted(name, name.name(), before.digest().hex().substring(0, 12)));
      lines.addAll(changes);
    }
    return lines;
  }

  private void removeFetched(Plan plan) throws IOException {
    for (RemoteLayer layer : plan.layers()) {
      arrivals.remove(layer.blob().digest());
    }
  }

  private static void removeTree(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        Files.deleteIfExists(entry);
      }
    }
    Files.deleteIfExists(folder);
  }

  /// Tells nobody.
  private static final class Silent implements Keeping.Progress {
    @Override
    public void read(SourceFile file, long done) {}

    @Override
    public void stored(SourceFile file, Stored stored) {}
  }
}
