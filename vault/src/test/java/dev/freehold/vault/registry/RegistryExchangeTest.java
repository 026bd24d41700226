package dev.freehold.vault.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.RegistryLogin;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.mirror.Mirror;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.registry.HttpPeer.Reply;
import dev.freehold.vault.sign.Curve;
import dev.freehold.vault.sign.KeptSignatures;
import dev.freehold.vault.sign.ModelKeys;
import dev.freehold.vault.sign.ModelSignature;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models from a registry and to it, where nothing goes wrong, or what goes wrong can be mended.
@Timeout(300)
class RegistryExchangeTest {
  @TempDir private Path folder = Path.of("unset");
  private RegistryBed bed;

  @BeforeEach
  void begin() throws IOException {
    bed = new RegistryBed(folder);
  }

  @AfterEach
  void end() throws IOException {
    bed.close();
  }

  @Test
  void aModelIsPulledAndPulledAgainWithoutFetching() throws Exception {
    bed.withModel();
    assertThat(bed.pull("org/tiny").isNew()).isTrue();
    assertThat(bed.file("tiny.gguf")).isEqualTo(RegistryBed.MODEL);
    assertThat(bed.file("LICENSE")).isEqualTo(RegistryBed.LICENSE);
    assertThat(bed.files()).noneMatch(name -> name.contains("fetched/"));
    assertThat(bed.pull("org/tiny:latest").isNew()).isFalse();
  }

  @Test
  void whatIsPushedComesBackWithTheSameDigestAndItsSignature() throws Exception {
    bed.withModel().pull("org/tiny");
    var entry = bed.vault.find("org/tiny");
    KeyPair keys = ModelKeys.generate(Curve.P256);
    Manifest kept = bed.vault.manifest(entry.manifest());
    byte[] signature =
        ModelSignature.sign(
            KeptSignatures.manifest("tiny", kept), (ECPrivateKey) keys.getPrivate());
    KeptSignatures.attach(bed.vault, entry.manifest(), signature);

    RegistryPush.Pushed pushed = bed.push("mine/copy:v1", Optional.empty());
    assertThat(pushed.attachments()).isEqualTo(1);
    assertThat(pushed.bytes()).isGreaterThan(RegistryBed.MODEL.length);
    assertThat(bed.push("mine/copy:v1", Optional.empty()).blobs()).isZero();

    try (RegistryBed other = new RegistryBed(folder.resolve("other"))) {
      String reference = bed.registry.reference("mine/copy@" + entry.digest());
      try (var client = other.client(reference, false)) {
        var pulled =
            new RegistryPull(other.vault, client, Redundancy.NONE, java.time.InstantSource.system())
                .pull(RegistryReference.parse(reference), RegistryBed.NAME);
        assertThat(pulled.manifest().digest()).isEqualTo(entry.digest());
        assertThat(pulled.warnings()).isEmpty();
      }
      var there = other.vault.find("org/tiny");
      requireEvidence(other, there.digest(), reference);
      assertThat(KeptSignatures.of(other.vault, there.manifest())).hasSize(1);
      assertThat(
              KeptSignatures.verify(
                      other.vault.manifest(there.manifest()),
                      KeptSignatures.of(other.vault, there.manifest()).getFirst(),
                      (ECPublicKey) keys.getPublic())
                  .differences()
                  .isEmpty())
          .isTrue();
    }
  }

  /// Whence a manifest came that says nothing of it is attached to it.
  private static void requireEvidence(RegistryBed bed, Digest model, String reference) {
    List<String> records = new ArrayList<>();
    for (Entry attached : bed.vault.attachments(model)) {
      Manifest manifest = bed.vault.manifest(attached.manifest());
      if (manifest.artifactType().equals(RegistryPull.EVIDENCE)) {
        byte[] record = bed.vault.blobs().read(manifest.layers().getFirst(), 1 << 16);
        records.add(new String(record, StandardCharsets.UTF_8));
      }
    }
    assertThat(records).hasSize(1);
    assertThat(records.getFirst()).contains(model.toString(), reference);
  }

  @Test
  void aRegistryWithoutReferrersKeepsThemUnderATag() throws Exception {
    bed.registry.withoutReferrers();
    bed.withModel().pull("org/tiny");
    var entry = bed.vault.find("org/tiny");
    KeyPair keys = ModelKeys.generate(Curve.P256);
    var manifest = KeptSignatures.manifest("tiny", bed.vault.manifest(entry.manifest()));
    byte[] signature = ModelSignature.sign(manifest, (ECPrivateKey) keys.getPrivate());
    KeptSignatures.attach(bed.vault, entry.manifest(), signature);
    bed.push("org/tiny:signed", Optional.empty());
    try (RegistryBed other = new RegistryBed(folder.resolve("other"));
        var client = other.client(bed.registry.reference("org/tiny:signed"), false)) {
      var reference = RegistryReference.parse(bed.registry.reference("org/tiny:signed"));
      new RegistryPull(other.vault, client, Redundancy.NONE, java.time.InstantSource.system())
          .pull(reference, RegistryBed.NAME);
      assertThat(KeptSignatures.of(other.vault, other.vault.find("org/tiny").manifest()))
          .hasSize(1);
    }
  }

  @Test
  void blobsOfAnotherRepositoryAreMounted() throws Exception {
    bed.withModel().pull("org/tiny");
    RegistryPush.Pushed pushed = bed.push("org/second:v1", Optional.of("org/tiny"));
    assertThat(pushed.bytes()).isLessThan(RegistryBed.MODEL.length);
    assertThat(bed.registry.peer.requests())
        .anyMatch(r -> r.method().equals("POST") && r.path().contains("mount=sha256"));
  }

  @Test
  void aMirrorIsReadBackAndOtherBytesThereAreTold() throws Exception {
    bed.withModel().pull("org/tiny");
    assertThat(mirror(false).failed()).isEmpty();
    assertThat(mirror(true).failed()).isEmpty();
    assertThat(bed.files()).noneMatch(name -> name.contains("fetched/"));
    String weights = dev.freehold.tensor.Sha256.of(RegistryBed.MODEL);
    bed.registry.fault((request, reply) ->
        request.method().equals("GET") && request.path().contains(weights)
            ? reply.withBody(new byte[reply.body().length])
            : reply);
    assertThat(mirror(false).failed()).as("trusted by its size").isEmpty();
    assertThat(mirror(true).failed())
        .anyMatch(failed -> failed.reason().contains("delete it there and mirror again"));
    assertThat(bed.files()).anyMatch(name -> name.contains("quarantine/refused-"));
  }

  private Mirror.Report mirror(boolean readsData) throws Exception {
    String reference = bed.registry.reference("backup/all");
    try (var there =
        new RegistryDestination(
            RegistryReference.parse(reference), bed.client(reference, true), bed.vault)) {
      Mirror mirror = new Mirror(bed.vault, there, bytes -> {});
      List<Entry> scope = Mirror.scope(bed.vault, bed.vault.models());
      return (readsData ? mirror.readingData() : mirror).run(scope);
    }
  }

  @Test
  void anUploadThatIsCutGoesOnFromWhereTheRegistryIs() throws Exception {
    bed.with("latest", bed.layer("x", "tiny.gguf", RegistryBed.gguf(20_000_000, 3)))
        .pull("org/tiny");
    AtomicInteger patches = new AtomicInteger();
    bed.registry.fault((request, reply) ->
        request.method().equals("PATCH") && patches.incrementAndGet() == 2 ? Reply.of(503) : reply);
    bed.push("mine/copy:v1", Optional.empty());
    assertThat(bed.registry.peer.requests())
        .filteredOn(r -> r.method().equals("GET") && r.path().contains("/blobs/uploads/"))
        .hasSize(1);
    long sent =
        bed.registry.peer.requests().stream()
            .filter(r -> r.method().equals("PATCH"))
            .mapToLong(r -> r.body().length)
            .sum();
    assertThat(sent).isLessThan(21_000_000);
  }

  @Test
  void aRegistryThatForgetsAnUploadGetsItAnew() throws Exception {
    bed.withModel().pull("org/tiny");
    AtomicInteger patches = new AtomicInteger();
    bed.registry.fault((request, reply) ->
        request.method().equals("PATCH") && patches.incrementAndGet() == 1
            ? Reply.of(503)
            : request.method().equals("GET") && request.path().contains("/uploads/")
                ? Reply.of(404)
                : reply);
    bed.push("mine/copy:v1", Optional.empty());
    assertThat(bed.registry.manifests()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void whatWasFetchedBeforeAPullFailedIsNotFetchedAgain() throws Exception {
    bed.withModel();
    bed.registry.fault((request, reply) ->
        request.header("range").orElse("bytes=0-").startsWith("bytes=0-") ? reply : Reply.of(503));
    assertThatThrownBy(() -> bed.pull("org/tiny")).isInstanceOf(HubException.class);
    assertThat(bed.vault.models()).isEmpty();
    AtomicInteger fetched = new AtomicInteger();
    bed.registry.fault((request, reply) -> {
      fetched.addAndGet(request.path().contains("/blobs/") ? reply.body().length : 0);
      return reply;
    });
    bed.pull("org/tiny");
    assertThat(bed.file("tiny.gguf")).isEqualTo(RegistryBed.MODEL);
    assertThat(fetched.get()).isLessThan(RegistryBed.MODEL.length - 900_000);
  }

  @Test
  void aLoginGetsATokenAtTheRegistrysOwnHost() throws Exception {
    bed.withModel();
    bed.registry.locked(bed.registry.peer.uri() + "/token");
    bed.login = Optional.of(new RegistryLogin(FakeRegistry.USER, FakeRegistry.PASSWORD));
    bed.pull("org/tiny");
    bed.push("org/tiny:again", Optional.empty());
    assertThat(bed.registry.peer.requests())
        .filteredOn(r -> r.plainPath().equals("/token"))
        .allMatch(r -> r.parameter("scope").orElse("").startsWith("repository:org/tiny:pull"))
        .hasSizeLessThan(4);
  }

  @Test
  void whoIsNotLoggedInIsTold() throws Exception {
    bed.withModel();
    bed.registry.locked(bed.registry.peer.uri() + "/token");
    assertThatThrownBy(() -> bed.pull("org/tiny"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("log in");
  }

  @Test
  void ollamasLayersBecomeFiles() throws Exception {
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
         "config": %s, "layers": [%s, %s, %s]}\
        """
            .formatted(
                bed.layer("application/vnd.docker.container.image.v1+json", "", RegistryBed.CONFIG),
                bed.layer("application/vnd.ollama.image.model", "", RegistryBed.MODEL),
                bed.layer("application/vnd.ollama.image.license", "", RegistryBed.LICENSE),
                bed.layer(
                    "application/vnd.ollama.image.license",
                    "",
                    "another".getBytes(StandardCharsets.UTF_8)));
    bed.registry.manifest(
        RegistryBed.REPOSITORY, "latest", manifest.getBytes(StandardCharsets.UTF_8));
    RegistryPull.Pulled pulled = bed.pull("org/tiny");
    assertThat(bed.file("model.gguf")).isEqualTo(RegistryBed.MODEL);
    assertThat(bed.file("LICENSE")).isEqualTo(RegistryBed.LICENSE);
    assertThat(bed.file(".freehold/evidence/manifest.json"))
        .isEqualTo(manifest.getBytes(StandardCharsets.UTF_8));
    assertThat(new String(bed.file(".freehold/evidence/registry.json"), StandardCharsets.UTF_8))
        .contains(pulled.upstream().toString(), "2026-01-02T03:04:05Z");
    assertThat(bed.files()).noneMatch(name -> name.contains("fetched/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oci://",
        "oci://host",
        "oci://host/",
        "oci://host/UPPER",
        "oci://host/a/../b",
        "oci://user:pw@host/a",
        "oci://host/a:b:c",
        "oci://host/a@sha256:12",
        "oci://host/a@md5:0123",
        "oci://ho st/a",
        "oci://host/a?x=1",
        "https://host/a"
      })
  void otherReferencesAreRefused(String text) {
    assertThatThrownBy(() -> RegistryReference.parse(text)).isInstanceOf(VaultException.class);
  }

  @Test
  void referencesAreReadAsTheyAreWritten() {
    for (String text :
        new String[] {
          "oci://ghcr.io/org/model:q4",
          "oci://localhost:5000/a",
          "oci://h.example/a/b/c:v1@sha256:" + "0".repeat(64)
        }) {
      assertThat(RegistryReference.parse(text).toString()).startsWith(text);
    }
    assertThat(RegistryReference.parse("oci://ghcr.io/a/b").address().getScheme())
        .isEqualTo("https");
    assertThat(RegistryReference.parse("oci://docker.io/ai").path()).isEqualTo("library/ai");
    assertThat(RegistryReference.parse("oci://127.0.0.1.nip.io/a").address().getScheme())
        .isEqualTo("https");
  }
}
