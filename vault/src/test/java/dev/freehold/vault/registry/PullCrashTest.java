package dev.freehold.vault.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.RegistryClient;
import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.SimulatedDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.StoreChecks;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A pull from a registry is stopped at every call to the store's disk and at every thing that it
/// tells of the download, and loses power at random ones: nothing acknowledged is lost, nothing
/// half is seen, and the next pull makes it whole.
class PullCrashTest {
  private static final Path ROOT = Path.of("/vault");
  private static final byte[] WEIGHTS = RegistryBed.gguf(40_000, 21);

  /// Comes in several ranges.
  private static final byte[] LARGE = RegistryBed.gguf(1_500_000, 23);

  private static final byte[] OTHERS = RegistryBed.gguf(4000, 22);
  private static final ModelName PLAIN = ModelName.parse("org/tiny:plain");
  private static final ModelName PACKED = ModelName.parse("org/tiny:ollama");

  @TempDir private Path folder = Path.of("unset");

  private RegistryBed bed;
  private RegistryClient client;

  /// Told of each event of a pull; may stop it.
  private java.util.function.Consumer<PullEvent> watcher = event -> {};

  @BeforeEach
  void begin() throws IOException {
    bed = new RegistryBed(folder);
    bed.withOurs("first", WEIGHTS).withOurs("second", OTHERS);
    bed.with("packed", bed.layer("application/vnd.ollama.image.model", "", OTHERS));
    client = bed.client(bed.registry.reference("org/tiny"), false, event -> watcher.accept(event));
  }

  @AfterEach
  void end() throws IOException {
    client.close();
    bed.close();
  }

  /// A store on a simulated disk; what arrives is on the real one.
  private final class Life {
    private final SimulatedDisk disk = new SimulatedDisk();
    private final Map<ModelName, Digest> acknowledged = new HashMap<>();
    private Optional<ModelName> inDoubt = Optional.empty();
    private final Path fetched;

    Life(String name, Disk.Taken taking) {
      fetched = folder.resolve("fetched-" + name);
      disk.takes(taking);
      disk.takesFrom(fetched);
    }

    void live() throws InterruptedException {
      Vault vault = Vault.openForWriting(disk, ROOT);
      pull(vault, "first", PLAIN);
      pull(vault, "second", PLAIN);
      pull(vault, "packed", PACKED);
      vault.collectGarbage(false, Instant.MAX);
    }

    private void pull(Vault vault, String tag, ModelName name) throws InterruptedException {
      Arrivals arrivals = new Arrivals(fetched, fetched.resolve("quarantine"), client);
      inDoubt = Optional.of(name);
      RegistryPull.Pulled pulled =
          new RegistryPull(
                  vault, client, arrivals, Redundancy.DEFAULT, InstantSource.fixed(Instant.EPOCH))
              .pull(RegistryReference.parse(bed.registry.reference("org/tiny:" + tag)), name);
      acknowledged.put(name, pulled.manifest().digest());
      inDoubt = Optional.empty();
      new ModelParity(vault).keep(vault.find(name.toString()), Redundancy.DEFAULT, bytes -> {});
    }

    void requireRecovered(String when) throws Exception {
      if (disk.facts(ROOT.resolve("oci-layout")).isPresent()) {
        requireAcknowledged(Vault.open(disk, ROOT), when);
      } else {
        assertThat(acknowledged).as(when).isEmpty();
      }
      Vault vault = Vault.openForWriting(disk, ROOT);
      vault.collectGarbage(false);
      StoreChecks.requireTidy(vault, when);
      requireAcknowledged(vault, when);
      inDoubt = Optional.empty();
      live();
      requireAcknowledged(vault, when + ", at the end");
      StoreChecks.requireTidy(vault, when + ", at the end");
      requireModel(vault, PLAIN, "tiny.gguf", OTHERS);
      requireModel(vault, PACKED, "model.gguf", OTHERS);
      assertThat(fetched).as(when).isEmptyDirectory();
    }

    private void requireAcknowledged(Vault vault, String when) {
      StoreChecks.requireWhole(vault, when);
      Map<Optional<ModelName>, Digest> found = new HashMap<>();
      vault.models().forEach(entry -> found.put(entry.name(), entry.digest()));
      acknowledged.forEach((name, digest) -> {
        if (!inDoubt.equals(Optional.of(name))) {
          assertThat(found).as(when).containsEntry(Optional.of(name), digest);
        }
      });
    }

    private void requireModel(Vault vault, ModelName name, String path, byte[] bytes)
        throws IOException {
      Entry entry = vault.find(name.toString());
      Manifest manifest = vault.manifest(entry.manifest());
      Manifest.KeptFile file =
          manifest.files().stream().filter(f -> f.path().equals(path)).findFirst().orElseThrow();
      assertThat(disk.bytes(vault.blobs().path(file.blob().digest()))).isEqualTo(bytes);
      assertThat(new ModelParity(vault).share(entry.digest())).contains(Redundancy.DEFAULT);
    }

    /// Until the disk or the watcher stops it.
    void liveAndDie() {
      assertThatThrownBy(this::live).isInstanceOf(Error.class);
      watcher = event -> {};
      disk.kill();
    }
  }

  /// The process ended while a blob was fetched.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private long calls(Disk.Taken taking) throws Exception {
    Life whole = new Life("whole-" + taking, taking);
    whole.live();
    long calls = whole.disk.calls();
    whole.requireRecovered("without a crash");
    assertThat(calls).isGreaterThan(500);
    return calls;
  }

  private void killAtCalls(Disk.Taken taking, int step) throws Exception {
    long calls = calls(taking);
    for (long call = 1; call <= calls; call += step) {
      Life life = new Life("call-" + call, taking);
      life.disk.stopAt(call);
      life.liveAndDie();
      life.requireRecovered(taking + ", killed at call " + call);
    }
  }

  @ParameterizedTest
  @EnumSource(Disk.Taken.class)
  void aKillAtCallsAllOverLosesNothing(Disk.Taken taking) throws Exception {
    killAtCalls(taking, 71);
  }

  @ParameterizedTest
  @EnumSource(Disk.Taken.class)
  @Tag("long")
  void aKillAtEveryCallLosesNothing(Disk.Taken taking) throws Exception {
    killAtCalls(taking, 1);
  }

  /// What a download tells of, it tells between what it does to the disk.
  @Test
  void aKillAtEventsOfADownloadLosesNothing() throws Exception {
    killAtEvents(5);
  }

  @Test
  @Tag("long")
  void aKillAtEveryEventOfADownloadLosesNothing() throws Exception {
    killAtEvents(1);
  }

  private void killAtEvents(int step) throws Exception {
    bed.withOurs("first", LARGE);
    int[] events = {0};
    watcher = event -> events[0]++;
    new Life("counted", Disk.Taken.LINKED).live();
    int all = events[0];
    assertThat(all).isGreaterThan(15);
    for (int last = 1; last <= all; last += step) {
      Life life = new Life("event-" + last, Disk.Taken.LINKED);
      int[] left = {last};
      watcher =
          event -> {
            if (--left[0] <= 0) {
              throw new Killed();
            }
          };
      life.liveAndDie();
      life.requireRecovered("killed at event " + last);
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
    Disk.Taken[] manners = Disk.Taken.values();
    long calls = calls(Disk.Taken.NOT);
    for (long seed = first; seed <= last; seed++) {
      Random random = new Random(seed);
      Life life = new Life("seed-" + seed, manners[random.nextInt(manners.length)]);
      life.disk.stopAt(1 + random.nextLong(calls));
      try {
        life.live();
      } catch (SimulatedDisk.Stopped stopped) {
        // as it should, where this life has so many calls
      }
      life.disk.losePower(random);
      life.requireRecovered("seed " + seed);
    }
  }

  /// What was given up is kept for a pull that goes on with it, for a while.
  @Test
  void whatWasGivenUpIsCollectedWhenItIsOldAndNoPullRuns() throws Exception {
    Path fetched = Files.createDirectories(bed.vault.fetchedFolder());
    String hex = "ab".repeat(32);
    Files.writeString(fetched.resolve(hex + ".freehold.incomplete"), "12345");
    Files.writeString(fetched.resolve(hex + ".freehold.incomplete.pieces"), "123");
    Files.writeString(fetched.resolve(hex + ".lock"), "");
    Path unpacked = Files.createDirectory(fetched.resolve("unpacked-1"));
    Files.write(unpacked.resolve("0"), "1234567".getBytes(StandardCharsets.UTF_8));
    Files.writeString(fetched.resolve("mine.txt"), "a person's");
    Instant now = Instant.now();
    Vault vault = bed.vault;
    assertThat(vault.collectGarbage(true, now.plusSeconds(60)).downloads()).isEqualTo(15);
    assertThat(vault.collectGarbage(false, now.minusSeconds(60)).downloads())
        .as("what was unpacked, which no pull goes on with")
        .isEqualTo(7);
    try (var pulling = vault.begin()) {
      assertThatThrownBy(() -> vault.collectGarbage(false, Instant.MAX))
          .hasMessageContaining("another process is adding");
    }
    assertThat(vault.collectGarbage(false, now.plusSeconds(60)).downloads()).isEqualTo(8);
    try (var left = Files.list(fetched)) {
      assertThat(left.toList()).isEqualTo(List.of(fetched.resolve("mine.txt")));
    }
  }

  @Test
  void nothingIsCollectedWhileAPullRuns() throws Exception {
    bed.withModel();
    int[] refused = {0};
    watcher =
        event -> {
          if (event instanceof PullEvent.Fetched || event instanceof PullEvent.Finished) {
            assertThatThrownBy(() -> bed.vault.collectGarbage(false, Instant.MAX))
                .hasMessageContaining("another process is adding");
            refused[0]++;
          }
        };
    for (String tag : List.of("latest", "packed")) {
      new RegistryPull(bed.vault, client, Redundancy.NONE, InstantSource.system())
          .pull(RegistryReference.parse(bed.registry.reference("org/tiny:" + tag)), PLAIN);
    }
    assertThat(refused[0]).isGreaterThan(4);
  }
}
