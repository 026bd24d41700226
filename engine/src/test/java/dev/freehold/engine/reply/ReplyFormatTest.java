package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.engine.reply.ReplyParser.Place;
import dev.freehold.text.ChatTemplates;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplyFormatTest {
  static Stream<Replies> all() {
    return Stream.concat(Replies.JSON.stream(), TaggedReplies.ALL.stream());
  }

  /// What a forced call begins and ends with, around arguments, is a call that is understood.
  @ParameterizedTest
  @MethodSource("all")
  void forcedCallsAreUnderstood(Replies replies) {
    ForcedCall forced = replies.format().forcedCall(Answer.TOOLS);
    assertThat(forced).isInstanceOf(ForcedCall.Grammar.class);
    for (ForcedCall.Alternative alternative : ((ForcedCall.Grammar) forced).alternatives()) {
      if (alternative.arguments().isPresent()) {
        assertThat(alternative.arguments())
            .contains(
                Answer.TOOLS.stream()
                    .filter(tool -> tool.name().equals(alternative.tool()))
                    .findFirst()
                    .orElseThrow()
                    .parameters());
        String reply = alternative.prefix() + "{\"city\":\"Bern\"}" + alternative.suffix();
        Answer answer = Answer.of(replies.format(), replies.specials(), reply, Answer.settings());
        assertThat(answer.content()).isEmpty();
        assertThat(answer.names()).isEqualTo(alternative.tool());
        assertThat(answer.calls().getFirst().arguments()).isEqualTo("{\"city\":\"Bern\"}");
      } else if (replies != TaggedReplies.QWEN_CODER_BARE) {
        assertThat(squeezed(replies.one() + replies.odd()))
            .contains(squeezed(alternative.prefix()));
      }
    }
  }

  private static String squeezed(String text) {
    return text.replaceAll("\\s", "");
  }

  @Test
  void callsCannotBeDemandedWithoutTools() {
    ReplyFormat plain = ReplyFormat.of("{{ messages }}", Set.of());
    assertThat(plain.supportsTools()).isFalse();
    assertThat(plain.supportsReasoning()).isFalse();
    assertThat(plain.family()).isEqualTo("plain");
    assertThat(plain.forcedCall(Answer.TOOLS)).isInstanceOf(ForcedCall.Unsupported.class);
    ReplyFormat hermes = Replies.HERMES.format();
    assertThat(hermes.forcedCall(List.of())).isInstanceOf(ForcedCall.Unsupported.class);
  }

  @Test
  void namesAreQuotedInForcedCalls() {
    ForcedCall forced =
        Replies.HERMES.format().forcedCall(List.of(Answer.tool("a\"b", "{\"type\": \"object\"}")));
    assertThat(((ForcedCall.Grammar) forced).alternatives().getFirst().prefix())
        .isEqualTo("<tool_call>\n{\"name\": \"a\\\"b\", \"arguments\": ");
  }

  @Test
  void theTemplateForToolsDecides() {
    ChatTemplates templates =
        new ChatTemplates(
            Map.of("default", "<|start_header_id|> <think>", "tool_use", "tools <tool_call>"));
    ReplyFormat format = ReplyFormat.of(templates, new MarkTokenizer(List.of("<think>")));
    assertThat(format.family()).isEqualTo("hermes");
    assertThat(format.supportsTools()).isTrue();
    assertThat(format.supportsReasoning()).isTrue();
  }

  /// Text that spells a mark which the vocabulary has as a token is only text.
  @Test
  void lookalikesOfTokensAreText() {
    String call = "[TOOL_CALLS][{\"name\": \"add\", \"arguments\": {}}]";
    ReplyFormat format = Replies.MISTRAL.format();
    Answer asText = Answer.of(format, Set.of(), call, Answer.settings());
    assertThat(asText).isEqualTo(new Answer(call, "", List.of()));
    assertThat(Answer.of(format, Replies.MISTRAL.specials(), call, Answer.settings()).names())
        .isEqualTo("add");
  }

  @Test
  void thoughtsThatThePromptOpened() {
    ReplySettings open = ReplySettings.of(Answer.TOOLS, true, 7);
    for (String begin : List.of("", "<think>\n", "\n")) {
      String reply = begin + "Hm.\n</think>\n\n" + Replies.HERMES.one();
      Answer answer = Answer.of(Replies.HERMES.format(), Set.of(), reply, open);
      assertThat(answer.reasoning()).isEqualTo("Hm.");
      assertThat(answer.content()).isEmpty();
      assertThat(answer.names()).isEqualTo("get_weather");
    }
    Answer unfinished = Answer.of(Replies.HERMES.format(), Set.of(), "Hm. <tool_call>", open);
    assertThat(unfinished).isEqualTo(new Answer("", "Hm. <tool_call>", List.of()));
  }

  @Test
  void aThoughtThatBreaksOffIsAThought() {
    Answer answer =
        Answer.of(Replies.HERMES.format(), Set.of(), "Sure.\n<think>", Answer.settings());
    assertThat(answer).isEqualTo(new Answer("Sure.\n<think>", "", List.of()));
    Answer first = Answer.of(Replies.HERMES.format(), Set.of(), "<think>a\nb", Answer.settings());
    assertThat(first).isEqualTo(new Answer("", "a\nb", List.of()));
  }

  @Test
  void argumentsMayBeAStringOrMissingOrBeforeTheName() {
    Map<String, String> calls =
        Map.of(
            "{\"name\": \"add\", \"arguments\": \"{\\\"a\\\": 1}\"}", "{\"a\":1}",
            "{\"name\": \"add\"}", "{}",
            "{\"name\": \"add\", \"arguments\": null}", "{}",
            "{\"id\": 5, \"arguments\": {\"a\": [1]}, \"name\": \"add\"}", "{\"a\":[1]}",
            "{\"type\": {\"x\": []}, \"name\": \"add\", \"parameters\": {}}", "{}");
    calls.forEach((call, arguments) -> {
      String reply = "<tool_call>" + call + "</tool_call>";
      Answer answer = Answer.of(Replies.HERMES.format(), Set.of(), reply, Answer.settings());
      assertThat(answer.calls()).as(call).hasSize(1);
      assertThat(answer.calls().getFirst().arguments()).isEqualTo(arguments);
    });
    for (String call :
        List.of(
            "{\"name\": \"add\", \"arguments\": [1]}",
            "{\"name\": \"add\", \"arguments\": \"no\"}",
            "{\"name\": [\"add\"], \"arguments\": {}}",
            "{\"arguments\": {}}",
            "[]",
            "{\"name\": \"add\", \"arguments\": {\"a\": 1, \"a\": 2}}")) {
      String reply = "<tool_call>" + call + "</tool_call>";
      Answer answer = Answer.of(Replies.HERMES.format(), Set.of(), reply, Answer.settings());
      assertThat(answer).isEqualTo(new Answer(reply, "", List.of()));
    }
  }

  @Test
  void fragmentsComeAsTheyAreWritten() {
    ReplyParser parser =
        Replies.HERMES.format().parser(Answer.settings().withDelivery(CallDelivery.FRAGMENTS));
    assertThat(parser.feed("<tool_call>{\"name\": \"add\", \"argu")).hasSize(1);
    assertThat(parser.feed("ments\": {\"a\": 1"))
        .containsExactly(new ReplyPart.CallArguments(0, "{\"a\":1"));
    assertThat(parser.feed(", \"b\"")).containsExactly(new ReplyPart.CallArguments(0, ",\"b\""));
    assertThat(parser.feed("}"))
        .containsExactly(
            new ReplyPart.CallBroken(0),
            new ReplyPart.Text("<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1, \"b\"}"));
    assertThat(parser.finish()).isEmpty();
  }

  @Test
  void ofADemandedAnswerOnlyTheFirstCallComesAsItIsWritten() {
    ReplyParser parser =
        Replies.HERMES.format().parser(Answer.settings().withDelivery(CallDelivery.DEMANDED));
    assertThat(parser.feed("<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1")).hasSize(2);
    assertThat(parser.feed("}}</tool_call>"))
        .containsExactly(new ReplyPart.CallArguments(0, "}"), new ReplyPart.CallEnded(0));
    String second = "<tool_call>{\"name\": \"add\", \"arguments\": {\"a\": 1";
    assertThat(parser.feed(second)).isEmpty();
    assertThat(parser.feed("]")).containsExactly(new ReplyPart.Text(second + "]"));
  }

  @Test
  void wrappersOfContentAreLayout() {
    Answer command =
        Answer.of(
            Replies.COMMAND.format(),
            Replies.COMMAND.specials(),
            "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>",
            Answer.settings());
    assertThat(command).isEqualTo(new Answer("Yes.", "Hm.", List.of()));
    Answer granite =
        Answer.of(
            Replies.GRANITE.format(),
            Replies.GRANITE.specials(),
            "<think>Hm.</think>\n\n<response>\nYes, </b>\n</response>",
            Answer.settings());
    assertThat(granite).isEqualTo(new Answer("Yes, </b>", "Hm.", List.of()));
  }

  @Test
  void parsersSayWhereTheAnswerIs() {
    ReplyParser hermes = Replies.HERMES.format().parser(Answer.settings());
    assertThat(hermes.place()).isEqualTo(Place.CONTENT);
    assertThat(placeAfter(hermes, "<think>Hm.</thi")).isEqualTo(Place.THOUGHTS);
    assertThat(placeAfter(hermes, "nk>")).isEqualTo(Place.CONTENT);
    assertThat(placeAfter(hermes, "\n<tool_call>{\"name")).isEqualTo(Place.CALLS);
    assertThat(placeAfter(hermes, "\": \"add\"}</tool_call>")).isEqualTo(Place.CONTENT);
    assertThat(Replies.HERMES.format().thoughtMark()).contains("<think>");
    ReplyParser open = Replies.HERMES.format().parser(ReplySettings.of(List.of(), true, 1));
    assertThat(open.place()).isEqualTo(Place.THOUGHTS);

    ReplyParser harmony =
        ReplyFormat.of(Replies.HARMONY.template(), Set.of()).parser(Answer.settings());
    assertThat(harmony.place()).isEqualTo(Place.MARKS);
    assertThat(placeAfter(harmony, "<|channel|>analysis<|message|>")).isEqualTo(Place.THOUGHTS);
    assertThat(placeAfter(harmony, "Hm.<|end|>")).isEqualTo(Place.MARKS);
    assertThat(placeAfter(harmony, "<|start|>assistant<|channel|>fin")).isEqualTo(Place.MARKS);
    assertThat(placeAfter(harmony, "al<|message|>")).isEqualTo(Place.CONTENT);
    assertThat(placeAfter(harmony, "Yes.<|start|>assistant to=functions.add<|message|>"))
        .isEqualTo(Place.CALLS);
    assertThat(Replies.HARMONY.format().thoughtMark()).isEmpty();
  }

  private static Place placeAfter(ReplyParser parser, String piece) {
    parser.feed(piece);
    return parser.place();
  }

  @Test
  void whatMayBecomeAMarkIsHeldBackAndNoLonger() {
    ReplyParser parser = Replies.HERMES.format().parser(Answer.settings());
    assertThat(parser.feed("a <tool")).containsExactly(new ReplyPart.Text("a"));
    assertThat(parser.feed("s> b")).containsExactly(new ReplyPart.Text(" <tools> b"));
    assertThat(parser.feed(" \n")).isEmpty();
    assertThat(parser.finish()).containsExactly(new ReplyPart.Text(" \n"));
    ReplyParser none = Replies.HERMES.format().parser(ReplySettings.of(List.of(), false, 1));
    assertThat(none.feed("x <tool_call> ")).containsExactly(new ReplyPart.Text("x <tool_call> "));
  }

  @Test
  void halvesOfCharactersNeverComeOut() {
    ReplyParser parser = Replies.HERMES.format().parser(Answer.settings());
    assertThat(parser.feed("a\ud83d")).containsExactly(new ReplyPart.Text("a"));
    assertThat(parser.feed("\ude00")).containsExactly(new ReplyPart.Text("\ud83d\ude00"));
    assertThat(parser.feed("\ude00")).containsExactly(new ReplyPart.Text("\uFFFD"));
    assertThat(parser.feed("\ud83d")).isEmpty();
    assertThat(parser.finish()).containsExactly(new ReplyPart.Text("\uFFFD"));
    assertThat(Optional.of(parser.finish())).contains(List.of());
  }
}
