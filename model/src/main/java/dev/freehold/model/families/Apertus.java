package dev.freehold.model.families;

import dev.freehold.kernel.Kernels;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.ModelException;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import java.util.List;
import java.util.Set;

/// Apertus: normalized queries and keys, and a plain feed-forward block with xIELU, whose slopes
/// are learned.
public final class Apertus implements Family {
  @Override
  public String name() {
    return "apertus";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("apertus");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("apertus");
  }

  private static final String ACTIVATION = "model.layers.%d.mlp.act_fn.";
  private static final double DEFAULT_BETA = 0.5;
  private static final double DEFAULT_EPSILON = -1e-6;

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention = Qwen3.attention(config);
    int hiddenDim = Standard.hiddenDim(config);
    return Standard.decoder(
        name(),
        config,
        layer ->
            Layer.preNorm(
                norm, attention, new FeedForward.PlainMlp(hiddenDim, xielu(config, layer), false)));
  }

  /// Stored slopes go through softplus; that of the negative side is added to beta.
  private static FeedForward.Function xielu(Config config, int layer) {
    double beta = parameter(config, "beta", layer, DEFAULT_BETA);
    return new FeedForward.Function.XieluFunction(
        (float) softplus(parameter(config, "alpha_p", layer, Double.NaN)),
        (float) (beta + softplus(parameter(config, "alpha_n", layer, Double.NaN))),
        (float) beta,
        (float) parameter(config, "eps", layer, DEFAULT_EPSILON));
  }

  private static double softplus(double x) {
    return x > 30 ? x : StrictMath.log1p(StrictMath.exp(x));
  }

  private static double parameter(Config config, String name, int layer, double otherwise) {
    if (config.isGguf()) {
      List<Double> values = config.reals("", "xielu." + name);
      if (values.size() > layer) {
        return values.get(layer);
      }
    } else {
      String tensor = ACTIVATION.formatted(layer) + name;
      if (config.tensor(tensor).isPresent()) {
        return Kernels.floats(config.tensor(tensor).get())[0];
      }
    }
    if (Double.isNaN(otherwise)) {
      throw new ModelException(
          "xielu %s of layer %d: missing; expected %s"
              .formatted(
                  name,
                  layer,
                  config.isGguf()
                      ? "key xielu." + name
                      : "tensor " + ACTIVATION.formatted(layer) + name));
    }
    return otherwise;
  }

  @Override
  public Layout layout(Config config) {
    return config.isGguf()
        ? Layout.gguf()
        : Layout.huggingFace()
            .with(Role.MIXER_NORM, "model.layers.{l}.attention_layernorm.weight")
            .with(Role.FEED_FORWARD_NORM, "model.layers.{l}.feedforward_layernorm.weight");
  }
}
