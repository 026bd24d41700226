package dev.freehold.kernel;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// [RowActivation] with the Vector API; a template, see [VectorTemplates], that is loaded once for
/// every function.
///
/// A class of its own gives each function profiles of its own. So its loops are compiled with that
/// function alone: several would be too long to inline, and their vectors would be boxed.
final class VectorActivation implements RowActivation {
  private static final VectorSpecies<Float> F = VectorTemplates.species(MethodHandles.lookup());
  private static final int L = F.length();

  private static FloatVector apply(Activation function, FloatVector x) {
    return switch (function) {
      case SILU -> ElementaryVectorMath.silu(x);
      case GELU_TANH -> ElementaryVectorMath.geluTanh(x, ElementaryVectorMath.geluArgumentLost(x));
      case GELU_ERF -> ElementaryVectorMath.geluErf(x, ElementaryVectorMath.normalTail(x));
      case SIGMOID -> ElementaryVectorMath.sigmoid(x);
      case RELU -> x.max(0);
      case RELU_SQUARED -> x.max(0).mul(x.max(0));
      case TANH -> ElementaryVectorMath.tanh(x);
      case EXP -> ElementaryVectorMath.exp(x);
      case SOFTPLUS -> ElementaryVectorMath.softplus(x);
    };
  }

  @Override
  public void activate(Activation function, Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      int xAt = x.at(t);
      int yAt = y.at(t);
      int i = 0;
      for (; i <= n - L; i += L) {
        apply(function, FloatVector.fromArray(F, x.data(), xAt + i)).intoArray(y.data(), yAt + i);
      }
      for (; i < n; i++) {
        y.data()[yAt + i] = ReferenceRows.apply(function, x.data()[xAt + i]);
      }
    }
  }

  @Override
  public void activateGated(
      Activation function, Rows gate, Rows up, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      int gateAt = gate.at(t);
      int upAt = up.at(t);
      int yAt = y.at(t);
      int i = 0;
      for (; i <= n - L; i += L) {
        apply(function, FloatVector.fromArray(F, gate.data(), gateAt + i))
            .mul(FloatVector.fromArray(F, up.data(), upAt + i))
            .intoArray(y.data(), yAt + i);
      }
      for (; i < n; i++) {
        y.data()[yAt + i] =
            ReferenceRows.apply(function, gate.data()[gateAt + i]) * up.data()[upAt + i];
      }
    }
  }
}
