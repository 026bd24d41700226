package dev.freehold.vault.repair;

import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSink;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.util.function.LongConsumer;

/// The blobs of another vault.
public final class VaultSupply implements Supply {
  private final Vault vault;

  public VaultSupply(Vault vault) {
    this.vault = vault;
  }

  @Override
  public String name() {
    return vault.root().toString();
  }

  @Override
  public boolean copy(Descriptor blob, ByteSink sink, LongConsumer progress) throws IOException {
    if (!vault.blobs().has(blob.digest(), blob.size())) {
      return false;
    }
    try (Disk.OpenFile file = vault.blobs().open(blob.digest())) {
      ByteSource.of(file).copyTo(sink, progress);
      return true;
    }
  }
}
