package dev.freehold.model.families;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rope;
import dev.freehold.model.Config;
import dev.freehold.model.ModelException;
import dev.freehold.model.Positions;
import dev.freehold.model.Positions.Scaling;
import dev.freehold.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rotary embedding as metadata describes it, in its older and newer forms.
///
/// Hugging Face: `rope_parameters` (for all layers, or per layer type), or `rope_theta` and
/// `rope_scaling` with `type` or `rope_type`. GGUF: `rope.freq_base`, `rope.scaling.*`, and the
/// tensor `rope_freqs.weight` with a divisor per pair.
final class RopeSettings {
  private static final double DEFAULT_BASE = 10_000;

  private RopeSettings() {}

  static Positions.Rotary of(Config config, int headDim, Rope.Pairing pairing) {
    return config.isGguf()
        ? gguf(config, headDim, pairing)
        : huggingFace(config, "", headDim, pairing, DEFAULT_BASE);
  }

  /// The settings of one layer type, where the metadata has several.
  static Positions.Rotary ofLayerType(
      Config config, String layerType, int headDim, Rope.Pairing pairing) {
    return config.isGguf()
        ? gguf(config, headDim, pairing)
        : huggingFace(config, layerType, headDim, pairing, DEFAULT_BASE);
  }

  static Positions.Rotary unscaled(Positions.Rotary rotary) {
    return new Positions.Rotary(rotary.dims(), rotary.base(), rotary.pairing(), new Scaling.None());
  }

  private static Positions.Rotary gguf(Config config, int headDim, Rope.Pairing pairing) {
    int dims = config.size("", "rope.dimension_count", headDim);
    if (dims % 2 != 0 || dims > headDim) {
      throw new ModelException(
          "%s.rope.dimension_count: expected an even number up to the head's %d, found %d"
              .formatted(config.type(), headDim, dims));
    }
    double base = config.real("", "rope.freq_base", DEFAULT_BASE);
    return new Positions.Rotary(dims, base, pairing, ggufScaling(config, dims));
  }

  private static Scaling ggufScaling(Config config, int dims) {
    Optional<Tensor> factors = config.tensor("rope_freqs.weight");
    if (factors.isPresent()) {
      return new Scaling.Factors(floats(factors.get(), dims / 2), 1);
    }
    String type = config.string("", "rope.scaling.type", "none");
    double factor = config.real("", "rope.scaling.factor", config.real("", "rope.scale_linear", 1));
    return switch (type) {
      case "none" -> factor == 1 ? new Scaling.None() : new Scaling.Linear(factor);
      case "linear" -> new Scaling.Linear(factor);
      case "yarn" -> ggufYarn(config, factor);
      default ->
          throw new ModelException(
              "%s.rope.scaling.type: expected none, linear or yarn, found %s"
                  .formatted(config.type(), type));
    };
  }

  private static Scaling ggufYarn(Config config, double factor) {
    double attention = config.real("", "rope.scaling.attn_factor|rope.scaling.yarn_attn_factor", 1);
    return new Scaling.Yarn(
        factor,
        config.size("", "rope.scaling.original_context_length|context_length"),
        config.real("", "rope.scaling.yarn_beta_fast", 32),
        config.real("", "rope.scaling.yarn_beta_slow", 1),
        true,
        attention * Scaling.Yarn.magnitude(factor, 1));
  }

  private static List<Float> floats(Tensor tensor, int expected) {
    if (tensor.elements() != expected) {
      throw new ModelException(
          "tensor %s: expected shape [%d], found %s"
              .formatted(tensor.name(), expected, tensor.shape()));
    }
    List<Float> values = new ArrayList<>();
    for (float value : Kernels.floats(tensor)) {
      values.add(value);
    }
    return values;
  }

  /// @param layerType entry of `rope_parameters` where that is per layer type
  static Positions.Rotary huggingFace(
      Config config, String layerType, int headDim, Rope.Pairing pairing, double defaultBase) {
    Config parameters =
        config
            .section("rope_parameters")
            .map(all -> all.section(layerType).orElse(all))
            .or(() -> config.section("rope_scaling"))
            .orElse(config);
    double base =
        parameters.real(
            "rope_theta", "", config.real("rope_theta|rotary_emb_base", "", defaultBase));
    double partial =
        parameters.real(
            "partial_rotary_factor", "", config.real("partial_rotary_factor|rotary_pct", "", 1));
    boolean scaled = parameters != config;
    String type = scaled ? parameters.string("rope_type|type", "", "default") : "default";
    if (type.equals("proportional")) {
      int pairs = (int) (partial * headDim / 2);
      return new Positions.Rotary(headDim, base, pairing, new Scaling.Proportional(pairs));
    }
    int dims = (int) (headDim * partial);
    return new Positions.Rotary(dims, base, pairing, scaling(type, parameters, config));
  }

  private static Scaling scaling(String type, Config parameters, Config config) {
    return switch (type) {
      case "default", "mrope" -> new Scaling.None();
      case "linear" -> new Scaling.Linear(parameters.real("factor", ""));
      case "llama3" ->
          new Scaling.Llama3(
              parameters.real("factor", ""),
              parameters.real("low_freq_factor", ""),
              parameters.real("high_freq_factor", ""),
              parameters.size("original_max_position_embeddings", ""));
      case "yarn" -> yarn(parameters, config);
      default ->
          throw new ModelException(
              "config.json rope_type: expected default, linear, llama3 or yarn, found " + type);
    };
  }

  private static Scaling yarn(Config parameters, Config config) {
    double factor = parameters.real("factor", "");
    return new Scaling.Yarn(
        factor,
        parameters.size(
            "original_max_position_embeddings",
            "",
            config.size("original_max_position_embeddings|max_position_embeddings", "")),
        parameters.real("beta_fast", "", 32),
        parameters.real("beta_slow", "", 1),
        parameters.flag("truncate", "", true),
        yarnMagnitude(parameters, factor));
  }

  private static double yarnMagnitude(Config parameters, double factor) {
    if (parameters.has("attention_factor", "")) {
      return parameters.real("attention_factor", "");
    }
    double all = parameters.real("mscale_all_dim", "", 0);
    double own = parameters.real("mscale", "", 0);
    return all != 0 && own != 0
        ? Scaling.Yarn.magnitude(factor, own) / Scaling.Yarn.magnitude(factor, all)
        : Scaling.Yarn.magnitude(factor, 1);
  }
}
