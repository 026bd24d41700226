package dev.freehold.train.transcript;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.tensor.Sha256;
import dev.freehold.train.step.Parameter;
import dev.freehold.train.step.Parameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// The hashes of all tensors that the next step depends on, and the Merkle root over them: 32 bytes
/// that stand for weights and optimizer state.
///
/// Tensors come in the order of the parameters; of each the values under its name, the first
/// moments under `first.NAME` and the second under `second.NAME`.
///
/// - Leaf: `SHA-256(0x00 | bytes)` of each MiB of a tensor's little-endian float32, the last one
///   shorter.
/// - Tensor: `SHA-256(0x02 | length of the name in bytes | name in UTF-8 | dimensions | each size |
///   root of the leaves)`; numbers as little-endian int32.
/// - Root: over the tensors. Both roots as in [MerkleTree].
public final class StateTree {
  /// The tree over no tensors.
  public static final StateTree NONE = new StateTree(List.of());

  /// Bytes of a leaf.
  public static final int LEAF_BYTES = 1 << 20;

  private static final int LEAF_VALUES = LEAF_BYTES / Float.BYTES;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final byte LEAF = 0;
  private static final byte TENSOR = 2;
  private static final ValueLayout.OfFloat LITTLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// A tensor and its hash, as 64 lowercase digits.
  public record Entry(String name, String hash) {}

  private record Named(String name, List<Integer> shape, float[] values) {
    int leaves() {
      return Math.ceilDiv(values.length, LEAF_VALUES);
    }
  }

  private record Leaf(float[] values, int from) {}

  private final List<Entry> entries;
  private final String root;

  private StateTree(List<Entry> entries) {
    this.entries = List.copyOf(entries);
    List<byte[]> hashes = new ArrayList<>();
    for (Entry entry : entries) {
      hashes.add(HexFormat.of().parseHex(entry.hash()));
    }
    this.root = HexFormat.of().formatHex(MerkleTree.root(hashes));
  }

  /// The tree over tensors whose hashes are known; each must be a digest.
  public static StateTree of(List<Entry> entries) {
    return new StateTree(entries);
  }

  /// The tree over values and moments as they are; leaves are hashed by all threads of the pool.
  public static StateTree of(Parameters parameters, WorkerPool pool) {
    List<Named> tensors = new ArrayList<>();
    for (Parameter parameter : parameters.all()) {
      String name = parameter.name();
      tensors.add(new Named(name, parameter.shape(), parameter.values()));
      tensors.add(new Named("first." + name, parameter.shape(), parameter.first()));
      tensors.add(new Named("second." + name, parameter.shape(), parameter.second()));
    }
    List<Leaf> leaves = new ArrayList<>();
    for (Named tensor : tensors) {
      for (int i = 0; i < tensor.leaves(); i++) {
        leaves.add(new Leaf(tensor.values(), i * LEAF_VALUES));
      }
    }
    byte[][] hashes = new byte[leaves.size()][];
    byte[][] buffers = new byte[pool.size()][BUFFER_BYTES];
    pool.run((i, worker) -> hashes[i] = hash(leaves.get(i), buffers[worker]), hashes.length);
    List<byte[]> hashed = List.of(hashes);
    List<Entry> entries = new ArrayList<>();
    int first = 0;
    for (Named tensor : tensors) {
      int next = first + tensor.leaves();
      byte[] hash = hash(tensor, MerkleTree.root(hashed.subList(first, next)));
      entries.add(new Entry(tensor.name(), HexFormat.of().formatHex(hash)));
      first = next;
    }
    return new StateTree(entries);
  }

  private static byte[] hash(Leaf leaf, byte[] buffer) {
    MessageDigest digest = Sha256.begin();
    digest.update(LEAF);
    MemorySegment bytes = MemorySegment.ofArray(buffer);
    int end = Math.min(leaf.values().length, leaf.from() + LEAF_VALUES);
    for (int from = leaf.from(); from < end; from += BUFFER_BYTES / Float.BYTES) {
      int count = Math.min(BUFFER_BYTES / Float.BYTES, end - from);
      MemorySegment.copy(leaf.values(), from, bytes, LITTLE, 0, count);
      digest.update(buffer, 0, count * Float.BYTES);
    }
    return digest.digest();
  }

  private static byte[] hash(Named tensor, byte[] leaves) {
    byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
    int dimensions = tensor.shape().size();
    ByteBuffer bytes =
        ByteBuffer.allocate(1 + 4 + name.length + 4 + 4 * dimensions + leaves.length)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(TENSOR).putInt(name.length).put(name).putInt(dimensions);
    tensor.shape().forEach(bytes::putInt);
    return Sha256.begin().digest(bytes.put(leaves).array());
  }

  /// The tensors in their order.
  public List<Entry> entries() {
    return entries;
  }

  /// The Merkle root, as 64 lowercase digits.
  public String root() {
    return root;
  }

  /// The names of tensors whose hashes differ, or that only one of the two has, in this order.
  public List<String> differences(StateTree other) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < Math.max(entries.size(), other.entries.size()); i++) {
      Optional<Entry> mine = at(entries, i);
      if (!Objects.equals(mine, at(other.entries, i))) {
        names.add((i < entries.size() ? entries : other.entries).get(i).name());
      }
    }
    return names;
  }

  private static Optional<Entry> at(List<Entry> entries, int index) {
    return index < entries.size() ? Optional.of(entries.get(index)) : Optional.empty();
  }
}
