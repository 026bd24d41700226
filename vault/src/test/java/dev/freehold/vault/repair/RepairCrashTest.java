package dev.freehold.vault.repair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.SimulatedDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Frame;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A damaged vault whose repair is stopped at every call to its disk, and loses power at random
/// ones: the next repair makes it whole, and what was whole stays so.
class RepairCrashTest {
  private static final Path ROOT = Path.of("/vault");
  private static final int WEIGHTS = 300_000;

  /// A vault with parity, damaged in blobs of every kind and in its index.
  private static SimulatedDisk damaged(long seed, Disk.Taken taking) throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    disk.takes(taking);
    Vault vault = Vault.openForWriting(disk, ROOT);
    Entry model = KeptModels.keep(vault, "org/model:q8", seed, WEIGHTS);
    KeptModels.attach(vault, model, "signed");
    new ModelParity(vault).keep(model, Redundancy.DEFAULT, bytes -> {});
    Random random = new Random(seed);
    List<Digest> harmed =
        new java.util.ArrayList<>(
            vault.manifest(model.manifest()).needs().stream()
                .map(need -> need.digest())
                .limit(4)
                .toList());
    harmed.add(model.digest());
    vault.entries().stream()
        .filter(entry -> ModelParity.isParity(entry.manifest()))
        .limit(1)
        .forEach(entry -> {
          harmed.add(entry.digest());
          harmed.add(vault.manifest(entry.manifest()).layers().get(5).digest());
        });
    for (Digest digest : harmed) {
      int size = vault.blobs().size(digest).orElseThrow().intValue();
      disk.flipBit(vault.blobs().path(digest), random.nextInt(size), random.nextInt(8));
    }
    disk.flipBit(ROOT.resolve("index.json"), 40, 1);
    return disk;
  }

  private static void repair(SimulatedDisk disk) throws InterruptedException {
    Frame.of(disk, ROOT).repair();
    Vault vault = Vault.openForWriting(disk, ROOT);
    RepairReport report = new Repair(vault, List.of(), bytes -> {}).run(vault.models());
    assertThat(report.lost()).isEmpty();
  }

  private static void requireWhole(SimulatedDisk disk, String when) throws InterruptedException {
    repair(disk);
    assertThat(Frame.of(disk, ROOT).problems()).as(when).isEmpty();
    Vault vault = Vault.openForWriting(disk, ROOT);
    assertThat(vault.models()).as(when).hasSize(1);
    assertThat(KeptModels.damaged(vault)).as(when).isEmpty();
    Entry model = vault.find("org/model:q8");
    vault.lease(model.manifest()).close();
    assertThat(vault.attachments(model.digest())).as(when).hasSize(3);
    vault.collectGarbage(false);
    vault.lease(model.manifest()).close();
  }

  private static long calls(Disk.Taken taking) throws Exception {
    SimulatedDisk disk = damaged(1, taking);
    disk.kill();
    repair(disk);
    long calls = disk.calls();
    requireWhole(disk, "without a crash");
    assertThat(calls).isGreaterThan(200);
    return calls;
  }

  @ParameterizedTest
  @EnumSource(Disk.Taken.class)
  void aKillAtCallsAllOverLosesNothing(Disk.Taken taking) throws Exception {
    long calls = calls(taking);
    for (long call = 1; call <= calls; call += 3) {
      killAt(call, taking);
    }
  }

  @ParameterizedTest
  @EnumSource(Disk.Taken.class)
  @Tag("long")
  void aKillAtEveryCallLosesNothing(Disk.Taken taking) throws Exception {
    long calls = calls(taking);
    for (long call = 1; call <= calls; call++) {
      killAt(call, taking);
    }
  }

  private static void killAt(long call, Disk.Taken taking) throws Exception {
    SimulatedDisk disk = damaged(1, taking);
    disk.stopAt(call);
    assertThatThrownBy(() -> repair(disk)).isInstanceOf(SimulatedDisk.Stopped.class);
    disk.kill();
    requireWhole(disk, taking + ", killed at call " + call);
  }

  /// Whatever fails, what is whole stays so, and the next repair ends it.
  @ParameterizedTest
  @EnumSource(SimulatedDisk.Fault.class)
  void failingCallsMakeNothingWorse(SimulatedDisk.Fault fault) throws Exception {
    long calls = calls(Disk.Taken.NOT);
    for (long call = 1; call <= calls; call += 5) {
      SimulatedDisk disk = damaged(1, Disk.Taken.NOT);
      disk.failAt(call, fault, fault != SimulatedDisk.Fault.IO);
      try {
        Frame.of(disk, ROOT).repair();
        Vault vault = Vault.openForWriting(disk, ROOT);
        new Repair(vault, List.of(), bytes -> {}).run(vault.models());
      } catch (VaultException told) {
        assertThat(told.reason())
            .as("%s at call %d: %s", fault, call, told.getMessage())
            .isNotEqualTo(VaultException.Reason.REFUSED);
      }
      disk.kill();
      requireWhole(disk, fault + " at call " + call);
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

  private static void losePower(long first, long last) throws Exception {
    Disk.Taken[] manners = Disk.Taken.values();
    long calls = calls(Disk.Taken.NOT);
    for (long seed = first; seed <= last; seed++) {
      Random random = new Random(seed);
      SimulatedDisk disk = damaged(seed, manners[random.nextInt(manners.length)]);
      disk.stopAt(1 + random.nextLong(calls));
      try {
        repair(disk);
      } catch (SimulatedDisk.Stopped stopped) {
        // as it should, where this repair has so many calls
      }
      disk.losePower(random);
      requireWhole(disk, "seed " + seed);
    }
  }
}
