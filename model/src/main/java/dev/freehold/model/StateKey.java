package dev.freehold.model;

import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// What the state of a sequence depends on, as a SHA-256: architecture, arithmetic, cache type, and
/// of each tensor name, dtype, shape and first bytes.
///
/// Not a digest of the weights: two files that differ only behind the first bytes of every tensor
/// have the same key.
final class StateKey {
  private static final int SAMPLE_BYTES = 256;

  private StateKey() {}

  static byte[] of(Model model) {
    MessageDigest digest = Sha256.begin();
    ModelOptions options = model.options();
    digest.update(
        "%s %s %s %s"
            .formatted(
                Model.ARITHMETIC,
                options.kvDtype(),
                options.kernels().activations(),
                model.architecture())
            .getBytes(StandardCharsets.UTF_8));
    for (Tensor tensor : model.store().tensors().values()) {
      digest.update(
          "%s %s %s"
              .formatted(tensor.name(), tensor.dtype(), tensor.shape())
              .getBytes(StandardCharsets.UTF_8));
      long bytes = Math.min(SAMPLE_BYTES, tensor.data().byteSize());
      digest.update(tensor.data().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE));
    }
    return digest.digest();
  }
}
