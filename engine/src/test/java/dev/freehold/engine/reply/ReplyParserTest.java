package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every format, with every kind of reply, however it is cut and told.
class ReplyParserTest {
  static Stream<Replies> all() {
    return Stream.concat(Replies.JSON.stream(), TaggedReplies.ALL.stream());
  }

  private static Answer read(Replies replies, String reply) {
    Answer whole = Answer.of(replies.format(), replies.specials(), reply, Answer.settings());
    SplittableRandom random = new SplittableRandom(reply.hashCode());
    for (CallDelivery delivery : CallDelivery.values()) {
      ReplySettings settings = Answer.settings().withDelivery(delivery);
      for (int longest : new int[] {1, 1, 2, 5, 20, 1 << 30}) {
        ReplyParser parser = replies.format().parser(settings);
        List<ReplyPart> parts = Answer.parts(parser, replies.specials(), reply, longest, random);
        Answer cut = Answer.join(parts);
        assertThat(cut.content()).isEqualTo(whole.content());
        assertThat(cut.reasoning()).isEqualTo(whole.reasoning());
        assertThat(cut.names()).isEqualTo(whole.names());
        assertThat(cut.calls().stream().map(Answer.Call::arguments))
            .isEqualTo(whole.calls().stream().map(Answer.Call::arguments).toList());
        if (delivery == CallDelivery.WHOLE) {
          assertThat(parts).noneMatch(ReplyPart.CallBroken.class::isInstance);
          assertThat(cut).isEqualTo(whole);
        }
      }
    }
    return whole;
  }

  private static List<String> arguments(Answer answer) {
    return answer.calls().stream().map(call -> Answer.json(call.arguments()).toString()).toList();
  }

  /// Content as the format wants it.
  private static String content(Replies replies, String text) {
    return replies == Replies.HARMONY ? "<|channel|>final<|message|>" + text : text;
  }

  /// Content in front of a call.
  private static String preamble(Replies replies, String text) {
    return replies == Replies.HARMONY
        ? "<|channel|>commentary<|message|>" + text + "<|end|><|start|>assistant"
        : text + "\n\n";
  }

  @ParameterizedTest
  @MethodSource("all")
  void plainTextStaysAsItIs(Replies replies) {
    String text = " Two < three, {\"not\": a call}, [1]\n\n```<tool>```  caf\u00e9 \ud83d\ude00 \n";
    Answer answer = read(replies, content(replies, text));
    assertThat(answer).isEqualTo(new Answer(text, "", List.of()));
  }

  @ParameterizedTest
  @MethodSource("all")
  void anAnswerInJsonIsNoCall(Replies replies) {
    String text = "{\"city\": \"Bern\", \"name\": 3}";
    assertThat(read(replies, content(replies, text)).content()).isEqualTo(text);
  }

  @ParameterizedTest
  @MethodSource("all")
  void oneCall(Replies replies) {
    Answer answer = read(replies, replies.one());
    assertThat(answer.content()).isEmpty();
    assertThat(answer.names()).isEqualTo("get_weather");
    assertThat(arguments(answer)).containsExactly("{\"city\":\"Z\u00fcrich\"}");
    boolean nine = replies.template().contains("length != 9");
    assertThat(answer.calls().getFirst().id())
        .matches(nine ? "[0-9A-Za-z]{9}" : "call_[0-9A-Za-z]{24}");
  }

  @Test
  void whatIsLeftOfTheMarkBehindACallIsNoText() {
    String mark = "</tool_call>";
    String reply = Replies.HERMES.one();
    assertThat(reply).endsWith(mark);
    for (int left = 0; left < mark.length(); left++) {
      Answer answer =
          read(Replies.HERMES, reply.substring(0, reply.length() - mark.length() + left));
      assertThat(answer.content()).isEmpty();
      assertThat(answer.names()).isEqualTo("get_weather");
    }
    assertThat(read(Replies.HERMES, reply.replace(mark, "</tool")).content()).isEmpty();
    assertThat(read(Replies.HERMES, reply.replace(mark, "</talk")).content()).isEqualTo("</talk");
  }

  @ParameterizedTest
  @MethodSource("all")
  void parallelCalls(Replies replies) {
    Answer answer = read(replies, replies.two());
    assertThat(answer.content()).isEmpty();
    assertThat(answer.names()).isEqualTo("get_weather,add");
    assertThat(arguments(answer)).containsExactly("{\"city\":\"Bern\"}", "{\"a\":1,\"b\":2}");
    assertThat(answer.calls().get(0).id()).isNotEqualTo(answer.calls().get(1).id());
  }

  @ParameterizedTest
  @MethodSource("all")
  void noMoreCallsThanWanted(Replies replies) {
    ReplySettings settings = new ReplySettings(Answer.TOOLS, false, 7, 1, CallDelivery.WHOLE);
    Answer answer = Answer.of(replies.format(), replies.specials(), replies.two(), settings);
    assertThat(answer.names()).isEqualTo("get_weather");
    assertThat(answer.content()).contains("add").doesNotContain("get_weather");
  }

  @ParameterizedTest
  @MethodSource("all")
  void callAfterTextAndThoughts(Replies replies) {
    if (replies != Replies.LLAMA) {
      Answer after = read(replies, preamble(replies, "Let me look.") + replies.one() + "\n");
      assertThat(after.content()).isEqualTo("Let me look.");
      assertThat(after.names()).isEqualTo("get_weather");
    }
    if (!replies.thought().getFirst().isEmpty()) {
      String thinking =
          replies.thought().getFirst() + "I should look." + replies.thought().getLast();
      Answer thought = read(replies, thinking + replies.one());
      assertThat(thought.reasoning()).isEqualTo("I should look.");
      assertThat(thought.content()).isEmpty();
      assertThat(thought.names()).isEqualTo("get_weather");
      String hello = content(replies, "Hello <think> you.");
      assertThat(read(replies, thinking + hello))
          .isEqualTo(new Answer("Hello <think> you.", "I should look.", List.of()));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void oddArguments(Replies replies) {
    Answer answer = read(replies, replies.odd());
    assertThat(answer.names()).isEqualTo("add");
    assertThat(Answer.json(answer.calls().getFirst().arguments()))
        .isEqualTo(Answer.json(Replies.ODD));
  }

  @ParameterizedTest
  @MethodSource("all")
  void brokenAndUnknownCallsAreText(Replies replies) {
    for (String reply : List.of(replies.broken(), replies.unknown())) {
      Answer answer = read(replies, reply);
      assertThat(answer.calls()).isEmpty();
      assertThat(withoutEnd(replies, answer.content()).replaceAll("\\s", ""))
          .isEqualTo(withoutEnd(replies, reply).replaceAll("\\s", ""));
    }
  }

  /// The mark behind a call is text where it is text, and nothing where it is a token.
  private static String withoutEnd(Replies replies, String reply) {
    String rest = reply;
    boolean more = true;
    while (more) {
      String end = rest;
      String mark = replies.specials().stream().filter(end::endsWith).findFirst().orElse("");
      rest = rest.substring(0, rest.length() - mark.length());
      more = !mark.isEmpty();
    }
    return rest;
  }

  @ParameterizedTest
  @MethodSource("all")
  void withoutToolsCallsAreText(Replies replies) {
    ReplySettings settings = ReplySettings.of(List.of(), false, 7);
    Answer answer = Answer.of(replies.format(), replies.specials(), replies.two(), settings);
    assertThat(answer.calls()).isEmpty();
    assertThat(answer.content()).contains("get_weather").contains("Bern");
  }

  @ParameterizedTest
  @MethodSource("all")
  void cutOffAnywhereNothingIsLost(Replies replies) {
    String thinking = replies.thought().getFirst() + "Hm." + replies.thought().getLast();
    String reply = thinking + replies.two() + replies.odd();
    for (int end = 0; end <= reply.length(); end++) {
      String cut = reply.substring(0, end);
      for (CallDelivery delivery : CallDelivery.values()) {
        ReplySettings settings = Answer.settings().withDelivery(delivery);
        Answer answer = Answer.of(replies.format(), replies.specials(), cut, settings);
        String told = answer.reasoning() + answer.content() + answer.calls();
        for (String word : List.of("Hm.", "Bern", "1e-07")) {
          assertThat(told.contains(word)).as(cut).isEqualTo(cut.contains(word));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void sameSeedSameIds(Replies replies) {
    List<String> ids = new ArrayList<>();
    for (long seed : new long[] {1, 1, 2}) {
      ReplySettings settings = ReplySettings.of(Answer.TOOLS, false, seed);
      Answer answer = Answer.of(replies.format(), replies.specials(), replies.one(), settings);
      ids.add(answer.calls().getFirst().id());
    }
    assertThat(ids.get(1)).isEqualTo(ids.get(0)).isNotEqualTo(ids.get(2));
  }
}
