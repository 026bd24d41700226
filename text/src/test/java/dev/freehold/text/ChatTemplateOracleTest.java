package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Real templates against what jinja2 renders, character for character, errors included.
class ChatTemplateOracleTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("freehold.oracle", "oracle"), "templates");

  @Test
  void everyConversationRendersAsWithJinja2() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "no reference data in " + FOLDER);
    JsonNode conversations = StrictJson.parse(FOLDER.resolve("conversations.json"));
    List<String> failures = new ArrayList<>();
    int cases = 0;
    try (Stream<Path> folders = Files.list(FOLDER)) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        ChatTemplate template =
            ChatTemplate.parse(Files.readString(folder.resolve("template.jinja")));
        JsonNode expected = StrictJson.parse(folder.resolve("cases.json"));
        for (JsonNode expectation : expected.get("cases")) {
          cases++;
          String name = expectation.get("conversation").stringValue();
          Conversation conversation = Conversation.parse(conversations.get(name), name);
          check(template, conversation, expected, expectation)
              .ifPresent(problem -> failures.add(folder.getFileName() + "/" + name + problem));
        }
      }
    }
    assertThat(failures).as("of %d cases", cases).isEmpty();
    assertThat(cases).isGreaterThanOrEqualTo(19 * 36);
  }

  private static Optional<String> check(
      ChatTemplate template, Conversation conversation, JsonNode file, JsonNode expectation) {
    String found;
    try {
      found =
          template
              .render(
                  conversation,
                  token(file, "bos_token"),
                  token(file, "eos_token"),
                  LocalDateTime.parse(file.get("now").stringValue()))
              .text();
    } catch (TextException e) {
      String message = String.valueOf(e.getMessage());
      if (!expectation.has("error")) {
        return Optional.of(": unexpected error: " + message);
      }
      String error = expectation.get("error").stringValue();
      String own = error.replaceFirst("^TemplateError: ", "");
      boolean passedOn = own.equals(error) || message.endsWith(": " + own);
      return passedOn ? Optional.empty() : Optional.of(": \"" + message + "\", not " + error);
    }
    if (expectation.has("error")) {
      return Optional.of(": no error, expected " + expectation.get("error"));
    }
    String text = expectation.get("text").stringValue();
    return found.equals(text)
        ? Optional.empty()
        : Optional.of(":\n" + found + "\n--- instead of ---\n" + text);
  }

  private static Optional<String> token(JsonNode file, String name) {
    JsonNode token = file.get(name);
    return token.isNull() ? Optional.empty() : Optional.of(token.stringValue());
  }
}
