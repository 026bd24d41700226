package dev.freehold.kernel;

/// The arguments of one Mamba-2 layer for one sequence; made once, not per step.
///
/// @param heads heads of x
/// @param groups groups of B and C; head h reads group h / (heads / groups)
/// @param headDim elements of a head
/// @param stateDim states per element
/// @param x rows of heads * headDim
/// @param b rows of groups * stateDim
/// @param c rows of groups * stateDim
/// @param steps rows of heads: dt after softplus
/// @param decays rows of heads: exp(dt * A)
/// @param skip D per head
/// @param state `[heads][stateDim][headDim]`
/// @param outputs rows of heads * headDim
public record StateSpace(
    int heads,
    int groups,
    int headDim,
    int stateDim,
    Rows x,
    Rows b,
    Rows c,
    Rows steps,
    Rows decays,
    float[] skip,
    float[] state,
    Rows outputs) {}
