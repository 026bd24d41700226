package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class TemplateInputTest {
  private static List<Part> parts(String text) {
    return List.of(new Part.Text(text));
  }

  private static JsonNode messages(String template, Message... messages) {
    return TemplateInput.of(Input.Conversation.of(List.of(messages)), template).messages();
  }

  @Test
  void developersAreHeardByTemplatesThatDoNotKnowThem() {
    Message[] conversation = {
      Message.system("s"),
      new Message.Developer(parts("d")),
      Message.user("u"),
      new Message.Developer(parts("e"))
    };
    assertThat(messages("{{ messages }}", conversation).toString())
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"s\\n\\nd\"},"
                + "{\"role\":\"user\",\"content\":\"u\"},"
                + "{\"role\":\"system\",\"content\":\"e\"}]");
    assertThat(messages("{% if role == 'developer' %}", conversation).toString())
        .isEqualTo(
            "[{\"role\":\"system\",\"content\":\"s\"},"
                + "{\"role\":\"developer\",\"content\":\"d\"},"
                + "{\"role\":\"user\",\"content\":\"u\"},"
                + "{\"role\":\"developer\",\"content\":\"e\"}]");
  }

  @Test
  void idsHaveTheLengthThatTheTemplateDemands() {
    JsonNode none = JsonNodeFactory.instance.objectNode();
    Message[] conversation = {
      new Message.Assistant(
          parts(""),
          "",
          List.of(new ToolCall("toolu_1", "a", none), new ToolCall("abcdefghi", "b", none))),
      new Message.ToolResult(parts("1"), "toolu_1", "a"),
      new Message.ToolResult(parts("2"), "abcdefghi", "b")
    };
    JsonNode demanded = messages("{% if tool_call.id|length != 9 %}", conversation);
    assertThat(demanded.at("/0/tool_calls/0/id").stringValue()).isEqualTo("000000000");
    assertThat(demanded.at("/0/tool_calls/1/id").stringValue()).isEqualTo("abcdefghi");
    assertThat(demanded.at("/1/tool_call_id").stringValue()).isEqualTo("000000000");
    assertThat(demanded.at("/2/tool_call_id").stringValue()).isEqualTo("abcdefghi");
    JsonNode free = messages("{{ messages }}", conversation);
    assertThat(free.at("/1/tool_call_id").stringValue()).isEqualTo("toolu_1");
  }
}
