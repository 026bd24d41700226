package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.IntList;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The tokens that fit into a leaf from a state on, remembered.
final class LeafMasks {
  /// What one leaf's state says about the tokens of a tree.
  ///
  /// @param inside tokens that the leaf takes whole
  /// @param crossings nodes up to which the leaf may end, with tokens that are longer
  record Fit(TokenSet inside, int[] crossings) {}

  private record Key(Leaf leaf, int state, boolean isLong) {}

  /// Larger sets are counted by their size in small ones.
  private static final int WIDE = 16;

  private final TokenVocabulary vocabulary;
  private final int most;
  private final Map<Key, Fit> known = new ConcurrentHashMap<>();
  private int weight;

  /// @param most sets at most, larger ones counted as several
  LeafMasks(TokenVocabulary vocabulary, int most) {
    this.vocabulary = vocabulary;
    this.most = most;
  }

  /// The short tokens that fit.
  Fit shortTokens(Leaf leaf, int state) {
    return remembered(new Key(leaf, state, false));
  }

  /// The long tokens that fit.
  Fit longTokens(Leaf leaf, int state) {
    return remembered(new Key(leaf, state, true));
  }

  /// The long tokens that fit, worked out again each time.
  Fit longTokensOnce(Leaf leaf, int state) {
    return fit(vocabulary.longTokens(), leaf, state);
  }

  private Fit remembered(Key key) {
    Fit fit = known.get(key);
    if (fit == null) {
      TokenTrie trie = key.isLong ? vocabulary.longTokens() : vocabulary.shortTokens();
      fit = fit(trie, key.leaf, key.state);
      remember(key, fit);
    }
    return fit;
  }

  private synchronized void remember(Key key, Fit fit) {
    weight += fit.inside.isWide() ? WIDE : 1;
    if (weight > most) {
      known.clear();
      weight = 0;
    }
    known.put(key, fit);
  }

  private Fit fit(TokenTrie trie, Leaf leaf, int state) {
    TokenSet inside = new TokenSet(vocabulary.size());
    IntList crossings = new IntList();
    int[] states = new int[trie.maxDepth() + 1];
    states[0] = state;
    for (int node = 0; node < trie.size(); ) {
      int depth = trie.depth(node);
      int next = leaf.step(states[depth - 1], trie.symbol(node));
      if (next < 0) {
        node = trie.end(node);
        continue;
      }
      states[depth] = next;
      for (int i = trie.firstToken(node); i < trie.endToken(node); i++) {
        inside.add(trie.token(i));
      }
      if (leaf.accepts(next) && trie.hasChildren(node)) {
        crossings.add(node);
      }
      node = leaf.goesOn(next) ? node + 1 : trie.end(node);
    }
    return new Fit(inside, crossings.toArray());
  }
}
