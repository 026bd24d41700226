package dev.freehold.text.jinja;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.freehold.tensor.StrictJson;
import dev.freehold.text.TextException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// Any source is either rendered or refused with a [TextException], whatever it holds.
@Tag("fuzz")
class TemplateFuzzTest {
  private static final Map<String, JsonNode> VARIABLES =
      Map.of(
          "messages",
          StrictJson.parse(
              """
              [{"role": "user", "content": "Grüezi 😀"},
               {"role": "assistant", "content": null,
                "tool_calls": [{"function": {"name": "f", "arguments": {"a": [1, 2.5, true]}}}]}]
              """
                  .getBytes(StandardCharsets.UTF_8),
              "messages"));

  /// The golden templates, to begin with.
  static Stream<Arguments> seeds() {
    JsonNode file =
        StrictJson.parse(TemplateCasesTest.resource("expressions.json"), "expressions.json");
    return file.get("cases")
        .valueStream()
        .map(expectation -> expectation.get("template").stringValue())
        .map(source -> Arguments.of((Object) source.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void sourceIsRenderedOrRefused(byte[] source) {
    try {
      Template.parse(new String(source, StandardCharsets.UTF_8))
          .render(VARIABLES, Map.of("bos_token", "<s>"), LocalDateTime.of(2026, 1, 2, 3, 4, 5));
    } catch (TextException e) {
      if (!String.valueOf(e.getMessage()).startsWith("chat template, line ")) {
        throw e;
      }
    }
  }
}
