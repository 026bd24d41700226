package dev.freehold.vault.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.SimulatedDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.KeptModels;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MirrorTest {
  private static final Path SOURCE = Path.of("/vault");
  private static final Path TARGET = Path.of("/mirror");
  private static final int WEIGHTS = 20_000;

  private SimulatedDisk disk = new SimulatedDisk();

  @BeforeEach
  void keepModels() {
    disk = source(1);
  }

  private static SimulatedDisk source(long seed) {
    SimulatedDisk disk = new SimulatedDisk();
    disk.takes(Disk.Taken.CLONED);
    Vault vault = Vault.openForWriting(disk, SOURCE);
    Entry first = KeptModels.keep(vault, "org/a:latest", seed, WEIGHTS);
    KeptModels.attach(vault, first, "signed");
    KeptModels.keep(vault, "org/b:latest", seed + 1, WEIGHTS);
    KeptModels.keep(vault, "org/a:latest", seed + 2, WEIGHTS);
    for (Entry model : vault.models()) {
      new ModelParity(vault).keep(model, Redundancy.DEFAULT, bytes -> {});
    }
    return disk;
  }

  private static Mirror.Report mirror(SimulatedDisk disk) throws InterruptedException {
    Vault vault = Vault.open(disk, SOURCE);
    try (VaultDestination target = new VaultDestination(Vault.openForWriting(disk, TARGET))) {
      Mirror mirror = new Mirror(vault, target, bytes -> {});
      return mirror.run(Mirror.scope(vault, vault.models()));
    }
  }

  private static Set<Entry> entries(SimulatedDisk disk, Path root) {
    return new HashSet<>(Vault.open(disk, root).entries());
  }

  @Test
  void everythingArrivesAndNothingTwice() throws Exception {
    Mirror.Report report = mirror(disk);
    assertThat(report.failed()).isEmpty();
    assertThat(report.copiedBytes()).isGreaterThan(3 * WEIGHTS);
    assertThat(entries(disk, TARGET)).isEqualTo(entries(disk, SOURCE)).hasSize(3 + 1 + 4);
    assertThat(KeptModels.damaged(Vault.open(disk, TARGET))).isEmpty();
    Mirror.Report again = mirror(disk);
    assertThat(again.copiedBlobs()).isZero();
    assertThat(again.presentBytes()).isGreaterThan(3 * WEIGHTS);
    assertThat(entries(disk, TARGET)).isEqualTo(entries(disk, SOURCE));
  }

  @Test
  void aModelAloneComesWithWhatIsAttached() throws Exception {
    Vault vault = Vault.open(disk, SOURCE);
    try (VaultDestination target = new VaultDestination(Vault.openForWriting(disk, TARGET))) {
      Mirror mirror = new Mirror(vault, target, bytes -> {});
      List<Entry> scope = Mirror.scope(vault, List.of(vault.find("org/b:latest")));
      assertThat(mirror.run(scope).failed()).isEmpty();
      assertThat(entries(disk, TARGET)).hasSize(3);
    }
    assertThat(Vault.open(disk, TARGET).models())
        .singleElement()
        .matches(entry -> entry.label().equals("org/b:latest"));
  }

  @Test
  void aDamagedModelIsToldOfAndTheOthersArrive() throws Exception {
    Vault vault = Vault.open(disk, SOURCE);
    Descriptor weights = vault.manifest(vault.find("org/b:latest").manifest()).layers().getFirst();
    disk.flipBit(vault.blobs().path(weights.digest()), 5000, 3);
    Mirror.Report report = mirror(disk);
    assertThat(report.failed())
        .singleElement()
        .matches(failed -> failed.entry().label().equals("org/b:latest"))
        .matches(failed -> failed.reason().contains("hash to"));
    assertThat(Vault.open(disk, TARGET).models()).hasSize(1);
    assertThat(KeptModels.damaged(Vault.open(disk, TARGET))).isEmpty();
  }

  @Test
  void whatIsThereIsReadWhereThatIsWantedAndWrongBytesAreReplaced() throws Exception {
    mirror(disk);
    Vault target = Vault.open(disk, TARGET);
    Entry model = target.find("org/b:latest");
    Descriptor weights = target.manifest(model.manifest()).layers().getFirst();
    disk.flipBit(target.blobs().path(weights.digest()), 5000, 3);
    disk.flipBit(target.blobs().path(model.digest()), 50, 3);
    assertThat(mirror(disk).failed()).as("trusted by their sizes").isEmpty();
    assertThat(KeptModels.damaged(target)).hasSize(2);

    Vault vault = Vault.open(disk, SOURCE);
    List<Entry> scope = Mirror.scope(vault, vault.models());
    try (VaultDestination there = new VaultDestination(Vault.openForWriting(disk, TARGET))) {
      Mirror.Report report = new Mirror(vault, there, bytes -> {}).readingData().run(scope);
      assertThat(report.failed()).isEmpty();
      assertThat(report.mendedBlobs()).isEqualTo(2);
      assertThat(report.copiedBlobs()).isZero();
    }
    assertThat(KeptModels.damaged(target)).isEmpty();
    assertThat(target.blobs().openQuarantined(weights.digest())).isPresent();
  }

  @Test
  void whatIsWrongAtBothSidesIsTold() throws Exception {
    mirror(disk);
    for (Path root : List.of(SOURCE, TARGET)) {
      Vault vault = Vault.open(disk, root);
      Entry model = vault.find("org/b:latest");
      Descriptor weights = vault.manifest(model.manifest()).layers().getFirst();
      disk.flipBit(vault.blobs().path(weights.digest()), 5000, 3);
    }
    Vault vault = Vault.open(disk, SOURCE);
    try (VaultDestination there = new VaultDestination(Vault.openForWriting(disk, TARGET))) {
      Mirror.Report report =
          new Mirror(vault, there, bytes -> {})
              .readingData()
              .run(Mirror.scope(vault, vault.models()));
      assertThat(report.failed())
          .singleElement()
          .matches(failed -> failed.entry().label().equals("org/b:latest"));
      assertThat(report.mendedBlobs()).isZero();
    }
  }

  @Test
  void aFullTargetEndsIt() throws Exception {
    Vault.openForWriting(disk, TARGET);
    disk.failAt(100, SimulatedDisk.Fault.NO_SPACE, true);
    try {
      assertThat(mirror(disk).failed()).isNotEmpty();
    } catch (VaultException full) {
      assertThat(full.reason()).isEqualTo(VaultException.Reason.NO_ROOM);
    }
    disk.kill();
    assertThat(mirror(disk).failed()).isEmpty();
    assertThat(entries(disk, TARGET)).isEqualTo(entries(disk, SOURCE));
  }

  @Test
  void aKillAtCallsAllOverIsGoneOnFrom() throws Exception {
    kill(11);
  }

  @Test
  @Tag("long")
  void aKillAtEveryCallIsGoneOnFrom() throws Exception {
    kill(1);
  }

  private void kill(int step) throws Exception {
    long calls = callsOfAMirroring();
    for (long call = 1; call <= calls; call += step) {
      SimulatedDisk stopped = source(1);
      stop(stopped, call);
      stopped.kill();
      requireWhole(stopped, "killed at call " + call);
    }
  }

  @Test
  void fiftyLossesOfPower() throws Exception {
    losePower(1, 50);
  }

  @Test
  @Tag("long")
  void aThousandLossesOfPower() throws Exception {
    losePower(51, 1_050);
  }

  private void losePower(long first, long last) throws Exception {
    long calls = callsOfAMirroring();
    for (long seed = first; seed <= last; seed++) {
      Random random = new Random(seed);
      SimulatedDisk stopped = source(seed);
      stop(stopped, 1 + random.nextLong(calls));
      stopped.losePower(random);
      requireWhole(stopped, "seed " + seed);
    }
  }

  private long callsOfAMirroring() throws Exception {
    disk.kill();
    mirror(disk);
    assertThat(disk.calls()).isGreaterThan(300);
    return disk.calls();
  }

  private static void stop(SimulatedDisk disk, long call) throws Exception {
    disk.stopAt(call);
    try {
      mirror(disk);
    } catch (SimulatedDisk.Stopped stopped) {
      // as it should, where this mirroring has so many calls
    }
  }

  /// What is listed at the target is whole, nothing of the source is touched, and the next run
  /// brings the rest.
  private static void requireWhole(SimulatedDisk disk, String when) throws IOException {
    if (disk.facts(TARGET.resolve("oci-layout")).isPresent()) {
      Vault target = Vault.open(disk, TARGET);
      assertThat(KeptModels.damaged(target)).as(when).isEmpty();
      for (Entry entry : target.entries()) {
        target.lease(entry.manifest()).close();
      }
    }
    try {
      assertThat(mirror(disk).failed()).as(when).isEmpty();
    } catch (InterruptedException impossible) {
      throw new AssertionError(impossible);
    }
    assertThat(entries(disk, TARGET)).as(when).isEqualTo(entries(disk, SOURCE));
    assertThat(KeptModels.damaged(Vault.open(disk, SOURCE))).as(when).isEmpty();
  }
}
