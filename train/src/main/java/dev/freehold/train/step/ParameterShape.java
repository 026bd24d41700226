package dev.freehold.train.step;

import dev.freehold.model.Architecture;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import dev.freehold.train.TrainException;
import java.util.ArrayList;
import java.util.List;

/// A tensor that models of an architecture have: its place in the model, its name and its shape.
///
/// @param layer 0 for tensors of no layer
/// @param shape one size for the weights of a norm, rows and columns for a matrix
/// @param spread standard deviation of the first values; 0 for ones
public record ParameterShape(Role role, int layer, String name, List<Integer> shape, float spread) {
  private static final float SPREAD = 0.02f;

  public ParameterShape {
    shape = List.copyOf(shape);
  }

  /// All tensors of an architecture, named as in this layout, in one fixed order: embedding,
  /// layers, final norm, head.
  ///
  /// @throws TrainException where the architecture has a part that cannot be trained yet
  public static List<ParameterShape> of(Architecture architecture, Layout layout) {
    Trainable.check(architecture);
    return new Listing(architecture, layout).all;
  }

  /// Numbers in the tensor.
  public long elements() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /// Whether it is a matrix, not the weights of a norm.
  public boolean isMatrix() {
    return shape.size() == 2;
  }

  /// The list while it is made.
  private static final class Listing {
    private final Layout layout;
    private final List<ParameterShape> all = new ArrayList<>();

    Listing(Architecture architecture, Layout layout) {
      this.layout = layout;
      int dim = architecture.modelDim();
      float residual = (float) (SPREAD / Math.sqrt(2.0 * architecture.layers().size()));
      matrix(Role.EMBEDDING, 0, architecture.vocabSize(), dim, SPREAD);
      for (int i = 0; i < architecture.layers().size(); i++) {
        layer(architecture.layers().get(i), i, dim, residual);
      }
      norm(architecture.finalNorm(), Role.FINAL_NORM, 0, dim);
      if (!architecture.output().tied()) {
        matrix(Role.OUTPUT, 0, architecture.vocabSize(), dim, SPREAD);
      }
    }

    private void layer(Layer layer, int i, int dim, float residual) {
      Mixer.Attention attention = (Mixer.Attention) layer.mixer();
      Mixer.Heads heads = attention.heads();
      int queries = heads.queries() * heads.keyDim();
      int keys = heads.keyValues() * heads.keyDim();
      norm(layer.mixerNorm(), Role.MIXER_NORM, i, dim);
      matrix(Role.QUERY, i, queries, dim, SPREAD);
      matrix(Role.KEY, i, keys, dim, SPREAD);
      matrix(Role.VALUE, i, keys, dim, SPREAD);
      boolean whole = attention.norms().whole();
      Normalization queryKey = attention.norms().queryKey();
      norm(queryKey, Role.QUERY_NORM, i, whole ? queries : heads.keyDim());
      norm(queryKey, Role.KEY_NORM, i, whole ? keys : heads.keyDim());
      matrix(Role.ATTENTION_OUTPUT, i, dim, queries, residual);
      norm(layer.mixerPostNorm(), Role.MIXER_POST_NORM, i, dim);
      int hidden = ((FeedForward.GatedMlp) layer.feedForward()).hiddenDim();
      norm(layer.feedForwardNorm(), Role.FEED_FORWARD_NORM, i, dim);
      matrix(Role.GATE, i, hidden, dim, SPREAD);
      matrix(Role.UP, i, hidden, dim, SPREAD);
      matrix(Role.DOWN, i, dim, hidden, residual);
      norm(layer.feedForwardPostNorm(), Role.FEED_FORWARD_POST_NORM, i, dim);
    }

    private void norm(Normalization kind, Role role, int layer, int length) {
      if (kind instanceof Normalization.Rms) {
        all.add(new ParameterShape(role, layer, name(role, layer), List.of(length), 0));
      }
    }

    private void matrix(Role role, int layer, int rows, int columns, float spread) {
      String name = name(role, layer);
      all.add(new ParameterShape(role, layer, name, List.of(rows, columns), spread));
    }

    private String name(Role role, int layer) {
      return layout.places().getOrDefault(role, List.of()).stream()
          .findFirst()
          .orElseThrow(() -> new TrainException("the family's files have no name for " + role))
          .name(layer, 0);
    }
  }
}
