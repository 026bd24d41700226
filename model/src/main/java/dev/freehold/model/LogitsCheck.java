package dev.freehold.model;

import dev.freehold.kernel.Rows;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Compares a model with what an independent implementation computed, and with itself when the
/// prompt is cut into pieces.
///
/// The expectations are JSON: `{"prompts": [{"ids", "logits_last", "nll", "greedy",
/// "greedy_margin"}]}`.
public final class LogitsCheck {
  /// One prompt with what is expected of it.
  ///
  /// @param nll mean negative log-likelihood of all ids but the first, NaN for a single id
  /// @param greedy the ids that follow when the best logit is taken
  /// @param margin smallest gap between best and second logit on the way
  public record Prompt(int[] ids, double[] logits, double nll, int[] greedy, double margin) {}

  /// What was found.
  ///
  /// @param maxDifference largest difference of a logit of the last position
  /// @param meanDifference mean difference of those logits
  /// @param nllDifference largest difference of a mean negative log-likelihood
  /// @param greedyEqual prompts whose greedy ids are all as expected
  /// @param sameInPieces whether all logits have the same SHA-256 at once and in pieces
  public record Result(
      int prompts,
      double maxDifference,
      double meanDifference,
      double nllDifference,
      int greedyEqual,
      boolean sameInPieces) {}

  private static final int[] PIECES = {1, 7, 64};

  private final Model model;
  private final int vocabSize;
  private double maxDifference;
  private double sumOfDifferences;
  private long differences;
  private double nllDifference;
  private int greedyEqual;
  private boolean sameInPieces = true;

  private LogitsCheck(Model model) {
    this.model = model;
    this.vocabSize = model.architecture().vocabSize();
  }

  /// The prompts of a file of expectations.
  public static List<Prompt> read(Path file) {
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode node : StrictJson.parse(file).path("prompts")) {
      JsonNode nll = node.path("nll");
      prompts.add(
          new Prompt(
              ints(node.path("ids")),
              doubles(node.path("logits_last")),
              nll.isNumber() ? nll.doubleValue() : Double.NaN,
              ints(node.path("greedy")),
              node.path("greedy_margin").asDouble(0)));
    }
    if (prompts.isEmpty()) {
      throw new ModelException(file + ": no prompts");
    }
    return prompts;
  }

  private static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    Arrays.setAll(values, i -> array.get(i).intValue());
    return values;
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    Arrays.setAll(values, i -> array.get(i).doubleValue());
    return values;
  }

  /// Runs all prompts.
  public static Result run(Model model, List<Prompt> prompts) {
    LogitsCheck check = new LogitsCheck(model);
    prompts.forEach(check::run);
    return new Result(
        prompts.size(),
        check.maxDifference,
        check.sumOfDifferences / check.differences,
        check.nllDifference,
        check.greedyEqual,
        check.sameInPieces);
  }

  private void run(Prompt prompt) {
    int[] ids = prompt.ids();
    Rows logits = Rows.allocate(ids.length, vocabSize);
    try (Sequence sequence = model.newSequence(ids.length + prompt.greedy().length)) {
      model.forward(sequence, ids, 0, ids.length, LogitsOf.ALL, logits);
      compare(prompt, logits);
      if (Arrays.equals(greedy(sequence, logits, prompt), prompt.greedy())) {
        greedyEqual++;
      }
    }
    byte[] atOnce = sha256(logits);
    for (int piece : PIECES) {
      Rows again = Rows.allocate(ids.length, vocabSize);
      try (Sequence sequence = model.newSequence(ids.length)) {
        for (int t = 0; t < ids.length; t += piece) {
          int count = Math.min(piece, ids.length - t);
          model.forward(sequence, ids, t, count, LogitsOf.ALL, again.skip(t));
        }
      }
      sameInPieces &= Arrays.equals(sha256(again), atOnce);
    }
  }

  private void compare(Prompt prompt, Rows logits) {
    int last = logits.at(prompt.ids().length - 1);
    for (int i = 0; i < prompt.logits().length; i++) {
      double difference = Math.abs(logits.data()[last + i] - prompt.logits()[i]);
      maxDifference = Math.max(maxDifference, difference);
      sumOfDifferences += difference;
      differences++;
    }
    if (!Double.isNaN(prompt.nll())) {
      nllDifference = Math.max(nllDifference, Math.abs(nll(prompt.ids(), logits) - prompt.nll()));
    }
  }

  private double nll(int[] ids, Rows logits) {
    double sum = 0;
    for (int t = 0; t + 1 < ids.length; t++) {
      sum -= logLikelihood(logits, t, ids[t + 1]);
    }
    return sum / (ids.length - 1);
  }

  /// The logarithm of the probability that row t gives to an id.
  private double logLikelihood(Rows logits, int t, int id) {
    int at = logits.at(t);
    double max = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < vocabSize; i++) {
      max = Math.max(max, logits.data()[at + i]);
    }
    double total = 0;
    for (int i = 0; i < vocabSize; i++) {
      total += StrictMath.exp(logits.data()[at + i] - max);
    }
    return logits.data()[at + id] - max - StrictMath.log(total);
  }

  private int[] greedy(Sequence sequence, Rows logits, Prompt prompt) {
    int[] chosen = new int[prompt.greedy().length];
    Rows next = logits.skip(prompt.ids().length - 1);
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = best(next);
      next = Rows.allocate(1, vocabSize);
      model.forward(sequence, chosen, i, 1, LogitsOf.LAST, next);
    }
    return chosen;
  }

  private int best(Rows logits) {
    int best = 0;
    for (int i = 1; i < vocabSize; i++) {
      if (logits.data()[logits.at(0) + i] > logits.data()[logits.at(0) + best]) {
        best = i;
      }
    }
    return best;
  }

  private static byte[] sha256(Rows rows) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * rows.data().length);
    bytes.asFloatBuffer().put(rows.data());
    return Sha256.bytes(bytes.array());
  }
}
