package dev.freehold.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.GgufWriter;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.SafetensorsWriter;
import dev.freehold.tensor.TensorStore;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.disk.SimulatedDisk;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A store on a real disk: what is in its folder, who may do what at once, and what is refused.
class VaultTest {
  private static final int BYTES = 3 * BlockSums.BLOCK_BYTES + 77;

  @TempDir private Path home = Path.of("unset");

  private Path root() {
    return home.resolve("vault");
  }

  private Vault vault() {
    return Vault.openForWriting(LocalDisk.ofProcess(), root());
  }

  private Path gguf(String name, long seed) throws IOException {
    return gguf(name, seed, BYTES);
  }

  private Path gguf(String name, long seed, int size) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.resolveSibling(".").normalize());
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    try (GgufWriter writer = new GgufWriter(file)) {
      writer.put("general.architecture", "test");
      writer.declare("first", Dtype.I8, size / 3);
      writer.declare("second", Dtype.I8, size - size / 3);
      MemorySegment all = MemorySegment.ofArray(bytes);
      writer.write(all.asSlice(0, size / 3));
      writer.write(all.asSlice(size / 3));
      writer.finish();
    }
    return file;
  }

  private static FoundModel found(Path file) throws IOException {
    return new FoundModel(
        file.toString(),
        FoundModel.Source.PATH,
        file,
        FoundModel.Format.GGUF,
        Files.size(file),
        Map.of());
  }

  private Keeping.Kept keep(Vault vault, String name, Path file) throws Exception {
    return new Keeping(vault, false)
        .keep(
            ModelName.parse(name),
            "gguf",
            SourceFiles.of(found(file)),
            stored -> List.of(),
            new Silent());
  }

  /// Shows nothing.
  private static class Silent implements Keeping.Progress {
    @Override
    public void read(SourceFile file, long done) {}

    @Override
    public void stored(SourceFile file, Stored stored) {}
  }

  @Test
  void theFolderIsAnOciLayoutOfAModelPackArtifact() throws Exception {
    Path file = gguf("tiny.gguf", 1);
    Keeping.Kept kept = keep(vault(), "org/tiny:q8", file);
    assertThat(root().resolve("oci-layout"))
        .content()
        .isEqualTo("{\"imageLayoutVersion\":\"1.0.0\"}");
    assertThat(root().resolve("index.json"))
        .content()
        .contains("\"org.opencontainers.image.ref.name\" : \"org/tiny:q8\"")
        .contains("\"artifactType\" : \"application/vnd.cncf.model.manifest.v1+json\"");
    String manifest = Files.readString(vault().blobs().path(kept.manifest().digest()));
    assertThat(manifest)
        .startsWith(
            "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\"")
        .contains("\"mediaType\":\"application/vnd.cncf.model.config.v1+json\"")
        .contains("\"mediaType\":\"application/vnd.cncf.model.weight.v1.raw\"")
        .contains("\"org.cncf.model.filepath\":\"tiny.gguf\"");
    Path named = root().resolve("snapshots/" + kept.manifest().digest().hex() + "/tiny.gguf");
    assertThat(named).hasSameBinaryContentAs(file);
    assertThat(Files.isSymbolicLink(named)).isTrue();
    StoreChecks.requireWhole(vault(), "after adding");
    StoreChecks.requireTidy(vault(), "after adding");
  }

  @Test
  void theSameBytesAreKeptOnce() throws Exception {
    Path file = gguf("tiny.gguf", 1);
    Path copy = Files.copy(file, home.resolve("copy.gguf"));
    assertThat(keep(vault(), "a", file).files().getFirst().stored().manner())
        .isEqualTo(Stored.Manner.COPIED);
    Keeping.Kept again = keep(vault(), "a", file);
    assertThat(again.isNew()).isFalse();
    Keeping.Kept other = keep(vault(), "b", copy);
    assertThat(other.isNew()).isTrue();
    assertThat(other.files().getFirst().stored().manner()).isEqualTo(Stored.Manner.THERE);
    DiskUse use = DiskUse.of(vault());
    assertThat(use.bytes()).isLessThan(2 * Files.size(file));
    assertThat(use.models()).allMatch(model -> model.own() < 10_000 && model.bytes() > BYTES);
  }

  @Test
  void blobsOfOtherStoresGetASecondNameAndAreCheckedAgainstTheirs() throws Exception {
    Path file = gguf("tiny.gguf", 1);
    String sha256 = dev.freehold.tensor.Sha256.of(file);
    Path repository = home.resolve("hub/models--org--tiny");
    Path blob = repository.resolve("blobs").resolve(sha256);
    Files.createDirectories(blob.resolveSibling(".").normalize());
    Files.move(file, blob);
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/" + "a".repeat(40)));
    Path link =
        Files.createSymbolicLink(snapshot.resolve("tiny.gguf"), Path.of("../../blobs/" + sha256));
    Stored stored = keep(vault(), "a", link).files().getFirst().stored();
    assertThat(stored.manner()).isIn(Stored.Manner.LINKED, Stored.Manner.CLONED);
    assertThat(stored.digest().hex()).isEqualTo(sha256);
    Path wrong = blob.resolveSibling("b".repeat(64));
    Files.copy(blob, wrong);
    assertThatThrownBy(() -> keep(vault(), "b", wrong))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("hashes to sha256:" + sha256 + ", not to sha256:bbbb");
    assertThat(wrong).exists();
    StoreChecks.requireTidy(vault(), "after a refusal");
  }

  @Test
  void aNameThatMovesOnKeepsWhatItMeant() throws Exception {
    Vault vault = vault();
    Digest before = keep(vault, "a", gguf("one.gguf", 1)).manifest().digest();
    Digest after = keep(vault, "a", gguf("two.gguf", 2)).manifest().digest();
    assertThat(vault.find("a").digest()).isEqualTo(after);
    assertThat(vault.find("a@" + before.hex().substring(0, 12)).digest()).isEqualTo(before);
    assertThat(vault.collectGarbage(false).blobs()).isZero();
    vault.remove(List.of(vault.find("a@" + before.hex().substring(0, 12))));
    assertThat(vault.collectGarbage(true).bytes()).isGreaterThan(BYTES);
    assertThat(vault.collectGarbage(false).bytes()).isGreaterThan(BYTES).isLessThan(2L * BYTES);
    StoreChecks.requireTidy(vault, "after gc");
    assertThatThrownBy(() -> keep(vault, "A", gguf("one.gguf", 1)))
        .hasMessageContaining("differs from a:latest by case only");
  }

  @Test
  void nothingIsDeletedWhileItIsHeldOrSomebodyAdds() throws Exception {
    Vault vault = vault();
    Descriptor kept = keep(vault, "a", gguf("one.gguf", 1)).manifest();
    try (Lease lease = vault.lease(kept)) {
      vault.remove(vault.models());
      assertThat(vault.collectGarbage(false).blobs()).isZero();
      assertThat(vault.collectGarbage(false).held()).isEqualTo(4);
      assertThat(vault.blobs().has(kept.digest(), kept.size())).isTrue();
      assertThat(vault.snapshot(kept.digest()).resolve("one.gguf")).exists();
    }
    try (Ingest ingest = vault.begin()) {
      assertThatThrownBy(() -> vault.collectGarbage(false))
          .isInstanceOfSatisfying(
              VaultException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED));
      ingest.put(new byte[] {1});
    }
    assertThat(vault.collectGarbage(false).blobs()).isEqualTo(5);
    StoreChecks.requireTidy(vault, "after gc");
    assertThatThrownBy(() -> vault.lease(kept)).isInstanceOf(VaultException.class);
  }

  @Test
  void manyAddAtOnceAndNoneIsLost() throws Exception {
    vault();
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    Path shared = gguf("shared.gguf", 7);
    for (int i = 0; i < 6; i++) {
      String name = "model" + i;
      Path file = i % 2 == 0 ? shared : gguf(name + ".gguf", i);
      Runnable adding =
          () -> {
            try {
              keep(vault(), name, file);
            } catch (Exception | AssertionError failure) {
              failures.add(failure);
            }
          };
      threads.add(Thread.ofPlatform().start(adding));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    assertThat(vault().models()).hasSize(6);
    StoreChecks.requireWhole(vault(), "after all");
    StoreChecks.requireTidy(vault(), "after all");
  }

  @Test
  void aFolderOfShardsIsReadFromTheStore() throws Exception {
    Path folder = Files.createDirectories(home.resolve("sharded"));
    for (String name : List.of("a", "b")) {
      Path shard = folder.resolve("model-%s.safetensors".formatted(name));
      try (SafetensorsWriter writer = new SafetensorsWriter(shard)) {
        writer.declare(name, Dtype.I8, 5);
        writer.write(MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5}));
        writer.finish();
      }
    }
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"model-a.safetensors\",\"b\":\"model-b.safetensors\"}}");
    FoundModel sharded =
        new FoundModel(
            "m", FoundModel.Source.PATH, folder, FoundModel.Format.SAFETENSORS, 10, Map.of());
    Keeping.Kept kept =
        new Keeping(vault(), false)
            .keep(
                ModelName.parse("m"),
                "safetensors",
                SourceFiles.of(sharded),
                stored -> List.of(),
                new Silent());
    try (TensorStore store = ModelFiles.open(vault().snapshot(kept.manifest().digest()))) {
      assertThat(store.tensors().keySet()).containsExactlyInAnyOrder("a", "b");
    }
    assertThat(new VaultModels(LocalDisk.ofProcess(), root()).inventory().models())
        .singleElement()
        .satisfies(model -> assertThat(model.name()).isEqualTo("m"));
  }

  @Test
  void whoIsStoppedLeavesNothing() throws Exception {
    Path file = gguf("one.gguf", 1);
    Vault vault = vault();
    for (int after : new int[] {0, 1, 3}) {
      int[] calls = {0};
      Keeping keeping = new Keeping(vault, false);
      assertThatThrownBy(() ->
              keeping.keep(
                  ModelName.parse("a"),
                  "gguf",
                  SourceFiles.of(found(file)),
                  stored -> List.of(),
                  new Silent() {
                    @Override
                    public void read(SourceFile source, long done) {
                      if (calls[0]++ == after) {
                        Thread.currentThread().interrupt();
                      }
                    }
                  }))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      assertThat(vault.collectGarbage(false).blobs()).isZero();
      StoreChecks.requireTidy(vault, "after being stopped");
    }
    assertThat(keep(vault, "a", file).isNew()).isTrue();
  }

  @Test
  void aReadOnlyDiskIsReadListedVerifiedAndHeld() throws Exception {
    CrashScenario scenario = new CrashScenario(1, dev.freehold.vault.disk.Disk.Taken.NOT, false);
    scenario.live();
    SimulatedDisk disk = scenario.disk;
    disk.failAt(0, SimulatedDisk.Fault.READ_ONLY, true);
    Vault vault = Vault.open(disk, CrashScenario.ROOT);
    assertThat(vault.models()).hasSize(2);
    Verification.Result result = new Verification(vault, done -> {}).data(vault.entries());
    assertThat(result.findings()).isEmpty();
    assertThat(result.bytes()).isPositive();
    vault.lease(vault.models().getFirst().manifest()).close();
    assertThatThrownBy(() -> vault.remove(vault.models()))
        .isInstanceOfSatisfying(
            VaultException.class, e -> assertThat(e.reason()).isEqualTo(Reason.READ_ONLY));
  }

  @Test
  void aFlippedBitAnywhereIsFound() throws Exception {
    Vault vault = vault();
    keep(vault, "org/tiny:q8", gguf("tiny.gguf", 1, 2000));
    List<Path> files =
        new ArrayList<>(List.of(root().resolve("index.json"), root().resolve("oci-layout")));
    vault.blobs().each((digest, size) -> files.add(vault.blobs().path(digest)));
    for (Path file : files) {
      boolean isName = file.equals(files.get(0)) || file.equals(files.get(1));
      requireFlipsFound(file, isName ? 1 : 7);
    }
    assertThat(isDamaged()).isFalse();
  }

  @Test
  void aFlippedBitOfALargeFileOrItsSumsIsFound() throws Exception {
    Vault vault = vault();
    keep(vault, "org/tiny:q8", gguf("tiny.gguf", 1));
    List<Path> files = new ArrayList<>();
    vault.blobs().each((digest, size) -> files.add(vault.blobs().path(digest)));
    for (Path file : files) {
      requireFlipsFound(file, (int) Math.max(61, Files.size(file) * 8 / 10));
    }
  }

  private void requireFlipsFound(Path file, int step) throws Exception {
    byte[] right = Files.readAllBytes(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int bit = 0; bit < 8 * right.length; bit += step) {
        byte wrong = (byte) (right[bit / 8] ^ 1 << bit % 8);
        channel.write(ByteBuffer.wrap(new byte[] {wrong}), bit / 8);
        assertThat(isDamaged()).as("%s, bit %d", file, bit).isTrue();
        channel.write(ByteBuffer.wrap(right, bit / 8, 1), bit / 8);
      }
    }
  }

  private boolean isDamaged() throws Exception {
    try {
      Vault vault = Vault.open(LocalDisk.ofProcess(), root());
      return !new Verification(vault, done -> {}).data(vault.entries()).findings().isEmpty();
    } catch (VaultException | dev.freehold.tensor.TensorException found) {
      return true;
    }
  }

  @Test
  void damageIsPlacedAndCutsAndMissingPartsAreTold() throws Exception {
    Vault vault = vault();
    Keeping.Kept kept = keep(vault, "a", gguf("tiny.gguf", 1));
    Path blob = vault.blobs().path(kept.files().getFirst().stored().digest());
    byte[] right = Files.readAllBytes(blob);
    byte[] wrong = right.clone();
    wrong[2 * BlockSums.BLOCK_BYTES + 5] ^= 4;
    Files.write(blob, wrong);
    Finding changed = only(new Verification(vault, done -> {}).data(vault.entries()));
    assertThat(changed.kind()).isEqualTo(Finding.Kind.CHANGED);
    assertThat(changed.paths()).containsExactly("tiny.gguf");
    assertThat(changed.ranges())
        .containsExactly(new Finding.Range(2L * BlockSums.BLOCK_BYTES, 3L * BlockSums.BLOCK_BYTES));
    assertThat(
            only(new Verification(vault, done -> {}).sample(vault.entries(), 1, new Random(1)))
                .ranges())
        .isEqualTo(changed.ranges());
    assertThat(new Verification(vault, done -> {}).structure(vault.entries()).findings()).isEmpty();
    Files.write(blob, java.util.Arrays.copyOf(right, right.length - 1));
    assertThat(only(new Verification(vault, done -> {}).structure(vault.entries())).kind())
        .isEqualTo(Finding.Kind.SIZE);
    assertThat(keep(vault, "a", gguf("tiny.gguf", 1)).isNew()).isFalse();
    assertThat(new Verification(vault, done -> {}).data(vault.entries()).findings()).isEmpty();
    Files.delete(blob);
    assertThat(only(new Verification(vault, done -> {}).structure(vault.entries())).kind())
        .isEqualTo(Finding.Kind.MISSING);
  }

  private static Finding only(Verification.Result result) {
    assertThat(result.findings()).hasSize(1);
    return result.findings().getFirst();
  }

  @Test
  void plantedLinksAreNotFollowed() throws Exception {
    Vault vault = vault();
    Keeping.Kept kept = keep(vault, "a", gguf("tiny.gguf", 1));
    Path blob = vault.blobs().path(kept.files().getFirst().stored().digest());
    Path elsewhere = Files.move(blob, home.resolve("elsewhere"));
    Files.createSymbolicLink(blob, elsewhere);
    assertThat(only(new Verification(vault, done -> {}).data(vault.entries())).kind())
        .isEqualTo(Finding.Kind.MISSING);
    assertThatThrownBy(() -> vault.blobs().open(kept.files().getFirst().stored().digest()))
        .hasMessageContaining("refused");
    Path named = vault.snapshot(kept.manifest().digest()).resolve("tiny.gguf");
    Files.delete(named);
    Files.createSymbolicLink(named, home.resolve("elsewhere"));
    assertThat(new Verification(vault, done -> {}).structure(vault.entries()).findings())
        .extracting(Finding::kind)
        .containsExactlyInAnyOrder(Finding.Kind.MISSING, Finding.Kind.NAMES);
    Path out = Files.createDirectory(home.resolve("model"));
    Files.writeString(out.resolve("config.json"), "{}");
    Files.createSymbolicLink(out.resolve("model.safetensors"), home.resolve("elsewhere"));
    FoundModel folder =
        new FoundModel(
            "m", FoundModel.Source.PATH, out, FoundModel.Format.SAFETENSORS, 1, Map.of());
    assertThatThrownBy(() -> SourceFiles.of(folder)).hasMessageContaining("leads out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"schemaVersion\":1,\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2,\"manifests\":"
            + "[{\"mediaType\":\"x\",\"digest\":\"sha256:../../x\",\"size\":1}]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"x\",\"size\":1}]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}"
      })
  void aHostileIndexIsRefused(String text) throws Exception {
    vault();
    Files.writeString(root().resolve("index.json"), text);
    assertThatThrownBy(() -> Vault.open(LocalDisk.ofProcess(), root()).entries())
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("index.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../x",
        "/dev/null",
        "a/../b",
        "a\\b",
        "C:x",
        "a\u0000b",
        "con",
        "a.",
        "a//b",
        "a/A|a/a",
        "a|a/b"
      })
  void aManifestWhoseFilesWouldLeaveTheirFolderIsRefused(String paths) {
    List<Descriptor> layers = new ArrayList<>();
    Digest digest = new Digest("0".repeat(64));
    for (String path : paths.split("\\|")) {
      layers.add(new Descriptor("x", digest, 1, Map.of(Manifest.PATH, path), Optional.empty()));
    }
    Manifest manifest =
        new Manifest(
            Manifest.MODEL,
            Descriptor.of(Manifest.MODEL_CONFIG, digest, 1),
            layers,
            Optional.empty(),
            Map.of());
    assertThatThrownBy(() -> Manifest.parse(manifest.toBytes(), "a manifest"))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("a manifest: not a manifest that can be used");
  }

  @Test
  void otherFoldersAreLeftAlone() throws Exception {
    Files.createDirectories(root());
    Files.write(root().resolve("thesis.txt"), "mine".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(this::vault).hasMessageContaining("holds other things (thesis.txt)");
    assertThatThrownBy(() -> Vault.open(LocalDisk.ofProcess(), home.resolve("nowhere")))
        .isInstanceOfSatisfying(
            VaultException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
  }
}
