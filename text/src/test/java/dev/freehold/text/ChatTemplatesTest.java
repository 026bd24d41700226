package dev.freehold.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where chat templates and conversations are read from.
class ChatTemplatesTest {
  @TempDir Path folder;

  private static String render(Optional<ChatTemplate> template) {
    return template
        .orElseThrow()
        .render(
            Conversation.ofUser("Hi"),
            Optional.empty(),
            Optional.empty(),
            LocalDateTime.of(2026, 1, 2, 3, 4, 5))
        .text();
  }

  @Test
  void ggufMetadataHoldsADefaultAndNamedTemplates() {
    Metadata metadata =
        new Metadata(
            Map.of(
                "tokenizer.chat_template", "A{{ messages[0].content }}",
                "tokenizer.chat_template.tool_use", "T{{ messages[0].content }}",
                "tokenizer.ggml.model", "gpt2"));
    ChatTemplates templates = ChatTemplates.fromGguf(metadata);
    assertThat(templates.sources()).containsOnlyKeys("default", "tool_use");
    assertThat(render(templates.find(false))).isEqualTo("AHi");
    assertThat(render(templates.find(true))).isEqualTo("THi");
    assertThat(templates.named("rag")).isEmpty();
    assertThat(ChatTemplates.fromGguf(new Metadata(Map.of())).find(true)).isEmpty();
  }

  @Test
  void folderHoldsTemplatesInJsonAndInFiles() throws IOException {
    assertThat(ChatTemplates.fromFolder(folder).find(false)).isEmpty();
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"chat_template\": \"C{{ messages[0].content }}\"}");
    assertThat(render(ChatTemplates.fromFolder(folder).find(true))).isEqualTo("CHi");
    Files.writeString(
        config,
        """
        {"chat_template": [{"name": "default", "template": "D"},
                           {"name": "tool_use", "template": "E"}]}
        """);
    assertThat(render(ChatTemplates.fromFolder(folder).find(false))).isEqualTo("D");
    assertThat(render(ChatTemplates.fromFolder(folder).find(true))).isEqualTo("E");
    Files.writeString(folder.resolve("chat_template.jinja"), "F\n");
    assertThat(render(ChatTemplates.fromFolder(folder).find(false))).isEqualTo("F");
    Path more = Files.createDirectory(folder.resolve("additional_chat_templates"));
    Files.writeString(more.resolve("rag.jinja"), "R");
    assertThat(render(ChatTemplates.fromFolder(folder).named("rag"))).isEqualTo("R");
  }

  @Test
  void brokenTemplateFilesAreNamed() throws IOException {
    Path config = folder.resolve("tokenizer_config.json");
    Files.writeString(config, "{\"chat_template\": [{\"name\": \"default\"}]}");
    assertThatThrownBy(() -> ChatTemplates.fromFolder(folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("tokenizer_config.json")
        .hasMessageContaining("'template'");
    Files.writeString(config, "{\"chat_template\": 5}");
    assertThatThrownBy(() -> ChatTemplates.fromFolder(folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("expected a string or a list");
    Files.writeString(config, "{}");
    Path jinja = folder.resolve("chat_template.jinja");
    Files.write(jinja, new byte[] {'a', (byte) 0xff});
    assertThatThrownBy(() -> ChatTemplates.fromFolder(folder))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("chat_template.jinja: the template is not UTF-8");
    Files.writeString(jinja, "a\n{% if %}");
    assertThatThrownBy(() -> ChatTemplates.fromFolder(folder).find(false))
        .isInstanceOf(TextException.class)
        .hasMessage("chat template, line 2: expected an expression, found '%}'");
  }

  private static Conversation conversation(String json) {
    return Conversation.read(json.getBytes(StandardCharsets.UTF_8), "x.json");
  }

  @Test
  void conversationsComeAsObjectOrAsMessages() {
    Conversation bare = conversation("[{\"role\": \"user\", \"content\": \"a\"}]");
    assertThat(bare.addGenerationPrompt()).isTrue();
    assertThat(bare.tools()).isEmpty();
    Conversation full =
        conversation(
            """
            {"messages": [], "tools": [{"type": "function"}], "documents": null,
             "add_generation_prompt": false, "kwargs": {"enable_thinking": true}}
            """);
    assertThat(full.tools()).isPresent();
    assertThat(full.documents()).isEmpty();
    assertThat(full.addGenerationPrompt()).isFalse();
    assertThat(full.kwargs()).containsOnlyKeys("enable_thinking");
    assertThat(full.kwargs().get("enable_thinking"))
        .isEqualTo(StrictJson.parse("true".getBytes(StandardCharsets.UTF_8), "true"));
  }

  @Test
  void brokenConversationsSayWhatIsWrong() {
    assertThatThrownBy(() -> conversation("{\"tools\": []}"))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("x.json: expected an array of messages");
    assertThatThrownBy(() -> conversation("{\"messages\": [], \"tool\": []}"))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("unknown field 'tool'");
    assertThatThrownBy(() -> conversation("{\"messages\": {}}"))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("messages: expected an array, found object");
    assertThatThrownBy(() -> conversation("{\"messages\": [], \"kwargs\": 5}"))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("kwargs: expected an object");
  }

  @Test
  void halfCharactersInMessagesAreRefused() {
    Conversation broken = Conversation.ofUser("a\ud83d");
    ChatTemplate template = ChatTemplate.parse("{{ messages[0].content }}");
    assertThatThrownBy(() ->
            template.render(
                broken, Optional.empty(), Optional.empty(), LocalDateTime.of(2026, 1, 2, 3, 4, 5)))
        .isInstanceOf(TextException.class)
        .hasMessageContaining("half a character (\\ud83d) at index 1");
  }
}
