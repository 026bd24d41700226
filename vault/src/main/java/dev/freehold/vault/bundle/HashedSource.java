package dev.freehold.vault.bundle;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.parity.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/// Bytes of a blob that are hashed as they are read in their order: damaged ones would be found out
/// only where nothing can be done about it.
final class HashedSource implements ByteSource {
  private final ByteSource bytes;
  private final MessageDigest digest = Sha256.begin();

  HashedSource(ByteSource bytes) {
    this.bytes = bytes;
  }

  @Override
  public long size() throws IOException {
    return bytes.size();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int start = target.position();
    int count = bytes.read(target, position);
    if (count > 0) {
      digest.update(target.duplicate().position(start).limit(start + count));
    }
    return count;
  }

  /// @throws VaultException where what was read does not hash to the digest
  void require(Digest expected) {
    if (!Digest.of(digest.digest()).equals(expected)) {
      throw new VaultException(
          VaultException.Reason.DAMAGED,
          "the blob %s no longer has the bytes that its name says; \"vault repair\" may help"
              .formatted(expected));
    }
  }
}
