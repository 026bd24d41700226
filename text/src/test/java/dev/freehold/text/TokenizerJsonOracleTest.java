package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.TensorStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TokenizerJsonOracleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "hf-bytelevel",
        "hf-bpe-split",
        "hf-bpe-fallback",
        "hf-unigram",
        "hf-wordpiece",
        "hf-wordlevel"
      })
  void everyCaseBothWays(String name) {
    Path folder = Oracle.folder("tokenizers/" + name);
    Tokenizer tokenizer = Tokenizer.fromFolder(folder);
    for (JsonNode one : Oracle.cases(folder)) {
      String text = one.get("text").stringValue();
      int[] ids = Oracle.ids(one.get("ids"));
      int[] withSpecials = Oracle.ids(one.get("ids_special"));
      String decoded = one.get("decoded").stringValue();
      String skipped = one.get("decoded_skip_special").stringValue();
      assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids);
      assertThat(tokenizer.encode(Prompt.trusted(text))).as(text).isEqualTo(ids);
      assertThat(tokenizer.encodeWithSpecials(text)).as(text).isEqualTo(withSpecials);
      assertThat(tokenizer.decode(ids, true)).as(text).isEqualTo(decoded);
      assertThat(Oracle.streamed(tokenizer, ids, true)).isEqualTo(decoded);
      assertThat(tokenizer.decode(withSpecials, false)).as(text).isEqualTo(skipped);
      assertThat(Oracle.streamed(tokenizer, withSpecials, false)).isEqualTo(skipped);
    }
  }

  @Test
  void ggufAndFolderGiveTheSameIds() throws Exception {
    Path cases = Oracle.folder("tokenizers/hf-bytelevel");
    Path gguf = Oracle.folder("gguf").resolve("llama.gguf");
    Path folder = Oracle.folder("models/llama");
    assertThat(Files.exists(gguf)).isTrue();
    Tokenizer fromFolder = Tokenizer.fromFolder(folder);
    try (TensorStore store = Gguf.open(gguf)) {
      Tokenizer fromGguf = Tokenizer.fromGguf(store.metadata());
      for (JsonNode one : Oracle.cases(cases)) {
        String text = one.get("text").stringValue();
        assertThat(fromGguf.encode(text, true)).isEqualTo(fromFolder.encode(text, true));
      }
      assertThat(fromGguf.eosId()).isEqualTo(fromFolder.eosId());
      assertThat(fromGguf.vocabularySize()).isEqualTo(fromFolder.vocabularySize());
    }
  }
}
