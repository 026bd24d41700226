package dev.freehold.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.SimulatedDisk;
import dev.freehold.vault.parity.ParityWriter;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.ModelParity;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the disk has no room for is not begun, parity counted.
class RoomTest {
  private static final Path WEIGHTS = Path.of("/models/weights.gguf");
  private static final int BYTES = 400_000;
  private static final long PARITY = ParityWriter.fileBytes(BYTES, Redundancy.DEFAULT);

  private final SimulatedDisk disk = new SimulatedDisk();
  private Vault vault = Vault.openForWriting(disk, Path.of("/vault"));

  @BeforeEach
  void prepare() {
    byte[] bytes = new byte[BYTES];
    new Random(5).nextBytes(bytes);
    disk.prepare(WEIGHTS, bytes);
    vault = Vault.openForWriting(disk, Path.of("/vault"));
  }

  private void put(Redundancy redundancy, long along) throws InterruptedException {
    try (Ingest ingest = vault.begin()) {
      ingest.computeParity(redundancy, along);
      ingest.put(new Content.OfFile(WEIGHTS, false, Optional.empty()), done -> {});
    }
  }

  private static void requireNoRoom(org.assertj.core.api.ThrowableAssert.ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("no room")
        .hasMessageContaining("parity")
        .satisfies(told ->
            assertThat(((VaultException) told).reason()).isEqualTo(VaultException.Reason.NO_ROOM));
  }

  @Test
  void aFileIsCountedWithItsParityAndWithWhatIsWrittenForAMoment() throws Exception {
    disk.setRoom(BYTES + PARITY - 1);
    requireNoRoom(() -> put(Redundancy.DEFAULT, Long.MAX_VALUE));
    disk.setRoom(BYTES + 2 * PARITY - 1);
    requireNoRoom(() -> put(Redundancy.DEFAULT, 1));
    assertThat(StoreChecks.names(vault, vault.places().blobs())).isEmpty();
    disk.setRoom(BYTES);
    put(Redundancy.NONE, 1);
    assertThat(StoreChecks.names(vault, vault.places().blobs())).hasSize(1);
  }

  @Test
  void parityThatHasNoRoomIsNotBegun() throws Exception {
    disk.takes(Disk.Taken.CLONED); // the file itself takes none
    Keeping.Kept kept =
        new Keeping(vault, false)
            .keep(
                ModelName.parse("org/a"),
                "gguf",
                List.of(
                    new SourceFile(Role.WEIGHTS, "weights.gguf", WEIGHTS, false, Optional.empty())),
                stored -> List.of(),
                new Unwatched());
    disk.setRoom(PARITY);
    Entry entry = vault.find("org/a");
    requireNoRoom(() -> new ModelParity(vault).keep(entry, Redundancy.DEFAULT, bytes -> {}));
    assertThat(vault.attachments(kept.manifest().digest())).isEmpty();
    disk.setRoom(1 << 30);
    new ModelParity(vault).keep(entry, Redundancy.DEFAULT, Map.of(), bytes -> {});
    assertThat(vault.attachments(kept.manifest().digest())).hasSize(2);
  }

  /// Is told of what nobody asks for.
  private static final class Unwatched implements Keeping.Progress {
    @Override
    public void read(SourceFile file, long done) {}

    @Override
    public void stored(SourceFile file, Stored stored) {}
  }
}
