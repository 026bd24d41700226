package dev.freehold.vault.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Frame;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepairTest {
  private static final int WEIGHTS = 400_000;

  @TempDir Path folder;
  private final Random random = new Random(7);
  private Vault vault;
  private Entry model;

  @BeforeEach
  void keepAModel() {
    vault = Vault.openForWriting(LocalDisk.ofProcess(), folder.resolve("vault"));
    model = KeptModels.keep(vault, "org/model:q8", 1, WEIGHTS);
    KeptModels.attach(vault, model, "signed");
    assertThat(new ModelParity(vault).keep(model, Redundancy.DEFAULT, bytes -> {})).isPositive();
  }

  /// What may become of a file.
  enum Harm {
    ONE_BIT {
      @Override
      byte[] of(byte[] bytes, Random random) {
        byte[] harmed = bytes.clone();
        harmed[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        return harmed;
      }
    },
    TRUNCATED {
      @Override
      byte[] of(byte[] bytes, Random random) {
        return Arrays.copyOf(bytes, bytes.length - 1 - random.nextInt(tail(bytes)));
      }
    },
    ZEROED_TAIL {
      @Override
      byte[] of(byte[] bytes, Random random) {
        byte[] harmed = bytes.clone();
        Arrays.fill(harmed, bytes.length - tail(bytes), bytes.length, (byte) 0);
        return harmed;
      }
    };

    abstract byte[] of(byte[] bytes, Random random);

    private static int tail(byte[] bytes) {
      return Math.max(1, bytes.length / 40);
    }
  }

  @Test
  void parityOfTheSameFileIsNotComputedAgain() throws IOException {
    Entry other = KeptModels.keep(vault, "org/other:q8", 1, WEIGHTS);
    Digest weights = vault.manifest(other.manifest()).layers().getFirst().digest();
    Path away = folder.resolve("away");
    Files.move(blob(weights), away); // so that it cannot be read
    long bytes = new ModelParity(vault).keep(other, Redundancy.DEFAULT, worked -> {});
    assertThat(bytes).isPositive().isLessThan(WEIGHTS / 50);
    Files.move(away, blob(weights));
    assertThat(new ModelParity(vault).share(other.digest())).contains(Redundancy.DEFAULT);
  }

  private Path blob(Digest digest) {
    return vault.blobs().path(digest);
  }

  private Map<Digest, byte[]> blobs() {
    Map<Digest, byte[]> blobs =
        new TreeMap<>(java.util.Comparator.comparing((Digest digest) -> digest.hex()));
    vault.blobs().each((digest, size) -> blobs.put(digest, KeptModels.bytes(vault, digest)));
    return blobs;
  }

  private RepairReport repair(Supply... supplies) throws InterruptedException {
    return new Repair(vault, List.of(supplies), bytes -> {}).run(vault.models());
  }

  private long quarantined() throws IOException {
    try (Stream<Path> files = Files.list(vault.root().resolve("freehold/quarantine"))) {
      return files.count();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyKindOfBlobIsRepaired(Harm harm) throws Exception {
    Map<Digest, byte[]> whole = blobs();
    assertThat(whole.size()).isGreaterThan(20);
    for (Map.Entry<Digest, byte[]> blob : whole.entrySet()) {
      byte[] harmed = harm.of(blob.getValue(), random);
      if (Arrays.equals(harmed, blob.getValue())) {
        continue; // its tail was of zeros
      }
      long before = quarantined();
      Files.delete(blob(blob.getKey()));
      Files.write(blob(blob.getKey()), harmed);
      RepairReport report = repair();
      assertThat(report.lost()).as("%s", blob.getKey()).isEmpty();
      assertThat(report.repaired())
          .extracting(RepairReport.Repaired::digest)
          .containsExactly(blob.getKey());
      assertThat(Files.readAllBytes(blob(blob.getKey()))).isEqualTo(blob.getValue());
      assertThat(quarantined()).isEqualTo(before + 1);
    }
    assertThat(KeptModels.damaged(vault)).isEmpty();
    assertThat(repair().repaired()).isEmpty();
  }

  @Test
  void smallFilesAreRepairedEvenWhereTheyAreMissing() throws Exception {
    for (Map.Entry<Digest, byte[]> blob : blobs().entrySet()) {
      if (blob.getValue().length < WEIGHTS) {
        Files.delete(blob(blob.getKey()));
        assertThat(repair().lost()).isEmpty();
        assertThat(Files.readAllBytes(blob(blob.getKey()))).isEqualTo(blob.getValue());
      }
    }
  }

  @Test
  void oneOfEachAtOnceIsRepaired() throws Exception {
    Map<Digest, byte[]> whole = blobs();
    Entry manifestCopy =
        vault.entries().stream()
            .filter(entry -> ModelParity.isParity(entry.manifest()))
            .findFirst()
            .orElseThrow();
    List<Digest> harmed = new ArrayList<>(List.of(model.digest(), manifestCopy.digest()));
    vault.manifest(model.manifest()).needs().forEach(need -> harmed.add(need.digest()));
    for (Digest digest : harmed) {
      Files.write(blob(digest), Harm.ONE_BIT.of(KeptModels.bytes(vault, digest), random));
    }
    assertThat(repair().repaired()).hasSize(harmed.size());
    assertThat(blobs().keySet()).isEqualTo(whole.keySet());
    assertThat(KeptModels.damaged(vault)).isEmpty();
  }

  @Test
  void whatIsLostIsNamedAndLeftAsItIs() throws Exception {
    Digest weights = weights();
    byte[] harmed = Files.readAllBytes(blob(weights));
    Arrays.fill(harmed, 100_000, 200_000, (byte) 9);
    Files.write(blob(weights), harmed);
    RepairReport report = repair();
    assertThat(report.lost())
        .singleElement()
        .satisfies(lost -> {
          assertThat(lost.what()).isEqualTo("model.safetensors");
          assertThat(lost.parts()).allMatch(part -> part.overlaps(100_000, 200_000));
          assertThat(lost.parts()).isNotEmpty();
        });
    assertThat(Files.readAllBytes(blob(weights))).isEqualTo(harmed);
    assertThat(quarantined()).isZero();
  }

  private Digest weights() {
    return vault.manifest(model.manifest()).needs().stream()
        .filter(need -> need.size() == WEIGHTS)
        .findFirst()
        .orElseThrow()
        .digest();
  }

  @Test
  void anotherVaultGivesWhatParityCannot() throws Exception {
    Vault other = Vault.openForWriting(LocalDisk.ofProcess(), folder.resolve("other"));
    KeptModels.keep(other, "org/model:q8", 1, WEIGHTS);
    byte[] whole = Files.readAllBytes(blob(weights()));
    Files.write(blob(weights()), new byte[WEIGHTS]);
    assertThat(repair(new VaultSupply(other)).repaired())
        .singleElement()
        .matches(repaired -> repaired.from().equals(other.root().toString()));
    assertThat(Files.readAllBytes(blob(weights()))).isEqualTo(whole);
  }

  @Test
  void wrongBytesOfAnotherVaultChangeNothing() throws Exception {
    Vault other = Vault.openForWriting(LocalDisk.ofProcess(), folder.resolve("other"));
    KeptModels.keep(other, "org/model:q8", 1, WEIGHTS);
    Files.write(other.blobs().path(weights()), new byte[WEIGHTS]);
    byte[] harmed = new byte[WEIGHTS];
    Files.write(blob(weights()), harmed);
    RepairReport report = repair(new VaultSupply(other));
    assertThat(report.lost())
        .singleElement()
        .matches(lost -> lost.reasons().toString().contains("hash to"));
    assertThat(Files.readAllBytes(blob(weights()))).isEqualTo(harmed);
  }

  @Test
  void theFilesThatAreNoBlobsAreRepaired() throws Exception {
    for (String name : List.of("oci-layout", "index.json", "freehold/index.json")) {
      Path file = vault.root().resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (Harm harm : Harm.values()) {
        for (int trial = 0; trial < 20; trial++) {
          byte[] harmed = harm.of(whole, random);
          if (Arrays.equals(harmed, whole)) {
            continue;
          }
          Files.write(file, harmed);
          Frame frame = Frame.of(LocalDisk.ofProcess(), vault.root());
          assertThat(frame.problems()).as("%s %s", harm, name).isNotEmpty();
          assertThat(frame.repair()).allMatch(Frame.Problem::isRepairable);
          assertThat(frame.problems()).as("%s %s", harm, name).isEmpty();
          assertThat(Files.readAllBytes(file)).as("%s %s", harm, name).isEqualTo(whole);
        }
      }
    }
    assertThat(Vault.open(LocalDisk.ofProcess(), vault.root()).models()).hasSize(1);
  }
}
