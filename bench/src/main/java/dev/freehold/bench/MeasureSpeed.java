package dev.freehold.bench;

import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.model.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/// Measures prefill of 512 tokens and decode of 64 after 16, and prints one JSON line.
///
/// `MeasureSpeed MODEL REPETITIONS [PREPARED]`; a prepared file that does not exist is made. A run
/// warms up and does not count; the figures are medians, in tokens per second.
public final class MeasureSpeed {
  private static final int PROMPT = 512;
  private static final int SHORT_PROMPT = 16;
  private static final int DECODED = 64;

  /// A digest for files that this program alone reads.
  private static final String DIGEST = "0".repeat(64);

  private final Model model;
  private final int[] tokens;
  private final Rows logits;

  private MeasureSpeed(Model model) {
    this.model = model;
    this.tokens =
        new Random(3)
            .ints(PROMPT, 0, Math.min(100_000, model.architecture().vocabSize()))
            .toArray();
    this.logits = Rows.allocate(1, model.architecture().vocabSize());
  }

  public static void main(String[] args) {
    if (args.length < 2 || args.length > 3) {
      System.err.println("usage: MeasureSpeed MODEL REPETITIONS [PREPARED]");
      System.exit(2);
    }
    Path path = Path.of(args[0]);
    int threads = Runtime.getRuntime().availableProcessors();
    ModelOptions options = ModelOptions.of(KernelOptions.defaults().withThreads(threads));
    if (args.length == 3 && !Files.exists(Path.of(args[2]))) {
      try (Model model = Model.open(path, options)) {
        PreparedFile.write(Path.of(args[2]), DIGEST, model.kernels().matrices(), (b, total) -> {});
      }
    }
    if (args.length == 3) {
      try (PreparedFile prepared = PreparedFile.open(Path.of(args[2]), DIGEST);
          Model model = Model.open(path, options, Optional.of(prepared))) {
        new MeasureSpeed(model).measure(Integer.parseInt(args[1]));
      }
    } else {
      try (Model model = Model.open(path, options)) {
        new MeasureSpeed(model).measure(Integer.parseInt(args[1]));
      }
    }
  }

  private void measure(int repetitions) {
    prefill(PROMPT);
    decode(32);
    double[] prefills = new double[repetitions];
    double[] decodes = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      prefills[i] = prefill(PROMPT);
      decodes[i] = decode(DECODED);
    }
    System.out.printf(
        Locale.ROOT,
        "{\"engine\": \"freehold\", \"pp_ts\": %.2f, \"tg_ts\": %.2f}%n",
        median(prefills),
        median(decodes));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private double prefill(int count) {
    try (Sequence sequence = model.newSequence(count)) {
      long start = System.nanoTime();
      model.forward(sequence, tokens, 0, count, LogitsOf.LAST, logits);
      return count * 1e9 / (System.nanoTime() - start);
    }
  }

  private double decode(int count) {
    try (Sequence sequence = model.newSequence(SHORT_PROMPT + count)) {
      model.forward(sequence, tokens, 0, SHORT_PROMPT, LogitsOf.LAST, logits);
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        model.forward(sequence, tokens, i, 1, LogitsOf.LAST, logits);
      }
      return count * 1e9 / (System.nanoTime() - start);
    }
  }
}
