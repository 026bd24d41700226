package dev.freehold.vault.store;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.util.List;

/// Keeps the blobs of a model from being deleted while they are read; it ends when it is closed, or
/// with its process in whatever way that ends.
public final class Lease implements AutoCloseable {
  private final List<Disk.Hold> holds;

  Lease(List<Disk.Hold> holds) {
    this.holds = List.copyOf(holds);
  }

  @Override
  public void close() {
    for (Disk.Hold hold : holds) {
      try {
        hold.close();
      } catch (IOException failure) {
        throw new VaultException(
            VaultException.Reason.DISK, "a lease cannot be given back: " + failure, failure);
      }
    }
  }
}
