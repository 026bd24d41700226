package dev.freehold.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.StrictJson;
import dev.freehold.text.ChatTemplate;
import dev.freehold.text.Conversation;
import dev.freehold.text.TextException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Templates of our own against goldens.
///
/// The goldens are what jinja2 3.1.6 renders, in an `ImmutableSandboxedEnvironment` with
/// `trim_blocks`, `lstrip_blocks`, loop controls, a `tojson` that is `json.dumps` with
/// `ensure_ascii` off, and the time fixed as below.
class TemplateCasesTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  @Test
  void expressionsAndStatementsComputeWhatJinja2Does() {
    JsonNode file = StrictJson.parse(resource("expressions.json"), "expressions.json");
    Map<String, JsonNode> variables = new LinkedHashMap<>();
    file.get("variables").properties().forEach(e -> variables.put(e.getKey(), e.getValue()));
    List<String> failures = new ArrayList<>();
    for (JsonNode expectation : file.get("cases")) {
      String source = expectation.get("template").stringValue();
      check(
              source,
              expectation,
              () -> Template.parse(source).render(variables, Map.of(), NOW).text())
          .ifPresent(failures::add);
    }
    assertThat(failures).isEmpty();
    assertThat(file.get("cases").size()).isGreaterThan(800);
  }

  @Test
  void conversationsRenderAsWithJinja2() {
    JsonNode file = StrictJson.parse(resource("conversations.json"), "conversations.json");
    List<String> failures = new ArrayList<>();
    for (JsonNode expectation : file.get("cases")) {
      String name = expectation.get("conversation").stringValue();
      String template = expectation.get("template").stringValue();
      Conversation conversation = Conversation.parse(file.get("conversations").get(name), name);
      check(
              template + "/" + name,
              expectation,
              () ->
                  ChatTemplate.parse(source(template))
                      .render(conversation, Optional.of("<s>"), Optional.of("</s>"), NOW)
                      .text())
          .ifPresent(failures::add);
    }
    assertThat(failures).isEmpty();
    assertThat(file.get("cases").size()).isEqualTo(22);
  }

  private static Optional<String> check(
      String name, JsonNode expectation, Supplier<String> rendering) {
    JsonNode expected = expectation.path("text");
    try {
      String text = rendering.get();
      if (expected.isString() && text.equals(expected.stringValue())) {
        return Optional.empty();
      }
      return Optional.of(name + ": \"" + text + "\", not " + expectation);
    } catch (TextException e) {
      boolean located = String.valueOf(e.getMessage()).startsWith("chat template, line ");
      if (expected.isMissingNode() && located) {
        return Optional.empty();
      }
      return Optional.of(name + ": error \"" + e.getMessage() + "\", not " + expectation);
    }
  }

  static String source(String template) {
    return new String(resource(template + ".jinja"), StandardCharsets.UTF_8);
  }

  static byte[] resource(String name) {
    try (InputStream bytes = TemplateCasesTest.class.getResourceAsStream(name)) {
      if (bytes == null) {
        throw new AssertionError("no resource " + name);
      }
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError(name, e);
    }
  }
}
