package dev.freehold.cli.speed;

import dev.freehold.kernel.KernelChoice;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Model;
import dev.freehold.tensor.Dtype;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// How much a model has to read and to multiply, and how big it is in words.
public final class Volume {
  private static final Pattern EXPERTS = Pattern.compile("_exps|\\.experts\\b");

  private Volume() {}

  /// What a run of a test cannot do without: every matrix read once a step, of the experts those
  /// that one token uses; the state of the sequences; the products of weights. Attention is not
  /// counted.
  public static Work of(Model model, SpeedTest test) {
    Work weights = weights(model, choice -> true);
    return switch (test) {
      case SpeedTest.Prefill prefill -> {
        Work layers = weights(model, choice -> !isHead(model, choice));
        Work head = weights(model, choice -> isHead(model, choice));
        Work products = layers.times(prefill.tokens()).plus(head);
        yield new Work(weights.bytes(), products.int8Operations(), products.floatOperations());
      }
      case SpeedTest.Decode decode ->
          weights.plus(state(model, decode.depth() + decode.tokens() / 2)).times(decode.tokens());
      case SpeedTest.DecodeTogether together -> {
        int positions = SpeedTest.DecodeTogether.PROMPT + together.each() / 2;
        Work products = weights.times(together.sequences());
        Work states = state(model, positions).times(together.sequences());
        yield new Work(
                weights.bytes() + states.bytes(),
                products.int8Operations(),
                products.floatOperations())
            .times(together.each());
      }
    };
  }

  private static Work state(Model model, int positions) {
    return new Work(model.stateBytes(positions), 0, 0);
  }

  private static boolean isHead(Model model, KernelChoice choice) {
    return choice.rows() == model.architecture().vocabSize();
  }

  /// Of one token.
  private static Work weights(Model model, Predicate<KernelChoice> which) {
    double expertShare = expertShare(model);
    Work work = new Work(0, 0, 0);
    for (KernelChoice choice : model.kernels().choices()) {
      if (which.test(choice)) {
        Work matrix = matrix(model, choice);
        boolean isExperts = EXPERTS.matcher(choice.tensor()).find();
        work = work.plus(isExperts ? matrix.times(expertShare) : matrix);
      }
    }
    return work;
  }

  private static Work matrix(Model model, KernelChoice choice) {
    double elements = (double) choice.rows() * choice.columns();
    double bytes = elements * choice.dtype().blockBytes() / choice.dtype().blockLength();
    return model.kernels().usesIntegers(choice.dtype())
        ? new Work(bytes, 2 * elements, 0)
        : new Work(bytes, 0, 2 * elements);
  }

  /// The share of its experts that a token uses, 1 without experts.
  private static double expertShare(Model model) {
    for (Layer layer : model.architecture().layers()) {
      switch (layer.feedForward()) {
        case FeedForward.MixtureOfExperts experts -> {
          return (double) experts.used() / experts.experts();
        }
        case FeedForward.DenseAndExperts both -> {
          return (double) both.experts().used() / both.experts().experts();
        }
        case FeedForward.GatedMlp dense -> {}
        case FeedForward.PlainMlp dense -> {}
      }
    }
    return 1;
  }

  /// The family, the size and the dtype that most of the weights have: `llama 1.24 B Q8_0`.
  public static String description(Model model) {
    Map<Dtype, Long> mix = model.parametersByDtype();
    String dtype =
        mix.entrySet().stream()
            .max(Comparator.comparingLong(Map.Entry::getValue))
            .map(entry -> entry.getKey().name())
            .orElse("");
    return model.architecture().family() + " " + count(model.parameters()) + " " + dtype;
  }

  /// A count as people say it: `1.24 B`, `350 M`.
  public static String count(long parameters) {
    return parameters >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f B", parameters / 1e9)
        : String.format(Locale.ROOT, "%.1f M", parameters / 1e6);
  }
}
