package dev.freehold.model;

import dev.freehold.kernel.Philox;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// A llama of two layers with random weights whose rows are whole blocks of 256, for the dtypes
/// that need such.
final class WideModel {
  private static final int WIDTH = 256;
  private static final int CACHED = 128;
  private static final int HIDDEN = 512;
  private static final int VOCABULARY = 300;

  private WideModel() {}

  static TensorStore store() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("general.architecture", "llama");
    values.put("llama.block_count", 2L);
    values.put("llama.context_length", 512L);
    values.put("llama.embedding_length", (long) WIDTH);
    values.put("llama.feed_forward_length", (long) HIDDEN);
    values.put("llama.attention.head_count", 4L);
    values.put("llama.attention.head_count_kv", 2L);
    values.put("llama.attention.layer_norm_rms_epsilon", 1e-5);
    values.put("llama.rope.freq_base", 10_000.0);
    TestStore store = TestStore.of(values);
    store.with(matrix("token_embd.weight", VOCABULARY, WIDTH, 1));
    store.with(ones("output_norm.weight"));
    for (int layer = 0; layer < 2; layer++) {
      String block = "blk." + layer + ".";
      int stream = 10 * (layer + 1);
      store.with(ones(block + "attn_norm.weight"));
      store.with(ones(block + "ffn_norm.weight"));
      store.with(matrix(block + "attn_q.weight", WIDTH, WIDTH, stream));
      store.with(matrix(block + "attn_k.weight", CACHED, WIDTH, stream + 1));
      store.with(matrix(block + "attn_v.weight", CACHED, WIDTH, stream + 2));
      store.with(matrix(block + "attn_output.weight", WIDTH, WIDTH, stream + 3));
      store.with(matrix(block + "ffn_gate.weight", HIDDEN, WIDTH, stream + 4));
      store.with(matrix(block + "ffn_up.weight", HIDDEN, WIDTH, stream + 5));
      store.with(matrix(block + "ffn_down.weight", WIDTH, HIDDEN, stream + 6));
    }
    return store;
  }

  private static Tensor matrix(String name, int rows, int columns, int stream) {
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = Philox.normal(7, stream, i) * 0.08f;
    }
    return Tensor.of(name, Dtype.F32, bytes(values), rows, columns);
  }

  private static Tensor ones(String name) {
    float[] values = new float[WIDTH];
    Arrays.fill(values, 1);
    return Tensor.of(name, Dtype.F32, bytes(values), WIDTH);
  }

  private static MemorySegment bytes(float[] values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4 * values.length]);
    MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
    return bytes;
  }
}
