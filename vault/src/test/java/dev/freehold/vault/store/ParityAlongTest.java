package dev.freehold.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.parity.ParityWriter;
import dev.freehold.vault.parity.Redundancy;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityAlongTest {
  @TempDir Path folder;
  private final byte[] bytes = new byte[(65 << 20) + 777];
  private Path file;
  private Vault vault;

  @BeforeEach
  void writeAFile() throws Exception {
    new Random(3).nextBytes(bytes);
    file = Files.write(folder.resolve("weights"), bytes);
    vault = Vault.openForWriting(LocalDisk.ofProcess(), folder.resolve("vault"));
  }

  private Content.OfFile content(Optional<Digest> expected) {
    return new Content.OfFile(file, false, expected);
  }

  private void requireNothingUnfinished() throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("vault/freehold/unfinished"))) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void itIsWhatIsComputedAfterwards() throws Exception {
    ByteArrayOutputStream expected = new ByteArrayOutputStream();
    Digest digest = Digest.of(Sha256.bytes(bytes));
    ParityWriter.write(
        ByteSource.of(bytes),
        digest,
        Redundancy.DEFAULT,
        part -> expected.write(part.array(), 0, part.limit()),
        worked -> {});
    try (Ingest ingest = vault.begin()) {
      ingest.computeParity(Redundancy.DEFAULT);
      Stored stored = ingest.put(content(Optional.empty()), done -> {});
      if (stored.manner() == Stored.Manner.COPIED) { // a clone is not read twice
        assertThat(ingest.parity()).containsOnlyKeys(digest);
        assertThat(
                Files.readAllBytes(
                    vault.blobs().path(ingest.parity().values().iterator().next().digest())))
            .isEqualTo(expected.toByteArray());
      }
    }
    requireNothingUnfinished();
  }

  @Test
  void parityOfOtherBytesThanWereCopiedIsThrownAway() throws Exception {
    for (int changed : new int[] {0, 30 << 20, bytes.length - 1}) {
      byte[] copied = bytes.clone();
      copied[changed]++;
      assertThat(finished(copied)).isEmpty();
    }
    assertThat(finished(bytes)).isPresent();
    requireNothingUnfinished();
  }

  private Optional<Stored> finished(byte[] copied) throws Exception {
    try (Ingest ingest = vault.begin();
        ParityAlong along =
            new ParityAlong(
                LocalDisk.ofProcess().openSource(file), ingest.scratch(), Redundancy.DEFAULT)) {
      along.copied(ByteBuffer.wrap(copied));
      BlockSums.Builder sums = new BlockSums.Builder();
      sums.add(ByteBuffer.wrap(copied));
      Digest digest = Digest.of(Sha256.bytes(copied));
      return along.finish(new HashedCopy.Result(digest, copied.length, sums.finish()), ingest);
    }
  }

  @Test
  void aFileThatIsNotWhatWasExpectedLeavesNothing() throws Exception {
    try (Ingest ingest = vault.begin()) {
      ingest.computeParity(Redundancy.DEFAULT);
      assertThatThrownBy(
              () -> ingest.put(content(Optional.of(new Digest("0".repeat(64)))), done -> {}))
          .isInstanceOf(VaultException.class);
      assertThat(ingest.parity()).isEmpty();
    }
    requireNothingUnfinished();
  }
}
