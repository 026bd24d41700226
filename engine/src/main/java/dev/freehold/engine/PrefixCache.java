package dev.freehold.engine;

import dev.freehold.model.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// States of earlier requests, kept for later ones that begin alike.
///
/// A caller gets only what was computed for itself. A state that can be cut back serves any prefix
/// of its tokens; one of a recurrent model serves only texts that begin with all of them, so that
/// copies of it are kept from places where texts are likely to part.
///
/// Owns the states that it holds. Used by the engine's thread alone.
final class PrefixCache implements AutoCloseable {
  /// Where a later text leaves a state earlier than this share of it, the state is copied and kept
  /// for its own continuation; where it leaves later, the state is cut back and used up.
  private static final double MOST_CUT = 0.5;

  private static final class Entry {
    final String owner;
    final int[] tokens;
    final Sequence state;
    final long bytes;
    long used;

    Entry(String owner, int[] tokens, Sequence state, long used) {
      this.owner = owner;
      this.tokens = tokens;
      this.state = state;
      this.bytes = state.byteSize();
      this.used = used;
    }

    int common(int[] text, int length) {
      int mismatch = Arrays.mismatch(tokens, 0, tokens.length, text, 0, length);
      return mismatch < 0 ? tokens.length : mismatch;
    }
  }

  private final List<Entry> entries = new ArrayList<>();
  private long bytes;
  private long uses;

  /// Bytes of all kept states.
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// Tokens that the text has in common with a kept one at most, whether its state can be used or
  /// not.
  int longestCommon(String owner, int[] text, int length) {
    return entries.stream()
        .filter(entry -> entry.owner.equals(owner))
        .mapToInt(entry -> entry.common(text, length))
        .max()
        .orElse(0);
  }

  /// The state after as much of the text as is kept, at most `length` tokens; it is the caller's to
  /// close. Empty where nothing is kept that helps.
  Optional<Sequence> take(String owner, int[] text, int length, int capacity) {
    Optional<Entry> best =
        entries.stream()
            .filter(entry -> entry.owner.equals(owner) && usable(entry, text, length) > 0)
            .max(Comparator.comparingInt(entry -> usable(entry, text, length)));
    return best.map(entry -> use(entry, usable(entry, text, length), capacity));
  }

  private static int usable(Entry entry, int[] text, int length) {
    int common = entry.common(text, length);
    return entry.state.canTruncate() || common == entry.tokens.length ? common : 0;
  }

  private Sequence use(Entry entry, int length, int capacity) {
    entry.used = ++uses;
    boolean usesUp =
        entry.state.canTruncate()
            && entry.state.capacity() >= capacity
            && length >= entry.tokens.length * MOST_CUT;
    if (!usesUp) {
      return entry.state.forkPrefix(length, capacity);
    }
    forget(entry);
    entry.state.truncate(length);
    return entry.state;
  }

  /// Keeps a state that holds the first tokens of a text, and takes it over. One of the same
  /// tokens, and one that can be had from this one by cutting back, goes.
  void add(String owner, int[] text, Sequence state) {
    Entry added = new Entry(owner, Arrays.copyOf(text, state.length()), state, ++uses);
    List<Entry> needless =
        entries.stream()
            .filter(entry -> entry.owner.equals(owner) && isNeedless(entry, added))
            .toList();
    for (Entry entry : needless) {
      forget(entry);
      entry.state.close();
    }
    entries.add(added);
    bytes += added.bytes;
  }

  private static boolean isNeedless(Entry entry, Entry added) {
    int common = added.common(entry.tokens, entry.tokens.length);
    return common == entry.tokens.length
        && (added.state.canTruncate() || added.tokens.length == entry.tokens.length);
  }

  private void forget(Entry entry) {
    entries.remove(entry);
    bytes -= entry.bytes;
  }

  /// Drops, of the caller whose states take the most memory, the one that was not used for the
  /// longest time: whoever asks for much pushes out its own states first.
  void dropOldest() {
    Map<String, Long> taken = new HashMap<>();
    entries.forEach(entry -> taken.merge(entry.owner, entry.bytes, Long::sum));
    long most = taken.values().stream().mapToLong(Long::longValue).max().orElseThrow();
    Entry oldest =
        entries.stream()
            .filter(entry -> taken.getOrDefault(entry.owner, 0L) == most)
            .min(Comparator.comparingLong(entry -> entry.used))
            .orElseThrow();
    forget(oldest);
    oldest.state.close();
  }

  @Override
  public void close() {
    entries.forEach(entry -> entry.state.close());
    entries.clear();
    bytes = 0;
  }
}
