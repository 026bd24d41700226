package dev.freehold.vault.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.SimulatedDisk;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// A life of a store on a simulated disk: models are added, share files, move on, are attached to,
/// removed and collected, until the disk stops it; and what must be so afterwards.
final class CrashScenario {
  static final Path ROOT = Path.of("/vault");
  private static final Path SOURCES = Path.of("/models");
  private static final int LARGE = BlockSums.BLOCK_BYTES + 5000;

  final SimulatedDisk disk = new SimulatedDisk();

  /// What the store has acknowledged: the manifest that each name has.
  private final Map<String, Descriptor> acknowledged = new HashMap<>();

  /// A name whose change was begun and not acknowledged, and what it may mean instead.
  private Optional<String> inDoubt = Optional.empty();

  private Redundancy redundancy = Redundancy.NONE;

  /// @param isLarge whether one of the files has several blocks
  CrashScenario(long seed, Disk.Taken taking, boolean isLarge) {
    disk.takes(taking);
    Random random = new Random(seed);
    for (String file : List.of("weights", "other", "small", "license", "license2")) {
      byte[] bytes =
          new byte[isLarge && file.equals("weights") ? LARGE : 700 + random.nextInt(3000)];
      random.nextBytes(bytes);
      disk.prepare(SOURCES.resolve(file), bytes);
    }
  }

  /// Keeps parity of every model, of its files while they are copied.
  CrashScenario withParity() {
    redundancy = Redundancy.DEFAULT;
    return this;
  }

  /// The whole life; ends early where the disk stops it.
  void live() throws Exception {
    Vault vault = Vault.openForWriting(disk, ROOT);
    add(vault, "org/a:latest", "weights", "license");
    add(vault, "org/b:latest", "weights", "other", "license");
    add(vault, "org/a:latest", "weights", "license2");
    attach(vault, "org/a:latest");
    remove(vault, "org/b:latest");
    vault.collectGarbage(false);
    add(vault, "org/c:q8", "small", "license");
    remove(vault, "org/a:latest");
    vault = Vault.openForWriting(disk, ROOT);
    vault.collectGarbage(false);
    add(vault, "org/b:latest", "weights", "other", "license");
  }

  private void add(Vault vault, String name, String... files) throws Exception {
    inDoubt = Optional.of(name);
    Map<Digest, Stored> parity;
    try (Ingest ingest = vault.begin()) {
      ingest.computeParity(redundancy, 1);
      List<Descriptor> layers = new ArrayList<>();
      for (String file : files) {
        Stored stored =
            ingest.put(
                new Content.OfFile(SOURCES.resolve(file), true, Optional.empty()), done -> {});
        layers.add(
            new Descriptor(
                Role.OTHER.mediaType(),
                stored.digest(),
                stored.size(),
                Map.of(Manifest.PATH, "files/" + file),
                Optional.empty()));
      }
      Stored config = ingest.put(("{\"name\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8));
      Manifest manifest =
          new Manifest(
              Manifest.MODEL,
              Descriptor.of(Manifest.MODEL_CONFIG, config.digest(), config.size()),
              layers,
              Optional.empty(),
              Map.of());
      acknowledged.put(name, ingest.name(ModelName.parse(name), manifest));
      parity = ingest.parity();
    }
    inDoubt = Optional.empty();
    new ModelParity(vault).keep(vault.find(name), redundancy, parity, bytes -> {});
  }

  private void attach(Vault vault, String name) {
    Descriptor subject = acknowledged.getOrDefault(name, Descriptor.of("x", none(), 0));
    try (Ingest ingest = vault.begin()) {
      Stored empty = ingest.put("{}".getBytes(StandardCharsets.UTF_8));
      Stored note = ingest.put("a note".getBytes(StandardCharsets.UTF_8));
      ingest.attach(
          new Manifest(
              "application/vnd.freehold.note",
              Descriptor.of("application/vnd.oci.empty.v1+json", empty.digest(), empty.size()),
              List.of(Descriptor.of("text/plain", note.digest(), note.size())),
              Optional.of(subject),
              Map.of()));
    }
  }

  private static Digest none() {
    return new Digest("0".repeat(64));
  }

  private void remove(Vault vault, String name) {
    inDoubt = Optional.of(name);
    List<Entry> gone =
        vault.entries().stream()
            .filter(e ->
                e.label().equals(name)
                    || e.former().map(f -> f.toString().equals(name)).orElse(false))
            .toList();
    vault.remove(gone);
    acknowledged.remove(name);
    inDoubt = Optional.empty();
  }

  /// What must hold after a crash: every acknowledged name means what it meant, whatever has a name
  /// is whole, leftovers are reclaimed, and life goes on.
  void requireRecovered(String when) throws Exception {
    boolean isOpen = disk.facts(ROOT.resolve("oci-layout")).isPresent();
    if (isOpen) {
      Vault readOnly = Vault.open(disk, ROOT);
      requireAcknowledged(readOnly, when);
      StoreChecks.requireWhole(readOnly, when);
    } else {
      assertThat(acknowledged).as(when).isEmpty();
    }
    Vault vault = Vault.openForWriting(disk, ROOT);
    assertThat(StoreChecks.names(vault, vault.places().unfinished())).as(when).isEmpty();
    requireAcknowledged(vault, when);
    vault.collectGarbage(false);
    vault.collectGarbage(false);
    StoreChecks.requireWhole(vault, when + ", after gc");
    StoreChecks.requireTidy(vault, when + ", after gc");
    live();
    StoreChecks.requireWhole(vault, when + ", after another life");
    requireParity(vault, when);
    requireAcknowledged(vault, when + ", after another life");
  }

  private void requireParity(Vault vault, String when) {
    for (Entry model : vault.models()) {
      assertThat(new ModelParity(vault).share(model.digest()).isPresent())
          .as(when)
          .isEqualTo(!redundancy.isNone());
    }
  }

  private void requireAcknowledged(Vault vault, String when) throws IOException {
    Map<String, Descriptor> found = new HashMap<>();
    vault.models().forEach(e -> found.put(e.label(), e.manifest()));
    acknowledged.forEach((name, manifest) -> {
      if (!inDoubt.equals(Optional.of(name))) {
        assertThat(Optional.ofNullable(found.get(name)).map(Descriptor::digest))
            .as("%s: %s", when, name)
            .contains(manifest.digest());
      }
    });
    found.keySet().stream()
        .filter(name -> !acknowledged.containsKey(name))
        .forEach(name -> assertThat(inDoubt).as(when).contains(name));
  }
}
