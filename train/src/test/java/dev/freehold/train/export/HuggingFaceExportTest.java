package dev.freehold.train.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorStore;
import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// An exported folder is the model: its logits, its tokenizer, what other programs ask for; the
/// same bytes each time, and nothing else is lost for it.
class HuggingFaceExportTest {
  @TempDir private Path home;

  private Path target() {
    return home.resolve("model");
  }

  @ParameterizedTest
  @CsvSource({
    "qwen3-tied,Qwen3ForCausalLM",
    "llama,LlamaForCausalLM",
    "olmo2,Olmo2ForCausalLM",
  })
  void logitsHaveTheBitsOfTheCheckpoint(String type, String className) throws IOException {
    Path checkpoint = TinyCheckpoint.train(type, home.resolve("run"));
    HuggingFaceExport.write(checkpoint, target(), Dtype.F32);
    assertThat(TinyCheckpoint.logits(target())).isEqualTo(TinyCheckpoint.logits(checkpoint));
    assertThat(TinyCheckpoint.names(target()))
        .containsExactly(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json");
    JsonNode config = StrictJson.parse(target().resolve("config.json"));
    assertThat(config.path("architectures").path(0).asString()).isEqualTo(className);
    assertThat(config.path("torch_dtype").asString()).isEqualTo("float32");
    assertThat(config.path("dtype").asString()).isEqualTo("float32");
    assertThat(config.path("bos_token_id").isNull()).isTrue();
    assertThat(config.path("tie_word_embeddings").asBoolean()).isEqualTo(type.endsWith("-tied"));
    int end = StrictJson.parse(checkpoint.resolve("config.json")).path("eos_token_id").asInt();
    assertThat(StrictJson.parse(target().resolve("generation_config.json")))
        .hasToString("{\"do_sample\":false,\"eos_token_id\":%d}".formatted(end));
    assertThat(target().resolve("special_tokens_map.json")).content().contains("<|im_end|>");
    try (TensorStore store = ModelFiles.open(target())) {
      assertThat(store.metadata().string("freehold.step")).isEqualTo("4");
    }
  }

  @ParameterizedTest
  @CsvSource({"F16,1e-3,float16", "BF16,1e-2,bfloat16"})
  void otherDtypesComeNear(Dtype dtype, float tolerance, String name) throws IOException {
    Path checkpoint = TinyCheckpoint.train("llama", home.resolve("run"));
    HuggingFaceExport.write(checkpoint, target(), dtype);
    float[] expected = TinyCheckpoint.logits(checkpoint);
    float[] found = TinyCheckpoint.logits(target());
    float largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i] - found[i]));
    }
    assertThat(largest).isGreaterThan(0).isLessThan(tolerance);
    assertThat(target().resolve("config.json")).content().contains("\"" + name + "\"");
    try (TensorStore store = ModelFiles.open(target())) {
      assertThat(store.tensors().values()).allMatch(tensor -> tensor.dtype() == dtype);
    }
  }

  @Test
  void theSameCheckpointGivesTheSameBytesAndReplacesOnlyAnExport() throws IOException {
    Path checkpoint = TinyCheckpoint.train("qwen3-tied", home.resolve("run"));
    HuggingFaceExport.write(checkpoint, target(), Dtype.BF16);
    Path other = home.resolve("other");
    HuggingFaceExport.write(checkpoint, other, Dtype.F32);
    HuggingFaceExport.write(checkpoint, other, Dtype.BF16);
    for (String name : TinyCheckpoint.names(target())) {
      assertThat(Sha256.of(other.resolve(name))).isEqualTo(Sha256.of(target().resolve(name)));
    }
    assertThat(TinyCheckpoint.names(home)).containsExactly("model", "other", "run");

    Path mine = home.resolve("mine");
    Files.createDirectories(mine);
    Files.writeString(mine.resolve("notes.txt"), "mine");
    assertThatThrownBy(() -> HuggingFaceExport.write(checkpoint, mine, Dtype.F32))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("mine: holds notes.txt, which is no part of an export");
    assertThatThrownBy(() -> HuggingFaceExport.write(checkpoint, checkpoint, Dtype.F32))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("holds checkpoint.json");
    Files.createDirectories(home.resolve("new.part/deep"));
    assertThatThrownBy(() -> HuggingFaceExport.write(checkpoint, home.resolve("new"), Dtype.F32))
        .hasMessageContaining("new.part: holds deep");
    assertThat(mine.resolve("notes.txt")).hasContent("mine");
    assertThat(home.resolve("new.part/deep")).isDirectory();
  }

  @Test
  void whatCannotBeWrittenLeavesWhatWasThere() throws IOException {
    Path checkpoint = TinyCheckpoint.train("llama", home.resolve("run"));
    HuggingFaceExport.write(checkpoint, target(), Dtype.F32);
    String before = Sha256.of(target().resolve("model.safetensors"));
    Path altered = TinyCheckpoint.copy(checkpoint, home.resolve("altered"));
    Path file = altered.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, 1e6f);
    Files.write(file, bytes);
    assertThatThrownBy(() -> HuggingFaceExport.write(altered, target(), Dtype.F16))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("tensor lm_head.weight, row 303:");
    assertThatThrownBy(() -> HuggingFaceExport.write(altered, target(), Dtype.Q8_0))
        .hasMessageContaining("expected one of [F32, F16, BF16], found Q8_0");
    assertThat(Sha256.of(target().resolve("model.safetensors"))).isEqualTo(before);
    assertThat(TinyCheckpoint.names(home)).containsExactly("altered", "model", "run");
    assertThatThrownBy(() -> HuggingFaceExport.write(home, target(), Dtype.F32))
        .hasMessageContaining("no config.json");
  }
}
