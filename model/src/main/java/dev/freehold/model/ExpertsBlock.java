package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.util.Arrays;
import java.util.Optional;

/// A mixture of experts bound to its weights.
///
/// The tokens of a step are gathered by expert, so that each expert's matrices are read once; a
/// token's results are then summed in order of rank, `y = fma(result, weight, y)` from +0, and the
/// shared expert's is added last, so that a token's bits do not depend on its neighbours.
final class ExpertsBlock implements FeedForwardBlock {
  private static final float[] NONE = {};

  private final Kernels kernels;
  private final FeedForward.MixtureOfExperts shape;
  private final int modelDim;
  private final Projection gate;
  private final NormBlock routerNorm;
  private final ExpertRouter router;
  private final GatedMlpBlock[] experts;
  private final Optional<SharedExpert> shared;
  private final Activations input;
  private final Rows logits;
  private final Rows routed;
  private final Rows gathered;
  private final Rows results;
  private final Rows ranked;
  private final int[] starts;
  private final int[] slots;

  /// The expert of all tokens, with the gate of its result if there is one.
  private record SharedExpert(
      GatedMlpBlock mlp, Optional<Projection> gate, Rows result, Rows gates) {}

  ExpertsBlock(FeedForward.MixtureOfExperts shape, int modelDim, Binder binder) {
    FeedForward.Router kind = shape.router();
    this.kernels = binder.kernels();
    this.shape = shape;
    this.modelDim = modelDim;
    this.gate = binder.projection(Role.ROUTER, shape.experts(), modelDim, kind.bias());
    boolean scaled = kind.input() == FeedForward.Router.Input.SCALED_RESIDUAL;
    this.routerNorm = scaled ? scaledNorm(binder) : plainNorm(binder);
    this.router =
        new ExpertRouter(
            shape,
            kind.correction() ? binder.vector(Role.ROUTER_CORRECTION, shape.experts()) : NONE,
            scaled ? binder.vector(Role.EXPERT_SCALE, shape.experts()) : NONE,
            kernels,
            binder.workspace());
    this.experts = new GatedMlpBlock[shape.experts()];
    FeedForward.GatedMlp expert =
        new FeedForward.GatedMlp(shape.hiddenDim(), shape.gate(), shape.bias());
    for (int e = 0; e < experts.length; e++) {
      experts[e] =
          GatedMlpBlock.bind(
              expert, GatedMlpBlock.Names.EXPERT, modelDim, binder.part(e, experts.length));
    }
    this.shared = bindShared(binder);
    this.input = binder.activations(modelDim);
    this.logits = binder.rows("router logits", shape.experts());
    this.routed = binder.rows("router input", modelDim);
    this.gathered = binder.rows("gathered tokens", modelDim);
    this.results = binder.rows("expert results", modelDim);
    this.ranked = binder.rows("ranked results", Math.multiplyExact(shape.used(), modelDim));
    this.starts = new int[shape.experts() + 1];
    this.slots = new int[Math.multiplyExact(binder.workspace().maxTokens(), shape.used())];
  }

  private NormBlock plainNorm(Binder binder) {
    return binder.norm(Normalization.none(), Role.FEED_FORWARD_NORM, modelDim);
  }

  private NormBlock scaledNorm(Binder binder) {
    float[] factors = binder.vector(Role.ROUTER_SCALE, modelDim);
    float root = (float) (1 / Math.sqrt(modelDim));
    for (int i = 0; i < modelDim; i++) {
      factors[i] *= root;
    }
    Normalization.Rms rms = new Normalization.Rms(1e-6f, true);
    return new NormBlock(
        kernels, rms, new dev.freehold.kernel.Norm(modelDim, factors, rms.epsilon()));
  }

  private Optional<SharedExpert> bindShared(Binder binder) {
    return switch (shape.shared()) {
      case FeedForward.Shared.None none -> Optional.empty();
      case FeedForward.Shared.Always always ->
          Optional.of(
              new SharedExpert(
                  GatedMlpBlock.bind(
                      new FeedForward.GatedMlp(always.hiddenDim(), shape.gate(), false),
                      GatedMlpBlock.Names.SHARED,
                      modelDim,
                      binder),
                  always.gated()
                      ? Optional.of(binder.projection(Role.SHARED_ROUTER, 1, modelDim))
                      : Optional.empty(),
                  binder.rows("shared result", modelDim),
                  binder.rows("shared gate", 1)));
    };
  }

  @Override
  public void run(Rows x, Rows residual, Rows y, int tokens) {
    boolean fromResidual = shape.router().input() == FeedForward.Router.Input.SCALED_RESIDUAL;
    input.set(routerNorm.run(fromResidual ? residual : x, routed, tokens), tokens);
    gate.run(input, logits);
    router.choose(logits, tokens);
    sortByExpert(tokens);
    for (int e = 0; e < experts.length; e++) {
      runExpert(e, x);
    }
    for (int t = 0; t < tokens; t++) {
      sumRanks(t, y);
    }
    if (shared.isPresent()) {
      addShared(shared.get(), x, y, tokens);
    }
  }

  /// Sorts the choices by expert: those of expert e are `slots[starts[e]]` to `slots[starts[e + 1]
  /// - 1]`.
  private void sortByExpert(int tokens) {
    int[] chosen = router.chosen();
    int choices = tokens * shape.used();
    Arrays.fill(starts, 0);
    for (int i = 0; i < choices; i++) {
      starts[chosen[i] + 1]++;
    }
    for (int e = 0; e < experts.length; e++) {
      starts[e + 1] += starts[e];
    }
    for (int i = choices - 1; i >= 0; i--) {
      slots[--starts[chosen[i] + 1]] = i;
    }
    System.arraycopy(starts, 1, starts, 0, experts.length);
    starts[experts.length] = choices;
  }

  private void runExpert(int e, Rows x) {
    int count = starts[e + 1] - starts[e];
    if (count == 0) {
      return;
    }
    int used = shape.used();
    for (int i = 0; i < count; i++) {
      int t = slots[starts[e] + i] / used;
      System.arraycopy(x.data(), x.at(t), gathered.data(), gathered.at(i), modelDim);
    }
    experts[e].run(gathered, gathered, results, count);
    for (int i = 0; i < count; i++) {
      int slot = slots[starts[e] + i];
      int to = ranked.at(slot / used) + slot % used * modelDim;
      System.arraycopy(results.data(), results.at(i), ranked.data(), to, modelDim);
    }
  }

  private void sumRanks(int t, Rows y) {
    float[] out = y.data();
    int to = y.at(t);
    Arrays.fill(out, to, to + modelDim, 0);
    for (int rank = 0; rank < shape.used(); rank++) {
      float weight = router.weights().data()[router.weights().at(t) + rank];
      int from = ranked.at(t) + rank * modelDim;
      for (int i = 0; i < modelDim; i++) {
        out[to + i] = Math.fma(ranked.data()[from + i], weight, out[to + i]);
      }
    }
  }

  private void addShared(SharedExpert expert, Rows x, Rows y, int tokens) {
    expert.mlp().run(x, x, expert.result(), tokens);
    if (expert.gate().isPresent()) {
      Rows gates = expert.gates();
      input.set(x, tokens);
      expert.gate().get().run(input, gates);
      kernels.activate(Activation.SIGMOID, gates, gates, tokens, 1);
      for (int t = 0; t < tokens; t++) {
        float factor = gates.data()[gates.at(t)];
        int at = expert.result().at(t);
        for (int i = at; i < at + modelDim; i++) {
          expert.result().data()[i] *= factor;
        }
      }
    }
    kernels.add(expert.result(), y, tokens, modelDim);
  }
}
