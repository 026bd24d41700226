package dev.freehold.train.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// An exported GGUF file is the model: its logits, its tokenizer, its template; the same bytes each
/// time.
class GgufExportTest {
  private static final List<String> TEXTS =
      List.of(
          "Hello, world!  12345 is a number.\n\n\tTabs",
          "Zo\u00eb's caf\u00e9: \ud83c\udf0d \u65e5\u672c\u8a9e",
          "<|im_start|>user\nWhat is 17 + 25?<|im_end|>\n");

  @TempDir private Path home;

  private List<String> export(Path checkpoint, Path target, Dtype dtype) {
    return GgufExport.write(checkpoint, target, dtype, Optional.empty());
  }

  private static Dtype dtype(TensorStore store, String name) {
    return store.tensor(name).orElseThrow().dtype();
  }

  private static float largestDifference(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    float largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3-tied", "qwen3", "olmo2", "olmo2-tied"})
  void logitsHaveTheBitsOfTheCheckpoint(String type) throws IOException {
    Path checkpoint = TinyCheckpoint.train(type, home.resolve("run"));
    Path file = home.resolve("model.gguf");
    export(checkpoint, file, Dtype.F32);
    assertThat(TinyCheckpoint.logits(file)).isEqualTo(TinyCheckpoint.logits(checkpoint));
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-tied"})
  void llamaLogitsAgreeUpToRounding(String type) throws IOException {
    Path checkpoint = TinyCheckpoint.train(type, home.resolve("run"));
    Path file = home.resolve("model.gguf");
    export(checkpoint, file, Dtype.F32);
    float[] expected = TinyCheckpoint.logits(checkpoint);
    assertThat(largestDifference(expected, new float[expected.length])).isGreaterThan(0.1f);
    assertThat(largestDifference(TinyCheckpoint.logits(file), expected)).isLessThan(1e-5f);
  }

  @Test
  void samplingIsTakenOver() throws IOException {
    Path checkpoint = TinyCheckpoint.train("qwen3", home.resolve("run"));
    Path config = checkpoint.resolve("generation_config.json");
    Path file = home.resolve("model.gguf");
    Files.writeString(config, "{\"temperature\": 0.5, \"top_p\": 0.25}");
    export(checkpoint, file, Dtype.F32);
    try (TensorStore store = Gguf.open(file)) {
      assertThat(store.metadata().real("general.sampling.temp")).isEqualTo(0.5);
      assertThat(store.metadata().real("general.sampling.top_p")).isEqualTo(0.25);
    }
    Files.writeString(config, "{\"do_sample\": false}");
    export(checkpoint, file, Dtype.F32);
    try (TensorStore store = Gguf.open(file)) {
      assertThat(store.metadata().real("general.sampling.temp")).isEqualTo(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"F16,1e-3", "BF16,1e-2", "Q8_0,1e-2", "Q4_0,2e-1"})
  void otherDtypesComeNear(Dtype dtype, float tolerance) throws IOException {
    Path checkpoint = TinyCheckpoint.train("llama", home.resolve("run"));
    Path file = home.resolve("model.gguf");
    List<String> notes = export(checkpoint, file, dtype);
    float[] expected = TinyCheckpoint.logits(checkpoint);
    assertThat(largestDifference(TinyCheckpoint.logits(file), expected))
        .isGreaterThan(0)
        .isLessThan(tolerance);
    Dtype head = dtype == Dtype.Q4_0 ? Dtype.Q8_0 : dtype;
    Dtype down = dtype.isQuantized() ? Dtype.F16 : dtype;
    try (TensorStore store = Gguf.open(file)) {
      assertThat(dtype(store, "token_embd.weight")).isEqualTo(dtype);
      assertThat(dtype(store, "blk.1.attn_q.weight")).isEqualTo(dtype);
      assertThat(dtype(store, "blk.1.attn_norm.weight")).isEqualTo(Dtype.F32);
      assertThat(dtype(store, "output.weight")).isEqualTo(head);
      assertThat(dtype(store, "blk.0.ffn_down.weight")).isEqualTo(down);
    }
    assertThat(notes).hasSize(dtype.isQuantized() ? 2 : 0);
    assertThat(notes).allMatch(note -> note.contains("ffn_down") && note.contains("rows of 48"));
  }

  @Test
  void metadataTokenizerAndTemplateAreThoseOfTheFolder() throws IOException {
    Path checkpoint = TinyCheckpoint.train("qwen3-tied", home.resolve("run"));
    Path file = home.resolve("model.gguf");
    GgufExport.write(checkpoint, file, Dtype.Q8_0, Optional.of("Tiny"));
    Tokenizer expected = Tokenizer.fromFolder(checkpoint);
    try (TensorStore store = Gguf.open(file)) {
      Metadata metadata = store.metadata();
      assertThat(metadata.string("general.name")).isEqualTo("Tiny");
      assertThat(metadata.integer("general.file_type")).isEqualTo(7);
      assertThat(metadata.integer("qwen3.attention.head_count_kv")).isEqualTo(2);
      assertThat(metadata.integer("qwen3.rope.dimension_count")).isEqualTo(8);
      assertThat(metadata.string("tokenizer.ggml.pre")).isEqualTo("smollm");
      assertThat(metadata.bool("tokenizer.ggml.add_bos_token")).isFalse();
      assertThat(metadata.strings("tokenizer.ggml.tokens")).hasSize(304).endsWith("[PAD303]");
      assertThat(metadata.string("freehold.step")).isEqualTo("4");
      Tokenizer tokenizer = Tokenizer.fromGguf(metadata);
      for (String text : TEXTS) {
        int[] ids = expected.encode(text, true);
        assertThat(tokenizer.encode(text, true)).isEqualTo(ids);
        assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
      }
      assertThat(tokenizer.eosId()).isEqualTo(expected.eosId());
      assertThat(tokenizer.stopIds()).containsAll(expected.stopIds());
      assertThat(ChatTemplates.fromGguf(metadata).sources())
          .isEqualTo(ChatTemplates.fromFolder(checkpoint).sources());
    }
  }

  /// Reference data that is not part of the project: the same models as another program laid them
  /// out.
  @ParameterizedTest
  @ValueSource(strings = {"llama", "qwen3", "olmo2"})
  void tensorsAndTokensAreThoseOfTheReference(String name) {
    Path oracle = Path.of(System.getProperty("freehold.oracle", "none"));
    Path reference = oracle.resolve("gguf/" + name + ".gguf");
    assumeTrue(Files.exists(reference), "no reference data at freehold.oracle");
    Path file = home.resolve("model.gguf");
    export(oracle.resolve("models/" + name), file, Dtype.BF16);
    try (TensorStore found = Gguf.open(file);
        TensorStore expected = Gguf.open(reference)) {
      assertThat(found.tensors().keySet()).isEqualTo(expected.tensors().keySet());
      for (Tensor tensor : expected.tensors().values()) {
        Tensor same = found.tensor(tensor.name()).orElseThrow();
        assertThat(same.dtype()).as(tensor.name()).isEqualTo(tensor.dtype());
        assertThat(same.shape()).as(tensor.name()).isEqualTo(tensor.shape());
        assertThat(same.data().mismatch(tensor.data())).as(tensor.name()).isEqualTo(-1);
      }
      Map<String, Object> keys = new TreeMap<>(expected.metadata().asMap());
      keys.remove("general.name");
      assertThat(found.metadata().asMap()).containsAllEntriesOf(keys);
    }
  }

  @Test
  void theSameCheckpointGivesTheSameBytes() throws IOException {
    Path checkpoint = TinyCheckpoint.train("llama-tied", home.resolve("run"));
    Path elsewhere = TinyCheckpoint.copy(checkpoint, home.resolve("a/b/other"));
    Files.copy(checkpoint.resolve("checkpoint.json"), elsewhere.resolve("checkpoint.json"));
    Path first = home.resolve("first.gguf");
    Path second = home.resolve("second.gguf");
    Files.writeString(second, "what was there is replaced");
    export(checkpoint, first, Dtype.Q8_0);
    export(elsewhere, second, Dtype.Q8_0);
    assertThat(Sha256.of(first)).isEqualTo(Sha256.of(second));
  }

  /// Overwrites the last value of the file, which is that of its last tensor.
  private static void setLastValue(Path folder, float value) throws IOException {
    Path file = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, value);
    Files.write(file, bytes);
  }

  @Test
  void weightsThatCannotBeWrittenAreNamedAndLeaveNoFile() throws IOException {
    Path checkpoint = TinyCheckpoint.train("llama", home.resolve("run"));
    Path altered = TinyCheckpoint.copy(checkpoint, home.resolve("altered"));
    Path target = home.resolve("out/model.gguf");
    Files.createDirectory(home.resolve("out"));
    setLastValue(altered, Float.NaN);
    assertThatThrownBy(() -> export(altered, target, Dtype.Q8_0))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("tensor lm_head.weight, row 303, column 31: NaN");
    setLastValue(altered, 1e6f);
    assertThatThrownBy(() -> export(altered, target, Dtype.F16))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("tensor lm_head.weight, row 303:");
    assertThat(TinyCheckpoint.names(home.resolve("out"))).isEmpty();
  }

  @Test
  void anAlteredCheckpointIsRefused() throws IOException {
    Path checkpoint = TinyCheckpoint.train("qwen3-tied", home.resolve("run"));
    setLastValue(checkpoint, 0.5f);
    assertThatThrownBy(() -> export(checkpoint, home.resolve("model.gguf"), Dtype.F32))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("the weights are not those that checkpoint.json names");
  }

  @Test
  void whatIsNoTrainedModelIsRefused() throws IOException {
    Path target = home.resolve("model.gguf");
    assertThatThrownBy(() -> export(home, target, Dtype.F32))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("no config.json");
    assertThatThrownBy(() -> export(home, target, Dtype.Q4_K))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("expected one of [F32, F16, BF16, Q8_0, Q4_0], found Q4_K");
    Path checkpoint = TinyCheckpoint.train("qwen3-tied", home.resolve("run"));
    Path altered = TinyCheckpoint.copy(checkpoint, home.resolve("altered"));
    Path config = altered.resolve("config.json");
    String original = Files.readString(config);
    Files.writeString(config, original.replace("\"head_dim\":8", "\"head_dim\":4"));
    assertThatThrownBy(() -> export(altered, target, Dtype.F32))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("q_proj.weight: expected the shape [16, 32], found [32, 32]");
    Files.writeString(config, original.replace("\"vocab_size\":304", "\"vocab_size\":200"));
    assertThatThrownBy(() -> export(altered, target, Dtype.F32))
        .hasMessageContaining("embed_tokens.weight: expected the shape [200, 32]");
    Files.writeString(config, original.replace("_layers\":2", "_layers\":1"));
    assertThatThrownBy(() -> export(altered, target, Dtype.F32))
        .hasMessageContaining("would be lost");
    assertThat(target).doesNotExist();
  }
}
