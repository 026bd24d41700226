package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.TensorStore;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class GgufTokenizerOracleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt-2",
        "llama-spm",
        "phi-3",
        "starcoder",
        "gpt-neox",
        "deepseek-llm",
        "deepseek-coder"
      })
  void everyCaseBothWays(String name) {
    Path folder = Oracle.folder("tokenizers/" + name);
    try (TensorStore store = Gguf.open(folder.resolve("vocab.gguf"))) {
      Tokenizer tokenizer = Tokenizer.fromGguf(store.metadata());
      for (JsonNode one : Oracle.cases(folder)) {
        String text = one.get("text").stringValue();
        int[] ids = Oracle.ids(one.get("ids"));
        String decoded = one.has("decoded") ? one.get("decoded").stringValue() : text;
        assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(ids);
        if (!text.contains("<pad>")) { // a mark, which untrusted text does not become
          assertThat(tokenizer.encode(Prompt.untrusted(text))).as(text).isEqualTo(ids);
        }
        assertThat(tokenizer.decode(ids, true)).isEqualTo(decoded);
        assertThat(Oracle.streamed(tokenizer, ids, true)).isEqualTo(decoded);
      }
    }
  }
}
