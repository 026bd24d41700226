package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.ClampedSwiglu;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;
import java.util.List;

/// A gated feed-forward block bound to its weights: `y = down(gate(x) * up(x))`.
record GatedMlpBlock(
    Kernels kernels, Gating gating, Projections gateAndUp, Projection down, Buffers buffers)
    implements FeedForwardBlock {
  /// The roles of the three matrices.
  record Names(Role gate, Role up, Role down) {
    static final Names DENSE = new Names(Role.GATE, Role.UP, Role.DOWN);
    static final Names EXPERT = new Names(Role.EXPERT_GATE, Role.EXPERT_UP, Role.EXPERT_DOWN);
    static final Names SHARED = new Names(Role.SHARED_GATE, Role.SHARED_UP, Role.SHARED_DOWN);
  }

  /// How the halves are joined; `clamp` is for clamped gates only.
  record Gating(FeedForward.Gate kind, ClampedSwiglu clamp) {
    static Gating of(FeedForward.Gate kind, int hiddenDim) {
      return new Gating(
          kind,
          kind instanceof FeedForward.Gate.Clamped clamped
              ? new ClampedSwiglu(hiddenDim, clamped.alpha(), clamped.limit())
              : new ClampedSwiglu(hiddenDim, 0, 0));
    }
  }

  /// The rows that the block works in.
  record Buffers(Activations input, Activations hidden, Rows gates, Rows ups) {
    static Buffers of(int modelDim, int hiddenDim, Workspace workspace) {
      return new Buffers(
          workspace.activations(modelDim),
          workspace.activations(hiddenDim),
          workspace.rows("feed-forward gates", hiddenDim),
          workspace.rows("feed-forward ups", hiddenDim));
    }
  }

  static GatedMlpBlock bind(FeedForward.GatedMlp mlp, Names names, int modelDim, Binder binder) {
    int hiddenDim = mlp.hiddenDim();
    Projection gate = binder.projection(names.gate(), hiddenDim, modelDim, mlp.bias());
    Projection up = binder.projection(names.up(), hiddenDim, modelDim, mlp.bias());
    Buffers buffers = Buffers.of(modelDim, hiddenDim, binder.workspace());
    return new GatedMlpBlock(
        binder.kernels(),
        Gating.of(mlp.gate(), hiddenDim),
        new Projections(
            binder.kernels(), List.of(gate, up), List.of(buffers.gates(), buffers.ups())),
        binder.projection(names.down(), modelDim, hiddenDim, mlp.bias()),
        buffers);
  }

  /// Whether its input is multiplied as int8.
  boolean readsIntegers() {
    return gateAndUp.readIntegers();
  }

  @Override
  public void run(Rows x, Rows residual, Rows y, int tokens) {
    buffers.input().set(x, tokens);
    run(buffers.input(), y, tokens);
  }

  /// The same for rows that other matrices are multiplied with too.
  void run(Activations x, Rows y, int tokens) {
    Rows gates = buffers.gates();
    Rows ups = buffers.ups();
    gateAndUp.run(x);
    switch (gating.kind()) {
      case FeedForward.Gate.Activated activated ->
          kernels.activateGated(
              activated.function(), gates, ups, gates, tokens, down.matrix().columns());
      case FeedForward.Gate.Clamped clamped ->
          kernels.clampedSwiglu(gates, ups, gates, tokens, gating.clamp());
    }
    buffers.hidden().set(gates, tokens);
    down.run(buffers.hidden(), y);
  }
}
