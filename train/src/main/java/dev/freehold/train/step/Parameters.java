package dev.freehold.train.step;

import dev.freehold.kernel.Philox;
import dev.freehold.model.Architecture;
import dev.freehold.model.Layout;
import dev.freehold.model.Role;
import dev.freehold.tensor.Sha256;
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
  private static final int HASH_BUFFER = 1 << 16;

  private record Key(Role role, int layer) {}

  private final List<Parameter> all = new ArrayList<>();
  private final Map<Key, Parameter> byPlace = new HashMap<>();

  /// The tensors of an architecture, all zero, named as in this layout.
  ///
  /// @throws TrainException where the architecture has a part that cannot be trained yet
  public Parameters(Architecture architecture, Layout layout) {
    for (ParameterShape shape : ParameterShape.of(architecture, layout)) {
      Parameter parameter = Parameter.of(shape);
      all.add(parameter);
      byPlace.put(new Key(shape.role(), shape.layer()), parameter);
    }
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
    return ParameterShape.of(architecture, layout).stream()
        .mapToLong(ParameterShape::elements)
        .sum();
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
