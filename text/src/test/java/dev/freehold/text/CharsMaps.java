package dev.freehold.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/// Makes small normalization tables in the layout of SentencePiece.
final class CharsMaps {
  private static final int SIZE = 1 << 14;

  /// A node of the trie of keys.
  private static final class Node {
    private final Map<Integer, Node> children = new TreeMap<>();
    private int value = -1;
  }

  private final int[] units = new int[SIZE];
  private final boolean[] used = new boolean[SIZE];

  private CharsMaps() {}

  /// @param pairs keys and what replaces them, in turn
  static CharsMap of(String... pairs) {
    ByteArrayOutputStream replacements = new ByteArrayOutputStream();
    Node root = new Node();
    for (int i = 0; i < pairs.length; i += 2) {
      Node node = root;
      for (byte b : pairs[i].getBytes(StandardCharsets.UTF_8)) {
        node = node.children.computeIfAbsent(b & 0xFF, any -> new Node());
      }
      node.value = replacements.size();
      replacements.writeBytes(pairs[i + 1].getBytes(StandardCharsets.UTF_8));
      replacements.write(0);
    }
    CharsMaps maps = new CharsMaps();
    maps.used[0] = true;
    maps.place(root, 0, 0);
    ByteBuffer bytes =
        ByteBuffer.allocate(4 + 4 * SIZE + replacements.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(4 * SIZE);
    for (int unit : maps.units) {
      bytes.putInt(unit);
    }
    bytes.put(replacements.toByteArray());
    return CharsMap.of(bytes.array(), "test");
  }

  /// Writes a node at an index and its children at `index ^ offset ^ label`.
  private void place(Node node, int index, int label) {
    int offset = 1;
    while (!fits(node, index ^ offset)) {
      offset++;
    }
    int base = index ^ offset;
    units[index] = label | offset << 10 | (node.value >= 0 ? 1 << 8 : 0);
    if (node.value >= 0) {
      used[base] = true;
      units[base] = 1 << 31 | node.value;
    }
    node.children.keySet().forEach(child -> used[base ^ child] = true);
    node.children.forEach((child, next) -> place(next, base ^ child, child));
  }

  private boolean fits(Node node, int base) {
    return !used[base] && node.children.keySet().stream().noneMatch(label -> used[base ^ label]);
  }
}
