package dev.freehold.train.step;

import dev.freehold.kernel.Philox;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Small models of each shape that can be trained, as a config.json and random weights.
record TinyModel(Config config, Architecture architecture, Parameters parameters) {
  static final int VOCABULARY = 61;

  /// @param type llama, llama-tied, qwen3 or olmo2
  static TinyModel of(String type) {
    boolean tied = type.endsWith("-tied");
    String json =
        """
        {"model_type": "%s", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8, "vocab_size": %d,
         "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 10000.0,
         "tie_word_embeddings": %s, "hidden_act": "silu"}
        """
            .formatted(type.replace("-tied", ""), VOCABULARY, tied);
    Config config = config(json, new Weights(Map.of()));
    Family family = config.family();
    Architecture architecture = family.architecture(config);
    Parameters parameters = new Parameters(architecture, family.layout(config));
    parameters.initialize(5);
    for (Parameter parameter : parameters.all()) {
      for (int i = 0; i < parameter.values().length; i++) {
        parameter.values()[i] += 0.1f * Philox.normal(6, parameter.name().hashCode(), i);
      }
    }
    return new TinyModel(config(json, new Weights(parameters)), architecture, parameters);
  }

  private static Config config(String json, TensorStore store) {
    return Config.huggingFace(
        StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), "config.json"), store);
  }

  TensorStore store() {
    return new Weights(parameters);
  }

  /// A batch of random tokens, each seventh target not counted.
  static Batch batch(int sequences, int length, int seed) {
    int[] tokens = new int[sequences * length];
    int[] targets = new int[tokens.length];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = (int) Long.remainderUnsigned(Philox.bits(seed, 0, i), VOCABULARY);
      targets[i] = i % 7 == 3 ? -1 : (tokens[i] * 5 + 1) % VOCABULARY;
    }
    return new Batch(sequences, length, tokens, targets);
  }

  /// The values of parameters as a store of float32 tensors.
  record Weights(Map<String, Tensor> tensors) implements TensorStore {
    Weights(Parameters parameters) {
      this(copies(parameters));
    }

    private static Map<String, Tensor> copies(Parameters parameters) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Parameter parameter : parameters.all()) {
        float[] values = parameter.values();
        MemorySegment bytes = MemorySegment.ofArray(new byte[4 * values.length]);
        MemorySegment.copy(values, 0, bytes, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, values.length);
        long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
        tensors.put(parameter.name(), Tensor.of(parameter.name(), Dtype.F32, bytes, shape));
      }
      return tensors;
    }

    @Override
    public Metadata metadata() {
      return new Metadata(Map.of());
    }

    @Override
    public List<Path> files() {
      return List.of();
    }

    @Override
    public void checkUnchanged() {}

    @Override
    public void checkLengths() {}

    @Override
    public void close() {}
  }
}
