package dev.freehold.vault.store;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Says of a failed call to a disk what it means for the store.
final class DiskFailures {
  private DiskFailures() {}

  /// @param doing what was tried, as in "the blob cannot be written"
  static VaultException of(String doing, Disk disk, Path root, IOException failure) {
    String reason = reason(failure);
    if (reason.contains("No space left") || reason.contains("quota exceeded")) {
      return new VaultException(
          Reason.NO_ROOM,
          "%s: the disk of %s is full (%s)%s; make room and give the command again"
              .formatted(doing, root, reason, room(disk, root)),
          failure);
    }
    if (reason.contains("Read-only file system")) {
      return new VaultException(
          Reason.READ_ONLY,
          "%s: the store %s is on a file system that can be read only".formatted(doing, root),
          failure);
    }
    if (failure instanceof AccessDeniedException) {
      return new VaultException(
          Reason.READ_ONLY,
          "%s: this account may not write to %s".formatted(doing, failure.getMessage()),
          failure);
    }
    return new VaultException(Reason.DISK, doing + ": " + reason, failure);
  }

  static boolean isInterrupt(IOException failure) {
    return failure instanceof ClosedByInterruptException
        || failure instanceof InterruptedIOException;
  }

  private static String room(Disk disk, Path root) {
    try {
      return ", %d MB are free".formatted(disk.room(root) / 1_000_000);
    } catch (IOException unknown) {
      return "";
    }
  }

  private static String reason(IOException failure) {
    if (failure instanceof NoSuchFileException gone) {
      return gone.getFile() + " is not there";
    }
    if (failure instanceof FileSystemException of && of.getReason() == null) {
      return failure.getClass().getSimpleName() + " " + of.getMessage();
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
