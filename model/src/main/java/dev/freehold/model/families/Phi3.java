package dev.freehold.model.families;

import dev.freehold.kernel.Rope;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import dev.freehold.model.Stored;
import java.util.Set;

/// Phi-3 and Phi-4: Llama with joined matrices.
public final class Phi3 implements Family {
  @Override
  public String name() {
    return "phi3";
  }

  @Override
  public Set<String> ggufTypes() {
    return Set.of("phi3");
  }

  @Override
  public Set<String> huggingFaceTypes() {
    return Set.of("phi3");
  }

  @Override
  public Architecture architecture(Config config) {
    Normalization norm = Standard.rms(config);
    Mixer.Attention attention =
        Standard.attention(config, Rope.Pairing.HALVES)
            .withWindow(config.count("sliding_window", "attention.sliding_window", 0));
    FeedForward mlp = Standard.gatedMlp(config);
    return Standard.decoder(name(), config, layer -> Layer.preNorm(norm, attention, mlp));
  }

  @Override
  public Layout layout(Config config) {
    int hidden = Standard.hiddenDim(config);
    String block = config.isGguf() ? "blk.{l}." : "model.layers.{l}.";
    String joined = config.isGguf() ? "attn_qkv.weight" : "self_attn.qkv_proj.weight";
    String ups = config.isGguf() ? "ffn_up.weight" : "mlp.gate_up_proj.weight";
    return Standard.withJoinedHeads(
            Standard.layout(config), block + joined, Standard.headsOf(config))
        .with(Role.GATE, Stored.section(block + ups, 0, hidden, 2 * hidden))
        .with(Role.UP, Stored.section(block + ups, hidden, hidden, 2 * hidden));
  }
}
