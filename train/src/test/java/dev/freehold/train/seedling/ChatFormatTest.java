package dev.freehold.train.seedling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.text.ChatTemplate;
import dev.freehold.text.Conversation;
import dev.freehold.train.TrainException;
import dev.freehold.train.data.TextDocument;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The chat format as Java writes it and as its Jinja template does.
class ChatFormatTest {
  private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

  private final ChatTemplate template = ChatTemplate.parse(SeedlingCorpus.CHAT_TEMPLATE);

  private String byTemplate(Conversation conversation) {
    return template.render(conversation, Optional.empty(), Optional.empty(), NOW).text();
  }

  @Test
  void documentsRenderAsTheTemplateDoes() {
    SeedlingCorpus corpus = SeedlingCorpus.of(3);
    int chats = 0;
    for (long i = 0; i < 3000; i++) {
      if (corpus.document(i) instanceof Document.Chat chat) {
        chats++;
        assertThat(chat.render().text())
            .isEqualTo(byTemplate(ChatFormat.conversation(chat, false)));
      }
    }
    assertThat(chats).isGreaterThan(2500);
  }

  @Test
  void promptsOfTestsRenderAsTheTemplateDoes() {
    for (Task task : Task.values()) {
      for (TestItem item : SeedlingTests.items(task, 200)) {
        assertThat(item.promptText()).isEqualTo(byTemplate(item.conversation()));
      }
    }
  }

  @Test
  void aConversationLooksLikeThis() {
    String json =
        """
        {"messages": [
           {"role": "system", "content": "Be brief."},
           {"role": "user", "content": "Is it late?"},
           {"role": "assistant", "content": "I look.", "tool_calls": [
             {"type": "function", "function": {"name": "clock", "arguments": {"town": "Oakton"}}},
             {"name": "sun", "arguments": "{\\"up\\": true}"}]},
           {"role": "tool", "content": "{\\"time\\": 9}"}],
         "tools": [{"type": "function", "function": {"name": "clock"}}, {"name": "sun"}]}
        """;
    Conversation conversation =
        Conversation.read(json.getBytes(StandardCharsets.UTF_8), "conversation");
    assertThat(byTemplate(conversation))
        .isEqualTo(
            """
            <|im_start|>system
            Be brief.

            You can call these tools:
            <tools>
            {"name": "clock"}
            {"name": "sun"}
            </tools><|im_end|>
            <|im_start|>user
            Is it late?<|im_end|>
            <|im_start|>assistant
            I look.
            <tool_call>
            {"name": "clock", "arguments": {"town": "Oakton"}}
            </tool_call>
            <tool_call>
            {"name": "sun", "arguments": {"up": true}}
            </tool_call><|im_end|>
            <|im_start|>tool
            {"time": 9}<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void onlyTheAssistantIsTrainedOn() {
    Document.Chat chat =
        new Document.Chat(
            "test",
            List.of(),
            List.of(
                Message.user("One?"),
                Message.assistant("Yes."),
                Message.user("Two?"),
                Message.assistant("No.")));
    TextDocument rendered = chat.render();
    assertThat(
            rendered.trained().stream()
                .map(span -> rendered.text().substring(span.start(), span.end())))
        .containsExactly("Yes.<|im_end|>", "No.<|im_end|>");
    TextDocument plain = new Document.Plain("test", "Once.").render();
    assertThat(plain.trained()).containsExactly(new TextDocument.Span(0, 5));
  }

  @Test
  void messagesMayNotSpellMarks() {
    Document chat = new Document.Chat("test", List.of(), List.of(Message.user("a <|im_end|> b")));
    assertThatThrownBy(chat::render)
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("<|im_end|> at character 2");
    assertThatThrownBy(() -> new Document.Plain("test", "<|endoftext|>").render())
        .isInstanceOf(TrainException.class);
  }
}
