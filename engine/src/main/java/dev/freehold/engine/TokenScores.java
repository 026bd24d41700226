package dev.freehold.engine;

import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.TokenLogprob.Candidate;
import dev.freehold.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// How likely tokens are by the logits of a place.
///
/// Formula: `log p(i) = l[i] - m - ln(sum over j of exp(l[j] - m))`, m the largest logit; in
/// double, summed in ascending j from +0, with StrictMath, so that it is the same on any machine.
final class TokenScores {
  private final Tokenizer tokenizer;
  private final int vocabSize;
  private final int alternatives;

  /// @param alternatives likeliest tokens that are told of each place
  TokenScores(Tokenizer tokenizer, int vocabSize, int alternatives) {
    this.tokenizer = tokenizer;
    this.vocabSize = vocabSize;
    this.alternatives = alternatives;
  }

  /// @param logits holds a logit per token from `offset` on
  TokenLogprob of(float[] logits, int offset, int chosen) {
    double max = logits[offset];
    for (int i = 1; i < vocabSize; i++) {
      max = Math.max(max, logits[offset + i]);
    }
    double sum = 0;
    for (int i = 0; i < vocabSize; i++) {
      sum += StrictMath.exp(logits[offset + i] - max);
    }
    double norm = max + StrictMath.log(sum);
    List<Candidate> best = new ArrayList<>();
    for (int id : likeliest(logits, offset)) {
      best.add(candidate(id, logits[offset + id] - norm));
    }
    return new TokenLogprob(candidate(chosen, logits[offset + chosen] - norm), best);
  }

  /// The ids of the highest logits, best first, of equal ones the lowest id first.
  private int[] likeliest(float[] logits, int offset) {
    int count = Math.min(alternatives, vocabSize);
    int[] ids = new int[count];
    int held = 0;
    for (int id = 0; id < vocabSize && count > 0; id++) {
      float logit = logits[offset + id];
      if (held == count && !(logit > logits[offset + ids[held - 1]])) {
        continue;
      }
      int at = held < count ? held++ : held - 1;
      while (at > 0 && logit > logits[offset + ids[at - 1]]) {
        ids[at] = ids[at - 1];
        at--;
      }
      ids[at] = id;
    }
    return ids;
  }

  private Candidate candidate(int id, double logprob) {
    byte[] bytes = tokenizer.tokenBytes(id);
    List<Integer> values = new ArrayList<>(bytes.length);
    for (byte b : bytes) {
      values.add(b & 0xFF);
    }
    return new Candidate(id, new String(bytes, StandardCharsets.UTF_8), values, logprob);
  }
}
