package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.tensor.StrictJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// The reference cases of tokenizers, where the machine has them.
final class Oracle {
  private Oracle() {}

  static Path folder(String name) {
    Path folder = Path.of(System.getProperty("freehold.oracle", "none"), name);
    assumeTrue(Files.isDirectory(folder), "no reference data at " + folder);
    return folder;
  }

  static List<JsonNode> cases(Path folder) {
    return StrictJson.parse(folder.resolve("cases.json")).get("cases").values().stream().toList();
  }

  static int[] ids(JsonNode node) {
    return node.values().stream().mapToInt(JsonNode::intValue).toArray();
  }

  /// Decodes id by id, in whole characters, and joins.
  static String streamed(Tokenizer tokenizer, int[] ids, boolean showSpecial) {
    StreamDecoder decoder = tokenizer.streamDecoder(showSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String part = decoder.feed(id);
      if (!part.isEmpty()) {
        assertThat(Character.isLowSurrogate(part.charAt(0))).isFalse();
        assertThat(Character.isHighSurrogate(part.charAt(part.length() - 1))).isFalse();
      }
      text.append(part);
    }
    return text.append(decoder.finish()).toString();
  }
}
