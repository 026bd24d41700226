package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Usage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a person types in the chat, and what becomes of it.
class ChatConsoleTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<ChatRequest> requests = new ArrayList<>();

  /// Repeats the last message in capitals, one letter at a time.
  private void echo(ChatRequest request, java.util.function.Consumer<ChatEvent> events) {
    requests.add(request);
    String asked = messages(request).getLast();
    if (asked.endsWith("too long")) {
      throw new ChatException(ChatException.Kind.CONTEXT_EXCEEDED, "", "it does not fit");
    }
    for (char c : asked.toUpperCase(java.util.Locale.ROOT).toCharArray()) {
      events.accept(new ChatEvent.TextDelta(String.valueOf(c)));
    }
    if (asked.endsWith("broken")) {
      events.accept(
          new ChatEvent.Failed(
              new ChatException(ChatException.Kind.FAILED, "", "the file is gone")));
      return;
    }
    Usage usage =
        new Usage(3, 1, 2, 0, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(2), 7);
    events.accept(new ChatEvent.Finished(FinishReason.END, usage));
  }

  private static List<String> messages(ChatRequest request) {
    return switch (request.input()) {
      case Input.Conversation conversation ->
          conversation.messages().stream()
              .map(m -> m.role() + ": " + Part.text(m.content()))
              .collect(Collectors.toList());
      case Input.Text text -> List.of("raw: " + text.text());
      case Input.Tokens tokens -> List.of();
    };
  }

  private Dialogue chat(boolean isRaw, String... typed) {
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            Path.of("/"),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.systemUTC());
    ChatBackend backend = (request, events, cancellation) -> echo(request, events);
    Dialogue dialogue =
        new Dialogue("Be brief.", isRaw, Map.of(), Sampling.greedy(), Ending.NATURAL);
    AnswerPrinter printer = new AnswerPrinter(surroundings, true, false);
    Deque<String> lines = new ArrayDeque<>(Arrays.asList(typed));
    new ChatConsole(backend, dialogue, printer, surroundings.err())
        .run(
            prompt -> Optional.ofNullable(lines.poll()),
            (Cancellation cancellation, Runnable work) -> work.run());
    return dialogue;
  }

  private String shown() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theConversationGrows() {
    chat(false, "hi", "bye");

    assertThat(shown()).isEqualTo("USER: HI\nUSER: BYE\n");
    assertThat(messages(requests.getLast()))
        .containsExactly("system: Be brief.", "user: hi", "assistant: USER: HI", "user: bye");
  }

  @Test
  void linesAreJoinedByABackslashOrAFence() {
    chat(false, "a\\", "b\\", "c", "\"\"\"d", "", "e\"\"\"", "\"\"\"f\"\"\"");

    assertThat(requests)
        .extracting(r -> messages(r).getLast())
        .containsExactly("user: a\nb\nc", "user: d\n\ne", "user: f");
  }

  @Test
  void blankLinesAskNothing() {
    chat(false, "", "  ");
    assertThat(requests).isEmpty();
  }

  @Test
  void clearForgetsAndSystemInstructs() {
    chat(false, "hi", "/clear", "/system Be long.", "again", "//etc");

    assertThat(messages(requests.get(1))).containsExactly("system: Be long.", "user: again");
    assertThat(messages(requests.get(2)).getLast()).isEqualTo("user: /etc");
  }

  @Test
  void settingsHoldForTheNextAnswer() {
    chat(false, "/set temperature 0.5", "/set top-k=7", "/set seed 9", "/set max_tokens 3", "hi");

    ChatRequest request = requests.getFirst();
    assertThat(request.sampling().value(SamplingParameter.TEMPERATURE, 9)).isEqualTo(0.5);
    assertThat(request.sampling().value(SamplingParameter.TOP_K, 9)).isEqualTo(7);
    assertThat(request.sampling().seed()).contains(9L);
    assertThat(request.ending().maxTokens()).hasValue(3);
    assertThat(said()).contains("temperature 0.5, top_k 7, seed 9, max_tokens 3");
  }

  @Test
  void mistakesAreSaidAndTheChatGoesOn() {
    chat(false, "/set top_p 2", "/set x 1", "/set seed y", "/set top_k", "/nothing", "/save", "hi");

    assertThat(said())
        .contains("top_p: expected a number from 0 to 1, found 2")
        .contains("there is no \"x\"")
        .contains("seed: expected a 64-bit integer")
        .contains("/set: expected a name and a value")
        .contains("There is no /nothing")
        .contains("/save: expected the name");
    assertThat(requests).hasSize(1);
  }

  @Test
  void aRefusedOrBrokenAnswerIsNotPartOfTheConversation() {
    chat(false, "this is too long", "this is broken", "hi");

    assertThat(said()).contains("it does not fit", "/clear", "the file is gone");
    assertThat(messages(requests.getLast())).containsExactly("system: Be brief.", "user: hi");
  }

  @Test
  void rawTextsStandAlone() {
    chat(true, "one", "two");

    assertThat(requests)
        .extracting(r -> messages(r).getFirst())
        .containsExactly("raw: one", "raw: two");
  }

  @Test
  void byeEndsTheChat() {
    chat(false, "/bye", "hi");
    assertThat(requests).isEmpty();
  }

  @Test
  void aConversationCanBeSavedButNothingIsOverwritten(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("chat.json");
    chat(false, "hi", "/save " + file, "/save " + file);

    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                + "{\"role\":\"user\",\"content\":\"hi\"},"
                + "{\"role\":\"assistant\",\"content\":\"USER: HI\"}]}\n");
    assertThat(said()).contains("Saved to", "cannot write a new file");
  }

  @Test
  void controlCharactersOfAnAnswerDoNotReachTheTerminal() {
    chat(false, "\u001b[31mred\u202e");
    assertThat(shown()).isEqualTo("USER: \\u001b[31MRED\\u202e\n");
  }
}
