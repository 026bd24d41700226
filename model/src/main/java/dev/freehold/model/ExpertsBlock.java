package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Activations;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A mixture of experts bound to its weights.
///
/// The choices of a step are sorted by expert, so that each expert's matrices are read once; their
/// results stand in that order. A token's are then summed in order of rank, `y = fma(result,
/// weight, y)` from +0, and the shared expert's is added last, so that a token's bits do not depend
/// on its neighbours.
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
  private final Activations expertInput;
  private final boolean[] integers;
  private final Rows results;

  /// The results from each place on, made when they are first asked for.
  private final @Nullable Rows[] resultsFrom;

  private final int[] starts;

  /// The token of each sorted choice.
  private final int[] sortedTokens;

  /// Where each choice stands among those sorted; that of token t and rank r at t * used + r.
  private final int[] places;

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
    this.input = binder.workspace().activations("experts", modelDim);
    this.expertInput = binder.workspace().activations("expert", modelDim);
    this.integers = new boolean[experts.length];
    for (int e = 0; e < experts.length; e++) {
      integers[e] = experts[e].readsIntegers();
    }
    this.logits = binder.rows("router logits", shape.experts());
    this.routed = binder.rows("router input", modelDim);
    int choices = Math.multiplyExact(binder.workspace().maxTokens(), shape.used());
    this.results =
        binder.rows("expert results", Math.multiplyExact(shape.used(), modelDim)).cut(modelDim);
    this.resultsFrom = new @Nullable Rows[choices];
    this.starts = new int[shape.experts() + 1];
    this.sortedTokens = new int[choices];
    this.places = new int[choices];
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
    if (fromResidual) {
      input.set(x, tokens);
    }
    for (int e = 0; e < experts.length; e++) {
      runExpert(e);
    }
    kernels.sumRanks(results, places, router.weights(), shape.used(), y, tokens, modelDim);
    if (shared.isPresent()) {
      addShared(shared.get(), x, y, tokens);
    }
  }

  /// Sorts the choices by expert: those of expert e stand from `starts[e]` to `starts[e + 1] - 1`.
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
      int place = --starts[chosen[i] + 1];
      sortedTokens[place] = i / shape.used();
      places[i] = place;
    }
    System.arraycopy(starts, 1, starts, 0, experts.length);
    starts[experts.length] = choices;
  }

  private void runExpert(int e) {
    int first = starts[e];
    int count = starts[e + 1] - first;
    if (count > 0) {
      expertInput.gather(kernels, input, sortedTokens, first, count, integers[e]);
      experts[e].run(expertInput, resultsFrom(first), count);
    }
  }

  private Rows resultsFrom(int place) {
    Rows rows = resultsFrom[place];
    if (rows == null) {
      rows = results.skip(place);
      resultsFrom[place] = rows;
    }
    return rows;
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
