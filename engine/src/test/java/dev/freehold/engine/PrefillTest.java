package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.ToolCall;
import dev.freehold.text.Prompt;
import dev.freehold.text.Prompt.Span;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/// Where a prompt ends that the model continues.
class PrefillTest {
  private static Prompt prompt(Span... spans) {
    return new Prompt(List.of(spans));
  }

  private static Span own(String text) {
    return new Span(text, true);
  }

  private static Span of(String text) {
    return new Span(text, false);
  }

  private static Optional<String> begin(Message... messages) {
    return Prefill.of(Input.Conversation.of(List.of(messages)));
  }

  @Test
  void onlyTextOfTheAssistantAtTheEndIsContinued() {
    assertThat(begin(Message.user("a"), Message.assistant("b"))).contains("b");
    assertThat(begin(Message.assistant("b"), Message.user("a"))).isEmpty();
    assertThat(begin(Message.user("a"), Message.assistant(" \n"))).isEmpty();
    ToolCall call = new ToolCall("i", "f", JsonNodeFactory.instance.objectNode());
    assertThat(
            begin(
                Message.user("a"),
                new Message.Assistant(List.of(new Part.Text("b")), "", List.of(call))))
        .isEmpty();
    assertThat(Prefill.of(new Input.Text("b"))).isEmpty();
  }

  @Test
  void whatTheTemplateWritesBehindTheMessageGoes() {
    Prompt rendered = prompt(own("<u>"), of("Hi"), own("</u><a>"), of("Hi"), own("</a>\n"));
    assertThat(Prefill.cut(rendered, "Hi"))
        .isEqualTo(prompt(own("<u>"), of("Hi"), own("</u><a>"), of("Hi")));
  }

  @Test
  void templatesMayStripTheMessage() {
    Prompt rendered = prompt(own("<a>"), of("The answer"), own("</a>"));
    assertThat(Prefill.cut(rendered, "\nThe answer "))
        .isEqualTo(prompt(own("<a>"), of("The answer")));
    Prompt whole = prompt(own("<a>"), of("The answer "), own("</a>"));
    assertThat(Prefill.cut(whole, "The answer ")).isEqualTo(prompt(own("<a>"), of("The answer ")));
  }

  @Test
  void aMessageThatTheTemplateDoesNotShowIsRefused() {
    for (Prompt rendered :
        List.of(
            prompt(own("<u>"), of("Hi there"), own("</u>")),
            prompt(own("The answer")),
            prompt(own("<u>"), of("The answer"), own("</u><u>"), of("more"), own("</u>")))) {
      assertThatThrownBy(() -> Prefill.cut(rendered, "The answer"))
          .isInstanceOfSatisfying(
              ChatException.class, refused -> assertThat(refused.field()).isEqualTo("messages"));
    }
  }
}
