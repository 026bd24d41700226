package dev.freehold.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class StrictJsonTest {
  private static JsonNode parse(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "config.json");
  }

  @Test
  void ordinaryDocumentsAreRead() {
    JsonNode node = parse(" {\"a\": [1, 2.5, \"größe 🙂\"], \"b\": null} \n");
    assertThat(node.get("a").get(0).intValue()).isEqualTo(1);
    assertThat(node.get("a").get(2).stringValue()).isEqualTo("größe 🙂");
    assertThat(node.get("b").isNull()).isTrue();
    assertThat(parse("null").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": 1,\\n \"a\": 2} | line 2",
        "{\"x\": {\"a\": 1, \"b\": 2, \"a\": 3}} | line 1",
        "[1] [2] | line 1",
        "[1, 2 | line 1",
        "[1,] | line 1",
        "{a: 1} | line 1",
        "[NaN] | line 1",
        "[01] | line 1",
        "// x | line 1",
        "`` | no JSON value",
        "` ` | no JSON value",
      })
  void wrongDocumentsAreRefusedWithTheirPlace(String text, String place) {
    assertThatThrownBy(() -> parse(text.replace("\\n", "\n")))
        .isInstanceOf(TensorException.class)
        .hasMessageStartingWith("config.json: ")
        .hasMessageContaining(place);
  }

  @Test
  void notUtf8IsRefusedAtItsByte() {
    for (int[] bad :
        new int[][] {{0xc0, 0x80}, {0xed, 0xa0, 0x80}, {0xff}, {0xe4, 0x22}, {0xf4, 0x90}}) {
      byte[] text = "[\"abcdefgh\"]".getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < bad.length; i++) {
        text[4 + i] = (byte) bad[i];
      }
      assertThatThrownBy(() -> StrictJson.parse(text, "x.json"))
          .isInstanceOf(TensorException.class)
          .hasMessageMatching("x.json: not UTF-8 at byte [456].*");
    }
    assertThatThrownBy(() -> parse("\uFEFF{}"))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("byte order mark");
    assertThatThrownBy(
            () -> StrictJson.parse("{}".getBytes(StandardCharsets.UTF_16LE), "config.json"))
        .isInstanceOf(TensorException.class);
  }

  @Test
  void halvesOfSurrogatePairsAreRefusedByKey() {
    String name = "{\"a\": 1, \"name\": ";
    for (String half :
        new String[] {
          "\\ud800", "\\udc00", "x\\ud83dx", "\\ude42\\ud83d", "\\ud83d\\ud83d\\ude42"
        }) {
      for (String text :
          new String[] {name + "\"" + half + "\"}", name + "[[\"" + half + "\"]]}"}) {
        assertThatThrownBy(() -> parse(text))
            .isInstanceOf(TensorException.class)
            .hasMessageContaining("config.json: name: ");
      }
      assertThatThrownBy(() -> parse(name + "{\"" + half + "\": 1}}"))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("surrogate");
    }
    assertThat(parse("[\"\\ud83d\\ude42\"]").get(0).stringValue()).isEqualTo("🙂");
  }

  @Test
  void filesAreReadAndMissingOnesNamed(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "[1]");
    assertThat(StrictJson.parse(file).size()).isEqualTo(1);
    assertThatThrownBy(() -> StrictJson.parse(folder.resolve("b.json")))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("b.json: no such file");
    assertThatThrownBy(() -> StrictJson.parse(file, StrictJson.Limits.DEFAULT.withMaxBytes(2)))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("limit of 2");
  }
}
