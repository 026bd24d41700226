package dev.freehold.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.SimulatedDisk;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The store is stopped at every call to its disk, loses power at random ones, and has every call
/// fail: nothing acknowledged is lost, nothing half is seen, and leftovers are reclaimed.
class CrashTest {
  private static long callsOfALife(Disk.Taken taking) throws Exception {
    CrashScenario whole = new CrashScenario(1, taking, false);
    whole.live();
    long calls = whole.disk.calls();
    whole.requireRecovered("without a crash");
    assertThat(calls).isGreaterThan(300);
    return calls;
  }

  @ParameterizedTest
  @EnumSource(Disk.Taken.class)
  void aKillAtEveryCallLosesNothing(Disk.Taken taking) throws Exception {
    long calls = callsOfALife(taking);
    for (long call = 1; call <= calls; call++) {
      CrashScenario scenario = new CrashScenario(1, taking, false);
      scenario.disk.stopAt(call);
      assertThatThrownBy(scenario::live).isInstanceOf(SimulatedDisk.Stopped.class);
      scenario.disk.kill();
      scenario.requireRecovered("killed at call " + call);
    }
  }

  @Test
  void fiftyLossesOfPower() throws Exception {
    losePower(1, 50, false);
  }

  @Test
  @Tag("long")
  void aThousandLossesOfPower() throws Exception {
    losePower(51, 1_050, false);
  }

  private static void losePower(long first, long last, boolean hasParity) throws Exception {
    Disk.Taken[] manners = Disk.Taken.values();
    long calls = hasParity ? callsWithParity(Disk.Taken.NOT) : callsOfALife(Disk.Taken.NOT);
    for (long seed = first; seed <= last; seed++) {
      Random random = new Random(seed);
      CrashScenario scenario =
          new CrashScenario(seed, manners[random.nextInt(manners.length)], true);
      if (hasParity) {
        scenario.withParity();
      }
      scenario.disk.stopAt(1 + random.nextLong(calls));
      try {
        scenario.live();
      } catch (SimulatedDisk.Stopped stopped) {
        // as it should, where this life has so many calls
      }
      if (random.nextBoolean()) { // another process goes on, and power is lost then
        scenario.disk.kill();
        Vault.openForWriting(scenario.disk, CrashScenario.ROOT).collectGarbage(false);
      }
      scenario.disk.losePower(random);
      scenario.requireRecovered("seed " + seed);
    }
  }

  private static long callsWithParity(Disk.Taken taking) throws Exception {
    CrashScenario whole = new CrashScenario(1, taking, false).withParity();
    whole.live();
    long calls = whole.disk.calls();
    whole.requireRecovered("without a crash");
    return calls;
  }

  private static void killWithParity(Disk.Taken taking, int step) throws Exception {
    long calls = callsWithParity(taking);
    for (long call = 1; call <= calls; call += step) {
      CrashScenario scenario = new CrashScenario(1, taking, false).withParity();
      scenario.disk.stopAt(call);
      assertThatThrownBy(scenario::live).isInstanceOf(SimulatedDisk.Stopped.class);
      scenario.disk.kill();
      scenario.requireRecovered("with parity, killed at call " + call);
    }
  }

  @ParameterizedTest
  @EnumSource(Disk.Taken.class)
  void aKillWhileParityIsComputedLosesNothing(Disk.Taken taking) throws Exception {
    killWithParity(taking, 7);
  }

  @ParameterizedTest
  @EnumSource(Disk.Taken.class)
  @Tag("long")
  void aKillAtEveryCallWhileParityIsComputedLosesNothing(Disk.Taken taking) throws Exception {
    killWithParity(taking, 1);
  }

  @Test
  void fiftyLossesOfPowerWithParity() throws Exception {
    losePower(1, 50, true);
  }

  @Test
  @Tag("long")
  void aThousandLossesOfPowerWithParity() throws Exception {
    losePower(51, 1_050, true);
  }

  @ParameterizedTest
  @EnumSource(SimulatedDisk.Fault.class)
  void aFailureOfAnyCallIsToldAndLosesNothing(SimulatedDisk.Fault fault) throws Exception {
    long calls = callsOfALife(Disk.Taken.NOT);
    for (long call = 1; call <= calls; call++) {
      CrashScenario scenario = new CrashScenario(1, Disk.Taken.NOT, false);
      scenario.disk.failAt(call, fault, fault != SimulatedDisk.Fault.IO);
      String when = fault + " at call " + call;
      assertThatThrownBy(scenario::live)
          .as(when)
          .isInstanceOf(VaultException.class)
          .satisfies(told ->
              assertThat(((VaultException) told).reason())
                  .isIn(
                      VaultException.Reason.NO_ROOM,
                      VaultException.Reason.DISK,
                      VaultException.Reason.READ_ONLY));
      scenario.disk.losePower(new Random(call));
      scenario.requireRecovered(when);
    }
  }
}
