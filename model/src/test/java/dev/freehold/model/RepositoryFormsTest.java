package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/// The same model in the older, wrapped and fused forms of repositories gives the same bits.
class RepositoryFormsTest {
  private static final int[] IDS = {
    5, 17, 400, 3, 99, 256, 31, 8, 77, 140, 12, 5, 9, 6, 44, 2, 1, 0
  };

  private static float[] logits(Model model) {
    Rows logits = Rows.allocate(1, 512);
    try (model;
        Sequence sequence = model.newSequence(100)) {
      model.forward(sequence, IDS, 0, IDS.length, LogitsOf.LAST, logits);
    }
    return logits.data();
  }

  private static Model open(
      Path folder, Consumer<TestStore> stored, UnaryOperator<ObjectNode> json) {
    TestStore store = TestStore.of(ModelFiles.open(folder));
    stored.accept(store);
    ObjectNode config = (ObjectNode) StrictJson.parse(folder.resolve("config.json"));
    return Model.open(
        Config.huggingFace(json.apply(config), store), store, GoldenTest.exact(Tier.VECTOR));
  }

  private static void assertSame(
      Path folder, Consumer<TestStore> stored, UnaryOperator<ObjectNode> json) {
    float[] expected = logits(open(folder, store -> {}, config -> config));
    assertThat(logits(open(folder, stored, json))).isEqualTo(expected);
  }

  private static ObjectNode parse(String json) {
    return (ObjectNode) StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), "test");
  }

  private static ObjectNode wrapped(String type, ObjectNode config) {
    ObjectNode wrapper = parse("{\"model_type\": \"" + type + "\", \"vision_config\": {}}");
    wrapper.set("text_config", config);
    return wrapper;
  }

  @Test
  void llamaOfTheYear2024() {
    assertSame(
        GoldenTest.golden("llama3-rope"),
        store -> {},
        config -> {
          config.remove(List.of("rope_parameters", "head_dim", "dtype"));
          config.put("rope_theta", 500000.0).put("torch_dtype", "bfloat16");
          config.set(
              "rope_scaling",
              parse(
                  "{\"factor\": 8.0, \"low_freq_factor\": 1.0, \"high_freq_factor\": 4.0,"
                      + " \"original_max_position_embeddings\": 64, \"type\": \"llama3\"}"));
          return config;
        });
  }

  @Test
  void qwenInsideAModelThatAlsoSees() {
    assertSame(
        GoldenTest.golden("qwen3.5"),
        store ->
            store
                .renamed(name -> name.replaceFirst("^model\\.", "model.language_model."))
                .with(vision()),
        config -> {
          config.remove("layer_types");
          return wrapped("qwen3_5", config);
        });
  }

  private static Tensor vision() {
    return Tensor.of("model.visual.patch", Dtype.F32, MemorySegment.ofArray(new float[4]), 4);
  }

  @Test
  void gemmaInsideAModelThatAlsoSees() {
    assertSame(
        GoldenTest.golden("gemma3"),
        store -> store.renamed(name -> "language_model." + name),
        config -> {
          config.remove(List.of("rope_parameters", "layer_types", "_sliding_window_pattern"));
          config.remove(List.of("rms_norm_eps", "tie_word_embeddings"));
          config.put("rope_theta", 1000000.0).put("rope_local_base_freq", 10000.0);
          config.put("sliding_window_pattern", 4);
          return wrapped("gemma3", config);
        });
  }

  @Test
  void bareModelsHaveNoPrefix() {
    assumeTrue(Oracle.isThere(), () -> "no reference data at " + Oracle.ROOT);
    assertSame(
        Oracle.ROOT.resolve("models/gpt2"),
        store -> store.renamed(name -> name.replaceFirst("^transformer\\.", "")),
        config -> config);
  }

  @Test
  void expertsInOneTensor() {
    assumeTrue(Oracle.isThere(), () -> "no reference data at " + Oracle.ROOT);
    try (Arena arena = Arena.ofShared()) {
      assertSame(
          Oracle.ROOT.resolve("models/qwen3-moe"),
          store -> {
            for (int layer = 0; layer < 4; layer++) {
              fuse(store, layer, arena);
            }
          },
          config -> config);
    }
  }

  /// Puts the experts of a layer into two stacks, gates above ups.
  private static void fuse(TestStore store, int layer, Arena arena) {
    String experts = "model.layers.%d.mlp.experts.".formatted(layer);
    List<Tensor> gatesAndUps = new ArrayList<>();
    List<Tensor> downs = new ArrayList<>();
    for (int e = 0; e < 8; e++) {
      gatesAndUps.add(take(store, experts + e + ".gate_proj.weight"));
      gatesAndUps.add(take(store, experts + e + ".up_proj.weight"));
      downs.add(take(store, experts + e + ".down_proj.weight"));
    }
    store.with(stack(experts + "gate_up_proj", gatesAndUps, arena, 8, 96, 64));
    store.with(stack(experts + "down_proj", downs, arena, 8, 64, 48));
  }

  private static Tensor take(TestStore store, String name) {
    Tensor tensor = store.tensor(name).orElseThrow();
    store.without(name);
    return tensor;
  }

  private static Tensor stack(String name, List<Tensor> parts, Arena arena, long... shape) {
    long bytes = parts.stream().mapToLong(part -> part.data().byteSize()).sum();
    MemorySegment all = arena.allocate(bytes, 64);
    long at = 0;
    for (Tensor part : parts) {
      MemorySegment.copy(part.data(), 0, all, at, part.data().byteSize());
      at += part.data().byteSize();
    }
    return Tensor.of(name, parts.getFirst().dtype(), all, shape);
  }
}
