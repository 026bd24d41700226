package dev.freehold.engine.constraint;

import dev.freehold.chat.ChatException;
import dev.freehold.text.Tokenizer;
import dev.freehold.text.unicode.IntList;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// The tokens of a tokenizer as the bytes that they add to a text, ready for constraints.
///
/// Special tokens are no part of it, but the ones that end an answer are known. Made once per
/// tokenizer; immutable but for a cache, and safe to share between threads.
///
/// Failures: a [ChatException] for a tokenizer whose text is not the bytes of its tokens in a row
/// (WordPiece and the like), or that cannot spell a text byte by byte at all.
public final class TokenVocabulary {
  /// Tokens of up to so many bytes share masks between states that differ only further on.
  static final int REACH = 20;

  /// Of so many tokens one may be written otherwise than it is stored.
  private static final int DIFFERENT_SHARE = 50;

  private static final int BATCH = 64;

  private static final int MOST_SHARED = 8192;

  private static final byte[] NOTHING = {};

  private final int size;
  private final byte[][] bytes;
  private final TokenTrie shortTokens;
  private final TokenTrie longTokens;
  private final ByteSet spellable;
  private final BitSet ends;
  private final boolean stripsFirstSpace;
  private Optional<JsonLeaves> leaves = Optional.empty();
  private final LeafMasks sharedMasks;

  private TokenVocabulary(Tokenizer tokenizer) {
    size = tokenizer.vocabularySize();
    bytes = new byte[size][];
    ends = new BitSet();
    tokenizer.stopIds().forEach(ends::set);
    for (int id = 0; id < size; id++) {
      boolean isText = !tokenizer.isSpecial(id) && !ends.get(id);
      bytes[id] = isText ? tokenizer.tokenBytes(id) : NOTHING;
    }
    stripsFirstSpace = checkText(tokenizer);
    shortTokens = trie(1, REACH);
    longTokens = trie(REACH + 1, Integer.MAX_VALUE);
    spellable = single();
    sharedMasks = new LeafMasks(this, MOST_SHARED);
  }

  private TokenTrie trie(int least, int most) {
    List<TokenTrie.Entry> entries = new ArrayList<>();
    for (int id = 0; id < size; id++) {
      if (bytes[id].length >= least && bytes[id].length <= most) {
        entries.add(new TokenTrie.Entry(id, bytes[id]));
      }
    }
    return new TokenTrie(entries);
  }

  /// The bytes that are a token by themselves.
  private ByteSet single() {
    BitSet alone = new BitSet(256);
    for (byte[] token : bytes) {
      if (token.length == 1) {
        alone.set(token[0] & 0xff);
      }
    }
    return new ByteSet(alone);
  }

  public static TokenVocabulary of(Tokenizer tokenizer) {
    return new TokenVocabulary(tokenizer);
  }

  /// Number of token ids.
  public int size() {
    return size;
  }

  /// Longs of a bit per token.
  public int words() {
    return (size + 63) >> 6;
  }

  /// Whether the decoder leaves out a space that the first token of a text begins with.
  public boolean stripsFirstSpace() {
    return stripsFirstSpace;
  }

  /// Holds the bytes of each token against the text that it decodes to after others; tokens that
  /// differ are no text. Says whether a space at the beginning is lost.
  ///
  /// Tokens that are parts of characters cannot be held against anything.
  private boolean checkText(Tokenizer tokenizer) {
    int anchor = anchor();
    if (anchor < 0) {
      throw unfit(tokenizer);
    }
    IntList batch = new IntList(BATCH + 1);
    int texts = 0;
    int different = 0;
    int spaced = -1;
    for (int id = 0; id < size; id++) {
      if (isWholeText(bytes[id])) {
        texts++;
        batch.add(id);
        spaced = spaced < 0 && bytes[id][0] == ' ' ? id : spaced;
      }
      if (batch.size() == BATCH || id == size - 1) {
        different += different(tokenizer, anchor, batch.toArray());
        batch.clear();
      }
    }
    if (different > texts / DIFFERENT_SHARE) {
      throw unfit(tokenizer);
    }
    return spaced >= 0 && !tokenizer.decode(new int[] {spaced}, false).startsWith(" ");
  }

  /// Takes out the tokens that decode to something else than their bytes; says how many.
  private int different(Tokenizer tokenizer, int anchor, int[] ids) {
    int[] text = new int[ids.length + 1];
    text[0] = anchor;
    System.arraycopy(ids, 0, text, 1, ids.length);
    StringBuilder expected = new StringBuilder(tokenizer.decode(new int[] {anchor}, false));
    for (int id : ids) {
      expected.append(new String(bytes[id], StandardCharsets.UTF_8));
    }
    if (expected.compareTo(new StringBuilder(tokenizer.decode(text, false))) == 0) {
      return 0;
    }
    if (ids.length == 1) {
      bytes[ids[0]] = NOTHING;
      return 1;
    }
    int half = ids.length / 2;
    return different(tokenizer, anchor, Arrays.copyOf(ids, half))
        + different(tokenizer, anchor, Arrays.copyOfRange(ids, half, ids.length));
  }

  /// A token of letters that others can be tried after.
  private int anchor() {
    for (int id = 0; id < size; id++) {
      if (bytes[id].length == 1 && bytes[id][0] >= 'a' && bytes[id][0] <= 'z') {
        return id;
      }
    }
    return -1;
  }

  private static ChatException unfit(Tokenizer tokenizer) {
    return new ChatException(
        ChatException.Kind.NOT_SUPPORTED,
        "response_format",
        "this model's %s tokenizer writes text that is not its tokens in a row; ask for free text"
            .formatted(tokenizer.kind()));
  }

  private static boolean isWholeText(byte[] token) {
    return token.length > 0
        && Arrays.equals(
            new String(token, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8), token);
  }

  /// The bytes that a token adds to a text; none for tokens that are no text.
  byte[] bytes(int id) {
    return bytes[id];
  }

  boolean isEnd(int id) {
    return ends.get(id);
  }

  BitSet ends() {
    return (BitSet) ends.clone();
  }

  TokenTrie shortTokens() {
    return shortTokens;
  }

  TokenTrie longTokens() {
    return longTokens;
  }

  ByteSet spellable() {
    return spellable;
  }

  /// The leaves of JSON.
  synchronized JsonLeaves leaves() {
    if (leaves.isEmpty()) {
      leaves = Optional.of(new JsonLeaves(spellable));
    }
    return leaves.get();
  }

  /// Whether all constraints share a leaf.
  synchronized boolean isShared(Leaf leaf) {
    return leaves.isPresent() && leaves.get().has(leaf);
  }

  LeafMasks sharedMasks() {
    return sharedMasks;
  }
}
