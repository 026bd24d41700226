package dev.freehold.vault.store;

import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.parity.ParityDraft;
import dev.freehold.vault.parity.Redundancy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/// The parity of a large file, computed by a thread of its own while the file is hashed and copied.
///
/// That thread reads the file in another order, so what it read is compared with what was copied,
/// block by block: parity of a file that changed in between is thrown away.
final class ParityAlong implements AutoCloseable {
  private final Disk.OpenFile source;
  private final Disk.OpenFile scratch;
  private final FutureTask<ParityDraft> task;
  private final Thread thread;

  /// What the copy's checks are of; the last block counts as ending in zeros.
  private final BlockSums.Builder checks;

  private final int blockBytes;

  /// @param source is closed by this, as is the scratch file
  ParityAlong(Disk.OpenFile source, Disk.OpenFile scratch, Redundancy redundancy)
      throws IOException {
    this.source = source;
    this.scratch = scratch;
    this.blockBytes = ParityDraft.blockBytes(source.size(), redundancy);
    this.checks = new BlockSums.Builder(blockBytes);
    this.task =
        new FutureTask<>(
            () -> ParityDraft.compute(ByteSource.of(source), redundancy, scratch::write));
    this.thread = Thread.ofPlatform().name("parity").daemon().start(task);
  }

  /// Takes note of bytes that are copied.
  void copied(ByteBuffer bytes) {
    checks.add(bytes);
  }

  /// Waits for the parity and keeps it.
  ///
  /// @return empty where it could not be computed, or is of other bytes than were copied
  Optional<Stored> finish(HashedCopy.Result copy, Ingest ingest)
      throws IOException, InterruptedException {
    thread.join();
    if (task.state() != Future.State.SUCCESS) {
      return Optional.empty();
    }
    ParityDraft draft = task.resultNow();
    int padding = (int) Math.floorMod(-copy.bytes(), (long) blockBytes);
    checks.add(ByteBuffer.allocate(padding));
    BlockSums copied = checks.finish();
    if (draft.length() != copy.bytes() || !draft.isOf(copied::sum)) {
      return Optional.empty();
    }
    try (Ingest.Writer writer = ingest.begin()) {
      draft.write(copy.digest(), ByteSource.of(scratch), writer::write);
      return Optional.of(writer.finish(Optional.empty()));
    }
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    boolean interrupted = Thread.interrupted();
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    try (source) {
      scratch.close();
    }
  }
}
