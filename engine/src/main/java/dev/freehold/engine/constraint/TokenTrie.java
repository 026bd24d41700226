package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.IntList;
import java.util.Arrays;
import java.util.List;

/// Tokens by their bytes: a tree laid out in the order of a walk, so that a walk reads arrays from
/// front to back and leaves out a subtree by jumping to its end.
final class TokenTrie {
  private final byte[] symbols;
  private final int[] depths;
  private final int[] ends;
  // the tokens of node i are tokens[firstToken[i]] to tokens[firstToken[i + 1] - 1]
  private final int[] firstToken;
  private final int[] tokens;
  private final int maxDepth;

  /// A token and the bytes that it stands for.
  record Entry(int id, byte[] bytes) {}

  /// @param entries with at least one byte each, in any order
  TokenTrie(List<Entry> entries) {
    List<Entry> sorted =
        entries.stream()
            .sorted((a, b) -> {
              int order = Arrays.compareUnsigned(a.bytes, b.bytes);
              return order != 0 ? order : Integer.compare(a.id, b.id);
            })
            .toList();
    IntList labels = new IntList(entries.size() * 2);
    IntList levels = new IntList(entries.size() * 2);
    IntList firsts = new IntList(entries.size() * 2);
    tokens = new int[sorted.size()];
    byte[] before = {};
    int longest = 0;
    for (int i = 0; i < sorted.size(); i++) {
      byte[] bytes = sorted.get(i).bytes;
      tokens[i] = sorted.get(i).id;
      longest = Math.max(longest, bytes.length);
      int shared = Arrays.mismatch(before, bytes);
      for (int at = shared < 0 ? bytes.length : shared; at < bytes.length; at++) {
        labels.add(bytes[at]);
        levels.add(at + 1);
        firsts.add(at == bytes.length - 1 ? i : -1);
      }
      before = bytes;
    }
    maxDepth = longest;
    int count = labels.size();
    symbols = new byte[count];
    depths = levels.toArray();
    ends = new int[count];
    firstToken = new int[count + 1];
    firstToken[count] = tokens.length;
    for (int i = count - 1; i >= 0; i--) {
      symbols[i] = (byte) labels.get(i);
      firstToken[i] = firsts.get(i) >= 0 ? firsts.get(i) : firstToken[i + 1];
      int end = i + 1;
      while (end < count && depths[end] > depths[i]) {
        end = ends[end];
      }
      ends[i] = end;
    }
  }

  int size() {
    return symbols.length;
  }

  int maxDepth() {
    return maxDepth;
  }

  int symbol(int node) {
    return symbols[node] & 0xff;
  }

  /// How many bytes lead to a node.
  int depth(int node) {
    return depths[node];
  }

  /// The first node after the subtree of a node; the subtree's nodes follow their root.
  int end(int node) {
    return ends[node];
  }

  boolean hasChildren(int node) {
    return ends[node] > node + 1;
  }

  int firstToken(int node) {
    return firstToken[node];
  }

  int endToken(int node) {
    return firstToken[node + 1];
  }

  int token(int index) {
    return tokens[index];
  }
}
