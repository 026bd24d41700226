package dev.freehold.train.transcript;

import dev.freehold.tensor.Sha256;
import java.security.MessageDigest;
import java.util.List;

/// The Merkle tree of SHA-256 over hashed leaves in their order.
///
/// The root of one leaf is the leaf; of n leaves `SHA-256(0x01 | root of the first k | root of the
/// others)` with k the largest power of two below n. Leaves bring a prefix other than 0x01 of their
/// own, so that no leaf can pass for a node. Source: RFC 6962, section 2.1.
final class MerkleTree {
  private static final byte NODE = 1;

  private MerkleTree() {}

  static byte[] root(List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      return Sha256.begin().digest();
    }
    if (leaves.size() == 1) {
      return leaves.getFirst();
    }
    int left = Integer.highestOneBit(leaves.size() - 1);
    MessageDigest digest = Sha256.begin();
    digest.update(NODE);
    digest.update(root(leaves.subList(0, left)));
    return digest.digest(root(leaves.subList(left, leaves.size())));
  }
}
