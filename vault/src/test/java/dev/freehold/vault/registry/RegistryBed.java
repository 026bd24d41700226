package dev.freehold.vault.registry;

import dev.freehold.hub.pull.ProxyRules;
import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.PullSettings;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.hub.pull.RegistryLogin;
import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A registry with a model, and an empty store to pull it to.
final class RegistryBed implements AutoCloseable {
  static final String REPOSITORY = "org/tiny";
  static final ModelName NAME = ModelName.parse("org/tiny");
  static final byte[] MODEL = gguf(3_300_000, 7);
  static final byte[] LICENSE = "a licence".getBytes(StandardCharsets.UTF_8);
  static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

  final FakeRegistry registry = new FakeRegistry();
  final Vault vault;
  final List<PullEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final Path folder;
  Optional<RegistryLogin> login = Optional.empty();
  Set<String> realms = Set.of();

  RegistryBed(Path folder) throws IOException {
    this.folder = folder;
    this.vault = Vault.openForWriting(LocalDisk.ofProcess(), folder.resolve("vault"));
  }

  static byte[] gguf(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    System.arraycopy("GGUF".getBytes(StandardCharsets.US_ASCII), 0, content, 0, 4);
    return content;
  }

  /// A layer of a manifest, whose bytes the registry has.
  String layer(String type, String path, byte[] bytes) {
    String annotations =
        path.isEmpty()
            ? ""
            : ", \"annotations\": {\"org.cncf.model.filepath\": \"%s\"}".formatted(path);
    return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d%s}"
        .formatted(type, registry.blob(REPOSITORY, bytes), bytes.length, annotations);
  }

  /// Puts a manifest of these layers under a tag.
  RegistryBed with(String tag, String... layers) {
    String config = layer(Manifest.MODEL_CONFIG, "", CONFIG);
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "%s", "artifactType": "%s", "config": %s, "layers": [%s]}\
        """
            .formatted(Manifest.MEDIA_TYPE, Manifest.MODEL, config, String.join(", ", layers));
    registry.manifest(REPOSITORY, tag, manifest.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /// Puts a manifest there as a store writes it, of a GGUF file and a licence.
  RegistryBed withOurs(String tag, byte[] weights) {
    List<Descriptor> layers =
        List.of(ours(Role.WEIGHTS, "tiny.gguf", weights), ours(Role.LICENSE, "LICENSE", LICENSE));
    registry.blob(REPOSITORY, CONFIG);
    Digest config = Digest.of(Sha256.bytes(CONFIG));
    Manifest manifest =
        new Manifest(
            Manifest.MODEL,
            Descriptor.of(Manifest.MODEL_CONFIG, config, CONFIG.length),
            layers,
            Optional.empty(),
            Map.of());
    registry.manifest(REPOSITORY, tag, manifest.toBytes());
    return this;
  }

  private Descriptor ours(Role role, String path, byte[] bytes) {
    return new Descriptor(
        role.mediaType(),
        Digest.parse(registry.blob(REPOSITORY, bytes)),
        bytes.length,
        Map.of(Manifest.PATH, path, Manifest.ROLE, role.label()),
        Optional.empty());
  }

  /// A model of weights and a licence under `latest`.
  RegistryBed withModel() {
    return with(
        "latest",
        layer("application/vnd.cncf.model.weight.v1.raw", "tiny.gguf", MODEL),
        layer("application/vnd.cncf.model.doc.v1.raw", "LICENSE", LICENSE));
  }

  RegistryClient client(String reference, boolean mayPush) {
    return client(reference, mayPush, events::add);
  }

  RegistryClient client(String reference, boolean mayPush, Consumer<PullEvent> told) {
    RegistryReference parsed = RegistryReference.parse(reference);
    PullSettings settings =
        new PullSettings(
            PullSettings.HUGGING_FACE,
            PullSettings.OLLAMA,
            Optional.empty(),
            ProxyRules.none(),
            4,
            new PullSettings.Patience(
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                Duration.ofMillis(5),
                4,
                Duration.ofSeconds(2)));
    return new RegistryClient(
        new RegistryClient.Access(parsed.address(), parsed.path(), login, realms, mayPush),
        settings,
        told);
  }

  RegistryPull.Pulled pull(String rest) throws InterruptedException {
    String reference = registry.reference(rest);
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));
    try (RegistryClient client = client(reference, false)) {
      return new RegistryPull(vault, client, Redundancy.DEFAULT, clock)
          .pull(RegistryReference.parse(reference), NAME);
    }
  }

  RegistryPush.Pushed push(String rest, Optional<String> from) throws InterruptedException {
    String reference = registry.reference(rest);
    try (RegistryClient client = client(reference, true)) {
      return new RegistryPush(vault, client)
          .push(vault.find("org/tiny").manifest(), RegistryReference.parse(reference), from);
    }
  }

  /// The bytes of a file of the model that the store has.
  byte[] file(String path) throws IOException {
    var entry = vault.find("org/tiny");
    Manifest manifest = vault.manifest(entry.manifest());
    for (Manifest.KeptFile file : manifest.files()) {
      if (file.path().equals(path)) {
        return Files.readAllBytes(vault.file(entry.digest(), file));
      }
    }
    throw new AssertionError(path + " is not among " + manifest.files());
  }

  /// Names of all files that lie anywhere about, but the store's own few.
  List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    registry.close();
  }
}
