package dev.freehold.cli;

import dev.freehold.kernel.KernelChoice;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Model;
import dev.freehold.tensor.Dtype;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// How much a model has to read for one token, and how big it is in words.
final class ReadVolume {
  private static final Pattern EXPERTS = Pattern.compile("_exps|\\.experts\\b");

  private ReadVolume() {}

  /// Bytes that a token reads: every matrix once, of the experts those that it uses, and the state
  /// at this length.
  static double ofToken(Model model, int positions) {
    double expertShare = expertShare(model);
    double bytes = model.stateBytes(positions);
    for (KernelChoice choice : model.kernels().choices()) {
      double matrix = (double) choice.rows() * choice.columns() * bytesPerElement(choice.dtype());
      bytes += EXPERTS.matcher(choice.tensor()).find() ? matrix * expertShare : matrix;
    }
    return bytes;
  }

  private static double bytesPerElement(Dtype dtype) {
    return (double) dtype.blockBytes() / dtype.blockLength();
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
  static String description(Model model) {
    Map<Dtype, Long> mix = model.parametersByDtype();
    String dtype =
        mix.entrySet().stream()
            .max(Comparator.comparingLong(Map.Entry::getValue))
            .map(entry -> entry.getKey().name())
            .orElse("");
    return model.architecture().family() + " " + count(model.parameters()) + " " + dtype;
  }

  /// A count as people say it: `1.24 B`, `350 M`.
  static String count(long parameters) {
    return parameters >= 1_000_000_000
        ? String.format(Locale.ROOT, "%.2f B", parameters / 1e9)
        : String.format(Locale.ROOT, "%.1f M", parameters / 1e6);
  }
}
