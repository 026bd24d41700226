package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;

/// The arguments of one gated delta rule layer for one sequence; made once, not per step.
///
/// @param keyHeads heads of queries and keys
/// @param valueHeads heads of values, a multiple of keyHeads
/// @param tiled whether value head i reads key head i mod keyHeads (GGUF), else i / (valueHeads /
///   keyHeads)
/// @param queries rows of keyHeads * keyDim, already normalised and scaled
/// @param keys rows of keyHeads * keyDim
/// @param values rows of valueHeads * valueDim
/// @param decays rows of valueHeads factors
/// @param betas rows of valueHeads factors
/// @param state `[valueHeads][keyDim][valueDim]`
/// @param stateSegment the array of the state for emitted code
/// @param outputs rows of valueHeads * valueDim
public record DeltaRule(
    int keyHeads,
    int valueHeads,
    int keyDim,
    int valueDim,
    boolean tiled,
    Rows queries,
    Rows keys,
    Rows values,
    Rows decays,
    Rows betas,
    float[] state,
    MemorySegment stateSegment,
    Rows outputs) {
  public DeltaRule(
      int keyHeads,
      int valueHeads,
      int keyDim,
      int valueDim,
      boolean tiled,
      Rows queries,
      Rows keys,
      Rows values,
      Rows decays,
      Rows betas,
      float[] state,
      Rows outputs) {
    this(
        keyHeads,
        valueHeads,
        keyDim,
        valueDim,
        tiled,
        queries,
        keys,
        values,
        decays,
        betas,
        state,
        MemorySegment.ofArray(state),
        outputs);
  }

  int keyHead(int valueHead) {
    return tiled ? valueHead % keyHeads : valueHead / (valueHeads / keyHeads);
  }
}
