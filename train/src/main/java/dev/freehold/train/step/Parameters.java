package dev.freehold.train.step;

import dev.freehold.kernel.Philox;
import dev.freehold.model.Architecture;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layer;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Role;
import dev.freehold.train.Sha256;
import dev.freehold.train.TrainException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// All tensors of a model that is trained, in one fixed order: embedding, layers, final norm, head.
///
/// First values: ones for norms; for matrices `spread * normal(seed, number of the tensor, index)`
/// with spread 0.02, for those that write to the residual stream divided by sqrt(2 layers). Source:
/// Radford et al., "Language Models are Unsupervised Multitask Learners" (2019).
public final class Parameters {
  private static final float SPREAD = 0.02f;
  private static final int HASH_BUFFER = 1 << 16;

  private record Key(Role role, int layer) {}

  private final Layout layout;
  private final List<Parameter> all = new ArrayList<>();
  private final Map<Key, Parameter> byPlace = new HashMap<>();

  /// The tensors of an architecture, all zero, named as in this layout.
  ///
  /// @throws TrainException where the architecture has a part that cannot be trained yet
  public Parameters(Architecture architecture, Layout layout) {
    Trainable.check(architecture);
    this.layout = layout;
    int dim = architecture.modelDim();
    float residual = (float) (SPREAD / Math.sqrt(2.0 * architecture.layers().size()));
    matrix(Role.EMBEDDING, 0, architecture.vocabSize(), dim, SPREAD);
    for (int i = 0; i < architecture.layers().size(); i++) {
      Layer layer = architecture.layers().get(i);
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
    norm(architecture.finalNorm(), Role.FINAL_NORM, 0, dim);
    if (!architecture.output().tied()) {
      matrix(Role.OUTPUT, 0, architecture.vocabSize(), dim, SPREAD);
    }
  }

  private void norm(Normalization kind, Role role, int layer, int length) {
    if (kind instanceof Normalization.Rms) {
      add(role, layer, Parameter.vector(name(role, layer), length));
    }
  }

  private void matrix(Role role, int layer, int rows, int columns, float spread) {
    add(role, layer, Parameter.matrix(name(role, layer), rows, columns, spread));
  }

  private String name(Role role, int layer) {
    return layout.places().getOrDefault(role, List.of()).stream()
        .findFirst()
        .orElseThrow(() -> new TrainException("the family's files have no name for " + role))
        .name(layer, 0);
  }

  private void add(Role role, int layer, Parameter parameter) {
    all.add(parameter);
    byPlace.put(new Key(role, layer), parameter);
  }

  /// Gives all tensors their first values, and their moments zeros.
  public void initialize(long seed) {
    for (int number = 0; number < all.size(); number++) {
      Parameter parameter = all.get(number);
      Arrays.fill(parameter.first(), 0);
      Arrays.fill(parameter.second(), 0);
      float[] values = parameter.values();
      for (int i = 0; i < values.length; i++) {
        values[i] =
            parameter.spread() == 0 ? 1 : Philox.normal(seed, number, i) * parameter.spread();
      }
    }
  }

  /// The tensor at a place of the model.
  public Parameter get(Role role, int layer) {
    Parameter parameter = byPlace.get(new Key(role, layer));
    if (parameter == null) {
      throw new TrainException("the model has no " + role + " in layer " + layer);
    }
    return parameter;
  }

  /// All tensors in their order.
  public List<Parameter> all() {
    return List.copyOf(all);
  }

  /// Numbers that an architecture has.
  public static long count(Architecture architecture, Layout layout) {
    return new Parameters(architecture, layout).count();
  }

  /// Numbers that are trained.
  public long count() {
    return all.stream().mapToLong(parameter -> parameter.values().length).sum();
  }

  /// SHA-256 over the tensors in their order: name, a zero byte, and the values as little-endian
  /// float32.
  public String digest() {
    MessageDigest digest = Sha256.begin();
    ByteBuffer bytes = ByteBuffer.allocate(HASH_BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    for (Parameter parameter : all) {
      digest.update(parameter.name().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      float[] values = parameter.values();
      for (int from = 0; from < values.length; from += HASH_BUFFER / 4) {
        int count = Math.min(HASH_BUFFER / 4, values.length - from);
        bytes.clear().asFloatBuffer().put(values, from, count);
        digest.update(bytes.limit(4 * count));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
