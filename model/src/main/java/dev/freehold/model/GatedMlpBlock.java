package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.ClampedSwiglu;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Rows;

/// A gated feed-forward block bound to its weights: `y = down(gate(x) * up(x))`.
record GatedMlpBlock(
    Kernels kernels,
    Gating gating,
    Projection gate,
    Projection up,
    Projection down,
    Buffers buffers)
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
    return new GatedMlpBlock(
        binder.kernels(),
        Gating.of(mlp.gate(), hiddenDim),
        binder.projection(names.gate(), hiddenDim, modelDim, mlp.bias()),
        binder.projection(names.up(), hiddenDim, modelDim, mlp.bias()),
        binder.projection(names.down(), modelDim, hiddenDim, mlp.bias()),
        Buffers.of(modelDim, hiddenDim, binder.workspace()));
  }

  /// Whether its input is multiplied as int8.
  boolean readsIntegers() {
    return kernels.usesIntegers(gate.matrix().dtype()) && kernels.usesIntegers(up.matrix().dtype());
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
    gate.run(x, gates);
    up.run(x, ups);
    switch (gating.kind()) {
      case FeedForward.Gate.Activated activated ->
          kernels.activateGated(activated.function(), gates, ups, gates, tokens, gate.rows());
      case FeedForward.Gate.Clamped clamped ->
          kernels.clampedSwiglu(gates, ups, gates, tokens, gating.clamp());
    }
    buffers.hidden().set(gates, tokens);
    down.run(buffers.hidden(), y);
  }
}
