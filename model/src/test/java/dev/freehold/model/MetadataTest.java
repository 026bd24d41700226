package dev.freehold.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.Tier;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Bad metadata and tensors that do not fit it are refused before anything runs, by name.
class MetadataTest {
  private static void assertGgufRefused(Consumer<TestStore> change, String... parts) {
    TestStore store = TestStore.of(ModelFiles.open(GoldenTest.golden("qwen2")));
    change.accept(store);
    assertThatThrownBy(() -> openGguf(store).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll(parts);
  }

  private static Model openGguf(TensorStore store) {
    return Model.open(Config.gguf(store), store, GoldenTest.exact(Tier.REFERENCE));
  }

  @ParameterizedTest
  @CsvSource({
    "qwen2.attention.head_count, 0",
    "qwen2.attention.head_count_kv, 0",
    "qwen2.attention.head_count_kv, 3",
    "qwen2.attention.key_length, 0",
    "qwen2.attention.key_length, 268435456",
    "qwen2.rope.dimension_count, 0",
    "qwen2.rope.dimension_count, 7",
    "qwen2.rope.dimension_count, 1000",
    "qwen2.vocab_size, 0",
    "qwen2.block_count, 0",
    "qwen2.block_count, 1000000",
    "qwen2.embedding_length, 0",
    "qwen2.embedding_length, -64",
    "qwen2.feed_forward_length, 0",
    "qwen2.context_length, 0",
    "qwen2.context_length, 1152921504606846976"
  })
  void impossibleNumbersAreRefusedByTheirKey(String key, long value) {
    assertGgufRefused(
        store -> store.with(key, value),
        key.contains("head_count_kv") && value != 0 || value == 268435456 ? "heads" : key);
  }

  @Test
  void valuesOfAnotherTypeAreRefusedByTheirKey() {
    String key = "qwen2.attention.head_count";
    assertGgufRefused(store -> store.with(key, "four"), key, "an integer", "four");
    assertGgufRefused(
        store -> store.with("qwen2.attention.layer_norm_rms_epsilon", Double.NaN),
        "qwen2.attention.layer_norm_rms_epsilon");
    assertGgufRefused(store -> store.values().remove(key), key, "missing");
  }

  @Test
  void expertsMustBeSome() {
    assertGgufRefused(
        store -> store.with("general.architecture", "qwen3moe").values().putAll(moe(0)),
        "qwen3moe.expert_count");
  }

  private static Map<String, Object> moe(long experts) {
    return Map.of(
        "qwen3moe.expert_count",
        experts,
        "qwen3moe.expert_used_count",
        2L,
        "qwen3moe.expert_feed_forward_length",
        48L,
        "qwen3moe.attention.layer_norm_rms_epsilon",
        1e-6,
        "qwen3moe.attention.head_count",
        4L,
        "qwen3moe.embedding_length",
        64L);
  }

  @Test
  void anUnknownArchitectureListsTheKnownOnes() {
    assertGgufRefused(
        store -> store.with("general.architecture", "quantum"),
        "general.architecture quantum",
        "llama",
        "qwen35moe");
    assertThatThrownBy(() -> huggingFace("{\"model_type\": \"quantum\"}"))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("model_type quantum", "gemma3_text");
  }

  @Test
  void aMissingTensorIsNamedWithItsShape() {
    assertGgufRefused(
        store -> store.without("blk.2.ffn_down.weight"),
        "tensor blk.2.ffn_down.weight: missing",
        "[64, 128]");
  }

  @Test
  void aTensorOfAnotherShapeIsNamedWithBothShapes() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(4L * 64 * 127);
      Tensor narrow = Tensor.of("blk.2.ffn_down.weight", Dtype.F32, bytes, 64, 127);
      assertGgufRefused(
          store -> store.with(narrow), "blk.2.ffn_down.weight", "[64, 128]", "[64, 127]");
      Tensor norm = Tensor.of("blk.0.attn_norm.weight", Dtype.F32, arena.allocate(12), 3);
      assertGgufRefused(store -> store.with(norm), "blk.0.attn_norm.weight", "[64]", "[3]");
    }
  }

  @Test
  void badNumbersInWeightsEndWithAnErrorThatNamesTheLogit() {
    TestStore store = TestStore.of(ModelFiles.open(GoldenTest.golden("qwen2")));
    try (Arena arena = Arena.ofShared()) {
      MemorySegment bytes = arena.allocate(4L * 64);
      bytes.setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, 5, Float.NaN);
      store.with(Tensor.of("output_norm.weight", Dtype.F32, bytes, 64));
      try (Model model = openGguf(store);
          Sequence sequence = model.newSequence(10)) {
        dev.freehold.kernel.Rows logits = dev.freehold.kernel.Rows.allocate(1, 512);
        assertThatThrownBy(
                () -> model.forward(sequence, new int[] {1, 2}, 0, 2, LogitsOf.LAST, logits))
            .isInstanceOf(ModelException.class)
            .hasMessageContaining("logit of token id 0 is NaN");
        assertThat(sequence.length()).isZero();
      }
    }
  }

  private static Config huggingFaceConfig(String json, TensorStore store) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return Config.huggingFace(StrictJson.parse(bytes, "config.json"), store);
  }

  private static void huggingFace(String json) {
    TestStore store = TestStore.of(Map.of());
    Model.open(huggingFaceConfig(json, store), store, GoldenTest.exact(Tier.REFERENCE)).close();
  }

  @Test
  void codeInARepositoryIsIgnoredAndReported() {
    Config config =
        huggingFaceConfig(
            "{\"model_type\": \"llama\", \"auto_map\": {\"AutoModel\": \"evil.Model\"}}",
            TestStore.of(Map.of()));
    assertThat(config.notes()).singleElement().asString().contains("auto_map");
  }

  @Test
  void foreignQuantizationIsRefusedByName() {
    assertThatThrownBy(() ->
            huggingFace(
                "{\"model_type\": \"llama\","
                    + " \"quantization_config\": {\"quant_method\": \"gptq\"}}"))
        .isInstanceOf(ModelException.class)
        .hasMessageContainingAll("quantization_config", "gptq", "GGUF");
  }
}
