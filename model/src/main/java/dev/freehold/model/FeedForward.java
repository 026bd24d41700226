package dev.freehold.model;

import dev.freehold.kernel.Activation;

/// The part of a layer that works on each token by itself, apart from its weights.
public sealed interface FeedForward {
  /// `down(gate(x) * up(x))`.
  record GatedMlp(int hiddenDim, Gate gate, boolean bias) implements FeedForward {
    public GatedMlp {
      requirePositive("hidden length", hiddenDim);
    }
  }

  /// `down(f(up(x)))`.
  record PlainMlp(int hiddenDim, Function function, boolean bias) implements FeedForward {
    public PlainMlp {
      requirePositive("hidden length", hiddenDim);
    }
  }

  /// A router chooses some of many gated feed-forward blocks for each token.
  ///
  /// @param bias whether the experts' projections have biases
  record MixtureOfExperts(
      int experts, int used, int hiddenDim, Gate gate, boolean bias, Router router, Shared shared)
      implements FeedForward {
    public MixtureOfExperts {
      requirePositive("experts", experts);
      requirePositive("experts per token", used);
      requirePositive("hidden length of an expert", hiddenDim);
      if (used > experts) {
        throw new ModelException(
            "experts per token: %d exceed the %d experts".formatted(used, experts));
      }
      if (experts % router.groups() != 0) {
        throw new ModelException(
            "experts: %d are no multiple of %d groups".formatted(experts, router.groups()));
      }
    }
  }

  /// A dense block and experts on the same residual stream, each with its own norms; the sum of
  /// both.
  record DenseAndExperts(GatedMlp dense, MixtureOfExperts experts, Normalization norm)
      implements FeedForward {}

  /// How the two halves of a gated block are joined.
  sealed interface Gate {
    /// `function(gate) * up`
    record Activated(Activation function) implements Gate {}

    /// `(clamp(up) + 1) * (g * sigmoid(alpha * g))`, `g = min(gate, limit)`
    record Clamped(float alpha, float limit) implements Gate {}
  }

  /// The function of a plain block.
  sealed interface Function {
    record Elementwise(Activation function) implements Function {}

    /// xIELU with its learned slopes.
    record XieluFunction(float alphaP, float alphaN, float beta, float epsilon)
        implements Function {}
  }

  /// How experts are chosen and weighed; see [ExpertRouter].
  ///
  /// @param bias whether the router's projection has a bias
  /// @param correction whether scores are corrected by a bias for the choice only
  /// @param normalized whether the weights of the chosen ones are divided by their sum
  /// @param groups groups of experts, 1 for none
  /// @param usedGroups groups from which experts are chosen
  /// @param scale factor of the weights
  record Router(
      Scoring scoring,
      boolean bias,
      boolean correction,
      boolean normalized,
      int groups,
      int usedGroups,
      float scale,
      Input input) {
    public Router {
      requirePositive("expert groups", groups);
      if (usedGroups < 1 || usedGroups > groups) {
        throw new ModelException(
            "expert groups per token: expected 1 to %d, found %d".formatted(groups, usedGroups));
      }
    }

    public static Router of(Scoring scoring, boolean normalized) {
      return new Router(scoring, false, false, normalized, 1, 1, 1, Input.AS_EXPERTS);
    }

    /// What the router reads, and how its weights end.
    public enum Input {
      /// The rows that the experts read.
      AS_EXPERTS,
      /// The residual rows, normalized without weights and scaled per column by `scale /
      /// sqrt(modelDim)`; the weights of chosen experts are scaled per expert.
      SCALED_RESIDUAL
    }
  }

  /// How the router's logits become scores.
  enum Scoring {
    /// Softmax over all experts.
    SOFTMAX,
    /// Softmax over the chosen ones.
    SOFTMAX_OF_CHOSEN,
    /// Each by itself.
    SIGMOID
  }

  /// An expert that every token passes.
  sealed interface Shared {
    record None() implements Shared {}

    /// @param gated whether its result is multiplied by the sigmoid of a projection to one number
    record Always(int hiddenDim, boolean gated) implements Shared {
      public Always {
        requirePositive("hidden length of the shared expert", hiddenDim);
      }
    }
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new ModelException(what + ": expected at least 1, found " + value);
    }
  }
}
