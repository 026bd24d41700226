package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Small tokenizers of our own with the ids and texts that version 0.23.2 of the `tokenizers`
/// library gives; a selection of the reference cases.
class TokenizerGoldenTest {
  private static Path folder(String name) throws Exception {
    URL url = TokenizerGoldenTest.class.getResource(name + "/tokenizer.json");
    return Path.of(Objects.requireNonNull(url).toURI()).resolveSibling("");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-bpe-split", "hf-bpe-fallback", "hf-unigram", "hf-wordpiece"})
  void idsAndTexts(String name) throws Exception {
    Path folder = folder(name);
    Tokenizer tokenizer = Tokenizer.fromFolder(folder);
    for (JsonNode one : Oracle.cases(folder)) {
      String text = one.get("text").stringValue();
      int[] ids = Oracle.ids(one.get("ids"));
      int[] withSpecials = Oracle.ids(one.get("ids_special"));
      assertThat(tokenizer.encode(text, true)).as(text).isEqualTo(ids);
      assertThat(tokenizer.encodeWithSpecials(text)).as(text).isEqualTo(withSpecials);
      assertThat(Oracle.streamed(tokenizer, ids, true))
          .isEqualTo(tokenizer.decode(ids, true))
          .isEqualTo(one.get("decoded").stringValue());
      assertThat(Oracle.streamed(tokenizer, withSpecials, false))
          .isEqualTo(tokenizer.decode(withSpecials, false))
          .isEqualTo(one.get("decoded_skip_special").stringValue());
    }
  }
}
