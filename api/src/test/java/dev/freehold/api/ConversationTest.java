package dev.freehold.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.TokenBackend;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Conversations over a backend that calls tools as it is told.
class ConversationTest {
  private static final String ANY_OBJECT = "{\"type\": \"object\"}";

  /// Answers text `call NAME ARGUMENTS` with that call, a tool's result by repeating it, and other
  /// text by itself.
  private static final class Obedient implements ChatBackend, TokenBackend, EmbeddingBackend {
    @Override
    public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
      Message last = ((Input.Conversation) request.input()).messages().getLast();
      String said = Part.text(last.content());
      if (last instanceof Message.User && said.startsWith("call ") || said.equals("again")) {
        String[] words = said.equals("again") ? new String[] {"", "f", "{}"} : said.split(" ", 3);
        boolean isWhole = words[2].endsWith("}");
        events.accept(new ChatEvent.CallStarted(0, "id-1", words[1]));
        events.accept(new ChatEvent.CallArguments(0, words[2]));
        events.accept(finished(isWhole ? FinishReason.TOOL_CALLS : FinishReason.MAX_TOKENS));
      } else {
        events.accept(new ChatEvent.TextDelta("heard: " + said));
        events.accept(finished(FinishReason.END));
      }
    }

    private static ChatEvent finished(FinishReason reason) {
      Duration none = Duration.ZERO;
      return new ChatEvent.Finished(reason, new Usage(1, 0, 1, 0, none, none, none, 7));
    }

    @Override
    public List<Integer> tokenize(String model, String text) {
      return text.codePoints().boxed().toList();
    }

    @Override
    public String detokenize(String model, List<Integer> ids) {
      return ids.toString();
    }

    @Override
    public int countTokens(ChatRequest request) {
      return 1;
    }

    @Override
    public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
      return new Embedding(new float[] {1}, 1);
    }
  }

  private final FreeholdModel model = FreeholdModel.over("obedient", new Obedient());

  @Test
  void toolsAreRunAndTheirResultsTold() {
    Conversation conversation =
        model.converse().tool("f", "", ANY_OBJECT, arguments -> "f of " + arguments.path("x"));
    assertThat(conversation.ask("call f {\"x\": 1}").text()).isEqualTo("heard: f of 1");
    assertThat(conversation.messages().stream().map(Message::role))
        .containsExactly("user", "assistant", "tool", "assistant");
    assertThat(conversation.messages().get(1))
        .isInstanceOfSatisfying(
            Message.Assistant.class,
            turn -> assertThat(turn.toolCalls().getFirst().id()).isEqualTo("id-1"));
    assertThat(conversation.messages().get(2))
        .isInstanceOfSatisfying(
            Message.ToolResult.class, turn -> assertThat(turn.callId()).isEqualTo("id-1"));
  }

  @Test
  void aToolThatIsNotThereIsTold() {
    Conversation conversation = model.converse().tool("f", "", ANY_OBJECT, arguments -> "");
    assertThat(conversation.ask("call g {}").text())
        .isEqualTo("heard: Error: there is no tool g, only f");
  }

  @Test
  void callsOfOtherToolsAreTheCallers() {
    Conversation conversation =
        model.converse(Question.EMPTY.withTool("g", "", ANY_OBJECT).withSystem("Be brief."));
    Answer answer = conversation.ask("call g {}");
    assertThat(answer.reason()).isEqualTo(FinishReason.TOOL_CALLS);
    assertThat(answer.calls().getFirst().name()).isEqualTo("g");
  }

  @Test
  void aCallThatBrokeOffIsNotRun() {
    Conversation conversation =
        model
            .converse()
            .tool(
                "f",
                "",
                ANY_OBJECT,
                arguments -> {
                  throw new AssertionError("called");
                });
    Answer answer = conversation.ask("call f {\"x\": ");
    assertThat(answer.reason()).isEqualTo(FinishReason.MAX_TOKENS);
    assertThatThrownBy(() -> answer.calls().getFirst().json()).isInstanceOf(ChatException.class);
  }

  @Test
  void afterAFailureAllIsAsBefore() {
    Conversation conversation =
        model
            .converse()
            .tool("f", "", ANY_OBJECT, arguments -> "again")
            .tool(
                "g",
                "",
                ANY_OBJECT,
                arguments -> {
                  throw new IllegalStateException("no disk");
                });
    conversation.ask("Hello");
    assertThatThrownBy(() -> conversation.ask("call f {}"))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("16 times");
    assertThatThrownBy(() -> conversation.ask("call g {}")).hasMessage("no disk");
    assertThat(conversation.messages()).hasSize(2);
  }
}
