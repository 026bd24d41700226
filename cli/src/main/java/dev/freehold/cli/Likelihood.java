package dev.freehold.cli;

import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import java.util.Arrays;

/// How likely a model finds texts: negative log-likelihoods in nats, summed token by token.
///
/// `-ln p(token) = ln(sum_i exp(x_i - max)) - (x_token - max)`, in float64, i ascending.
final class Likelihood {
  private static final int MAX_FLOATS = 1 << 24;

  private final Model model;
  private double sum;
  private double squares;
  private long tokens;

  Likelihood(Model model) {
    this.model = model;
  }

  /// Adds a text of its own: each of its tokens but the first, given those before.
  void add(int[] ids) {
    add(ids, 1);
  }

  /// Adds the tokens of a text from `first` on, each given those before.
  void add(int[] ids, int first) {
    int[] targets = new int[ids.length - 1];
    Arrays.fill(targets, -1);
    for (int i = Math.max(0, first - 1); i < targets.length; i++) {
      targets[i] = ids[i + 1];
    }
    add(ids, targets);
  }

  /// Adds tokens, each given a text up to some place.
  ///
  /// @param targets the token after each place, from the first on; below 0 where none counts
  void add(int[] ids, int[] targets) {
    int vocabulary = model.architecture().vocabSize();
    int most = Math.clamp(MAX_FLOATS / vocabulary, 1, model.options().maxStepTokens());
    Rows rows = Rows.allocate(Math.min(most, ids.length), vocabulary);
    try (Sequence sequence = model.newSequence(ids.length)) {
      for (int from = 0; from < targets.length; from += most) {
        int count = Math.min(most, targets.length - from);
        model.forward(sequence, ids, from, count, LogitsOf.ALL, rows);
        for (int t = 0; t < count; t++) {
          if (targets[from + t] >= 0) {
            double surprise = surprise(rows.data(), rows.at(t), vocabulary, targets[from + t]);
            sum += surprise;
            squares += surprise * surprise;
            tokens++;
          }
        }
      }
    }
  }

  private static double surprise(float[] logits, int at, int vocabulary, int token) {
    float max = logits[at];
    for (int i = 1; i < vocabulary; i++) {
      max = Math.max(max, logits[at + i]);
    }
    double total = 0;
    for (int i = 0; i < vocabulary; i++) {
      total += StrictMath.exp((double) logits[at + i] - max);
    }
    return StrictMath.log(total) - ((double) logits[at + token] - max);
  }

  /// Tokens that were scored.
  long tokens() {
    return tokens;
  }

  /// Mean negative log-likelihood of a token.
  double mean() {
    return sum / tokens;
  }

  double perplexity() {
    return StrictMath.exp(mean());
  }

  /// Standard error of [#perplexity], as if tokens were independent.
  double perplexityError() {
    double variance = Math.max(0, squares / tokens - mean() * mean());
    return tokens < 2 ? 0 : perplexity() * Math.sqrt(variance / (tokens - 1));
  }
}
