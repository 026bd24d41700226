package dev.freehold.engine.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs a compiled format over bytes: states are lists of strands, made when they are first reached
/// and remembered, with the tokens that each allows.
///
/// A token's verdict is found leaf by leaf: tokens that end inside a strand's leaf depend on the
/// leaf alone and are remembered with it; only tokens that cross its end are tried against what
/// comes after. What is remembered is bounded; it is forgotten all at once and made again.
final class Automaton {
  private static final int MOST_STATES = 4096;
  private static final int MOST_MASKS = 256;
  private static final int MOST_LEAF_MASKS = 2048;

  /// A determinised state.
  static final class State {
    private final Strand[] strands;
    private final boolean mayEnd;
    private final int generation;
    private final @Nullable State[] next = new State[256];
    private @Nullable TokenSet mask;

    private State(Strand[] strands, boolean mayEnd, int generation) {
      this.strands = strands;
      this.mayEnd = mayEnd;
      this.generation = generation;
    }

    /// Whether the text may end here.
    boolean mayEnd() {
      return mayEnd;
    }

    /// Whether nothing can follow.
    boolean isLast() {
      return strands.length == 0;
    }

    boolean isDead() {
      return strands.length == 0 && !mayEnd;
    }
  }

  /// A state of a leaf.
  private record Place(Leaf leaf, int state) {}

  private record Key(Strand[] strands, boolean mayEnd) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key
          && mayEnd == key.mayEnd
          && Arrays.equals(strands, key.strands);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(strands) * 2 + (mayEnd ? 1 : 0);
    }
  }

  private final TokenVocabulary vocabulary;
  private final Continuation root;
  private final LeafMasks ownMasks;
  private final Map<Key, State> states = new HashMap<>();
  private final Map<List<Continuation>, State> starts = new HashMap<>();
  private int generation;
  private int maskCount;

  /// @param parts of the text, in its order
  Automaton(TokenVocabulary vocabulary, List<Frame> parts) {
    this.vocabulary = vocabulary;
    Continuation whole = Continuation.END;
    for (Frame part : parts.reversed()) {
      whole = whole.push(part);
    }
    this.root = whole;
    this.ownMasks = new LeafMasks(vocabulary, MOST_LEAF_MASKS);
  }

  /// The state before the first byte.
  synchronized State start() {
    return start(List.of(root));
  }

  private State start(List<Continuation> from) {
    State known = starts.get(from);
    if (known == null) {
      Expansion expansion = new Expansion(vocabulary);
      from.forEach(expansion::add);
      known = state(expansion);
      starts.put(from, known);
    }
    return known;
  }

  private State state(Expansion expansion) {
    Strand[] strands = expansion.strands();
    boolean mayEnd = expansion.mayEnd();
    return states.computeIfAbsent(
        new Key(strands, mayEnd), key -> new State(strands, mayEnd, generation));
  }

  /// The state after the bytes of a token, perhaps a dead one; it is not dead if [#tokens] has the
  /// token.
  synchronized State after(State from, byte[] bytes, int offset) {
    State after = run(from, bytes, offset);
    return after.isDead() ? afterLeaf(from, bytes, offset, after) : after;
  }

  private State run(State from, byte[] bytes, int offset) {
    State at = from;
    for (int i = offset; i < bytes.length && !at.isDead(); i++) {
      at = step(at, bytes[i] & 0xff);
    }
    return at;
  }

  /// Where there were too many ways to follow at once: follows those from one place, as [#tokens]
  /// does.
  private State afterLeaf(State from, byte[] bytes, int offset, State dead) {
    for (Map.Entry<Place, List<Continuation>> place : places(from).entrySet()) {
      Leaf leaf = place.getKey().leaf();
      int state = place.getKey().state();
      for (int i = offset; i < bytes.length - 1; i++) {
        state = leaf.step(state, bytes[i] & 0xff);
        if (state < 0) {
          break;
        }
        if (leaf.accepts(state)) {
          State after = run(start(place.getValue()), bytes, i + 1);
          if (!after.isDead()) {
            return after;
          }
        }
      }
    }
    return dead;
  }

  private static Map<Place, List<Continuation>> places(State state) {
    Map<Place, List<Continuation>> places = new LinkedHashMap<>();
    for (Strand strand : state.strands) {
      places
          .computeIfAbsent(new Place(strand.leaf(), strand.state()), place -> new ArrayList<>())
          .add(strand.next());
    }
    return places;
  }

  private State step(State from, int symbol) {
    State known = from.next[symbol];
    if (known == null) {
      Expansion expansion = new Expansion(vocabulary);
      for (Strand strand : from.strands) {
        int next = strand.leaf().step(strand.state(), symbol);
        if (next >= 0) {
          expansion.add(strand.leaf(), next, strand.next());
        }
      }
      known = state(expansion);
      from.next[symbol] = known;
    }
    return known;
  }

  /// The same state among those that are remembered now.
  synchronized State current(State state) {
    if (states.size() > MOST_STATES) {
      states.clear();
      starts.clear();
      generation++;
    }
    if (state.generation == generation) {
      return state;
    }
    return states.computeIfAbsent(
        new Key(state.strands, state.mayEnd),
        key -> new State(state.strands, state.mayEnd, generation));
  }

  /// The tokens that may come next; ends of the answer are not among them.
  synchronized TokenSet tokens(State state) {
    TokenSet mask = state.mask;
    if (mask == null) {
      mask = new TokenSet(vocabulary.size());
      for (Map.Entry<Place, List<Continuation>> place : places(state).entrySet()) {
        add(place.getKey(), place.getValue(), mask);
      }
      if (mask.isWide() && ++maskCount > MOST_MASKS) {
        states.values().forEach(s -> s.mask = null);
        maskCount = 1;
      }
      state.mask = mask;
    }
    return mask;
  }

  /// Adds the tokens that fit at a place in a leaf, whatever may follow the leaf.
  private void add(Place place, List<Continuation> next, TokenSet out) {
    Leaf leaf = place.leaf();
    int state = place.state();
    TokenTrie longTokens = vocabulary.longTokens();
    if (leaf instanceof CountedText text && text.isInside(state)) {
      LeafMasks masks = vocabulary.sharedMasks();
      JsonLeaves leaves = vocabulary.leaves();
      CountedText ahead = text.ahead(state, TokenVocabulary.REACH, leaves);
      int inside = text.inside(state);
      add(masks.shortTokens(ahead, inside), vocabulary.shortTokens(), next, out);
      LeafMasks.Fit fit =
          text.isFree(state, longTokens.maxDepth())
              ? masks.longTokens(leaves.string(), inside)
              : masks.longTokensOnce(leaf, state);
      add(fit, longTokens, next, out);
      return;
    }
    LeafMasks masks = vocabulary.isShared(leaf) ? vocabulary.sharedMasks() : ownMasks;
    add(masks.shortTokens(leaf, state), vocabulary.shortTokens(), next, out);
    add(masks.longTokens(leaf, state), longTokens, next, out);
  }

  private void add(LeafMasks.Fit fit, TokenTrie trie, List<Continuation> next, TokenSet out) {
    out.addAll(fit.inside());
    if (fit.crossings().length == 0) {
      return;
    }
    State after = start(next);
    if (!after.isLast()) {
      State[] path = new State[trie.maxDepth() + 1];
      for (int crossing : fit.crossings()) {
        path[trie.depth(crossing)] = after;
        walk(trie, crossing + 1, trie.end(crossing), path, out);
      }
    }
  }

  /// Adds the tokens of a stretch of nodes.
  ///
  /// @param path the states by depth; that before the first node is set
  private void walk(TokenTrie trie, int from, int to, State[] path, TokenSet out) {
    for (int node = from; node < to; ) {
      int depth = trie.depth(node);
      State next = step(path[depth - 1], trie.symbol(node));
      if (next.isDead()) {
        node = trie.end(node);
        continue;
      }
      path[depth] = next;
      for (int i = trie.firstToken(node); i < trie.endToken(node); i++) {
        out.add(trie.token(i));
      }
      node = next.isLast() ? trie.end(node) : node + 1;
    }
  }

  /// The tokens that may begin a text whose decoder leaves out a space in front.
  synchronized TokenSet tokensAfterLostSpace(State start) {
    TokenSet out = new TokenSet(vocabulary.size());
    State hub = new State(start.strands, false, generation);
    for (int symbol = 0; symbol < 256; symbol++) {
      hub.next[symbol] = symbol == ' ' ? start : step(start, symbol);
    }
    for (TokenTrie trie : new TokenTrie[] {vocabulary.shortTokens(), vocabulary.longTokens()}) {
      State[] path = new State[trie.maxDepth() + 1];
      path[0] = hub;
      walk(trie, 0, trie.size(), path, out);
    }
    return out;
  }
}
