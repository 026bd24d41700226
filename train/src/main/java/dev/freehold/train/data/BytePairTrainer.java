package dev.freehold.train.data;

import dev.freehold.train.TrainException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;

/// Learns the merges of a byte-level byte-pair tokenizer.
///
/// Tokens 0 to 255 are the bytes. Each merge joins the pair that stands most often side by side
/// within the pieces; of equally frequent ones that with the lower left token, then the lower right
/// one. Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units"
/// (2016).
public final class BytePairTrainer {
  private static final int BYTES = 256;

  /// A merge: token `256 + its number` is `left` followed by `right`.
  public record Merge(int left, int right) {}

  /// A pair as the queue knows it; its count may have changed since.
  private record Candidate(long count, long pair) implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int byCount = Long.compare(other.count, count);
      return byCount != 0 ? byCount : Long.compare(pair, other.pair);
    }
  }

  private final List<int[]> words = new ArrayList<>();
  private final List<Long> counts = new ArrayList<>();
  private final Map<Long, Long> pairCounts = new HashMap<>();
  private final Map<Long, Set<Integer>> pairWords = new HashMap<>();
  private final PriorityQueue<Candidate> queue = new PriorityQueue<>();

  private BytePairTrainer(SortedMap<String, Long> pieces) {
    pieces.forEach((piece, count) -> {
      byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
      int[] word = new int[bytes.length];
      for (int i = 0; i < bytes.length; i++) {
        word[i] = bytes[i] & 0xff;
      }
      words.add(word);
      counts.add(count);
    });
  }

  /// The merges, at most `merges` and fewer where no pair stands twice.
  ///
  /// @param pieces pieces of the texts and how often each occurs
  public static List<Merge> train(SortedMap<String, Long> pieces, int merges) {
    if (merges < 0) {
      throw new TrainException("tokenizer: " + merges + " merges");
    }
    return new BytePairTrainer(pieces).run(merges);
  }

  private static long pair(int left, int right) {
    return (long) left << 32 | right;
  }

  private List<Merge> run(int merges) {
    for (int w = 0; w < words.size(); w++) {
      count(w, 1);
    }
    pairCounts.forEach((pair, count) -> queue.add(new Candidate(count, pair)));
    List<Merge> found = new ArrayList<>();
    while (found.size() < merges && !queue.isEmpty()) {
      Candidate best = queue.remove();
      long count = pairCounts.getOrDefault(best.pair(), 0L);
      if (count != best.count()) {
        if (count > 0) {
          queue.add(new Candidate(count, best.pair()));
        }
        continue;
      }
      if (count < 2) {
        break;
      }
      Merge merge = new Merge((int) (best.pair() >>> 32), (int) best.pair());
      merge(merge, best.pair(), BYTES + found.size());
      found.add(merge);
    }
    return found;
  }

  /// Adds a word's pairs to the counts, or takes them off.
  private void count(int w, int sign) {
    int[] word = words.get(w);
    for (int i = 0; i + 1 < word.length; i++) {
      long pair = pair(word[i], word[i + 1]);
      pairCounts.merge(pair, sign * counts.get(w), Long::sum);
      if (sign > 0) {
        pairWords.computeIfAbsent(pair, key -> new HashSet<>()).add(w);
      }
    }
  }

  private void merge(Merge merge, long pair, int token) {
    Set<Long> changed = new HashSet<>();
    for (int w : pairWords.getOrDefault(pair, Set.of())) {
      int[] word = words.get(w);
      int[] joined = join(word, merge, token);
      if (joined.length != word.length) {
        count(w, -1);
        words.set(w, joined);
        count(w, 1);
        for (int i = 0; i + 1 < joined.length; i++) {
          if (joined[i] == token || joined[i + 1] == token) {
            changed.add(pair(joined[i], joined[i + 1]));
          }
        }
      }
    }
    pairWords.remove(pair);
    pairCounts.remove(pair);
    for (long each : changed) {
      queue.add(new Candidate(pairCounts.getOrDefault(each, 0L), each));
    }
  }

  private static int[] join(int[] word, Merge merge, int token) {
    int[] joined = new int[word.length];
    int length = 0;
    for (int i = 0; i < word.length; i++) {
      boolean both = i + 1 < word.length && word[i] == merge.left() && word[i + 1] == merge.right();
      joined[length++] = both ? token : word[i];
      i += both ? 1 : 0;
    }
    return Arrays.copyOf(joined, length);
  }
}
