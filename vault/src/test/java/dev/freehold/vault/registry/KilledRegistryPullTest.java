package dev.freehold.vault.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.StoreChecks;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that pull from a registry are killed at random moments: what has a name is whole, and
/// the next pull goes on from what has arrived.
class KilledRegistryPullTest {
  private static final byte[] MODEL = RegistryBed.gguf(24_000_000, 31);

  @TempDir private Path folder = Path.of("unset");
  private RegistryBed bed;
  private final AtomicLong sent = new AtomicLong();

  @BeforeEach
  void begin() throws IOException {
    bed = new RegistryBed(folder);
    bed.withOurs("latest", MODEL);
  }

  @AfterEach
  void end() throws IOException {
    bed.close();
  }

  private Process start() throws IOException {
    String reference = bed.registry.reference("org/tiny");
    return new ProcessBuilder(PullProgram.command(bed.vault.root(), reference, RegistryBed.NAME))
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void fourKills() throws Exception {
    kill(4, 1);
  }

  @Test
  @Tag("long")
  void aHundredKills() throws Exception {
    kill(100, 2);
  }

  /// Kills so many times at random moments; then lets one pull run to its end.
  private void kill(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < kills; i++) {
      Process process = start();
      Optional<String> acknowledged = Optional.empty();
      try (var reader = process.inputReader()) {
        assertThat(reader.readLine()).isEqualTo("ready");
        process.waitFor(random.nextInt(1500), TimeUnit.MILLISECONDS);
        process.toHandle().destroyForcibly();
        process.waitFor();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          acknowledged = line.startsWith("kept ") ? Optional.of(line) : acknowledged;
        }
      }
      requireInvariants(acknowledged, "seed %d, kill %d".formatted(seed, i));
    }
    requireWholeAtTheEnd();
  }

  private void requireInvariants(Optional<String> acknowledged, String when) throws IOException {
    Vault vault = bed.vault;
    StoreChecks.requireWhole(vault, when);
    List<Entry> models = vault.models();
    if (acknowledged.isPresent()) {
      assertThat(models).as(when).hasSize(1);
      assertThat(acknowledged.get()).as(when).isEqualTo("kept " + models.getFirst().digest());
    }
    if (!models.isEmpty()) { // begin anew
      assertThat(bed.file("tiny.gguf")).as(when).isEqualTo(MODEL);
      vault.remove(models);
      vault.collectGarbage(false);
    }
    Vault.openForWriting(vault.disk(), vault.root()).collectGarbage(false);
    StoreChecks.requireTidy(vault, when);
  }

  private void requireWholeAtTheEnd() throws Exception {
    Process last = start();
    try (var reader = last.inputReader()) {
      assertThat(reader.lines().toList()).hasSize(3).first().isEqualTo("ready");
    }
    assertThat(last.waitFor()).isZero();
    assertThat(bed.file("tiny.gguf")).isEqualTo(MODEL);
    StoreChecks.requireWhole(bed.vault, "at the end");
    assertThat(new ModelParity(bed.vault).share(bed.vault.models().getFirst().digest()))
        .contains(Redundancy.DEFAULT);
    bed.vault.collectGarbage(false);
    assertThat(bed.vault.fetchedFolder()).isEmptyDirectory();
  }

  @Test
  void anotherProcessGoesOnFromTheMebibytesThatAreThere() throws Exception {
    String hex = dev.freehold.tensor.Sha256.of(MODEL);
    Path record = bed.vault.fetchedFolder().resolve(hex + ".freehold.incomplete.pieces");
    bed.registry.fault((request, reply) ->
        request.header("range").orElse("bytes=0-").startsWith("bytes=0-") ? reply : reply.cut(1));
    Process process = start();
    for (int i = 0; i < 3000 && pieces(record) == 0; i++) {
      Thread.sleep(10);
    }
    process.toHandle().destroyForcibly();
    process.waitFor();
    long pieces = pieces(record);
    assertThat(pieces).isPositive();
    bed.registry.fault((request, reply) -> {
      sent.addAndGet(request.path().contains(hex) ? reply.body().length : 0);
      return reply;
    });
    requireWholeAtTheEnd();
    assertThat(sent.get()).isLessThanOrEqualTo(MODEL.length - pieces * (1 << 20));
  }

  private static long pieces(Path record) throws IOException {
    return Files.exists(record)
        ? Files.readAllLines(record).stream().filter(line -> line.matches("\\d+")).count()
        : 0;
  }
}
