package dev.freehold.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.gateway.FastTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/// Probabilities of tokens as other servers tell them.
class OpenAiLogprobsTest {
  private static List<TokenLogprob> read(String json) {
    return OpenAiLogprobs.read(JsonMapper.shared().readTree(json.replace('\'', '"')));
  }

  @Test
  void anEntryHasItsAlternatives() {
    TokenLogprob token =
        read("""
        [{'token':' B','logprob':-0.5,'bytes':[32,66],
          'top_logprobs':[{'token':' B','logprob':-0.5},{'token':'A','logprob':-1.25}]}]
        """)
            .getFirst();
    assertThat(token.chosen().text()).isEqualTo(" B");
    assertThat(token.chosen().bytes()).containsExactly(32, 66);
    assertThat(token.best()).hasSize(2);
    assertThat(token.best().getLast().logprob()).isEqualTo(-1.25);
    assertThat(token.best().getLast().bytes()).containsExactly(65);
  }

  @Test
  void whatIsNoEntryIsLeftOut() {
    assertThat(read("null")).isEmpty();
    assertThat(read("[1, {'token':3,'logprob':-1}, {'token':'a'}, {'logprob':-1}]")).isEmpty();
    assertThat(read("[{'token':'a','logprob':5,'bytes':[999]}]"))
        .first()
        .satisfies(token -> assertThat(token.chosen().logprob()).isZero())
        .satisfies(token -> assertThat(token.chosen().bytes()).containsExactly(97));
    String many = "{'token':'b','logprob':-1},".repeat(1000);
    assertThat(
            read("[{'token':'a','logprob':-1,'top_logprobs':[%s{}]}]".formatted(many))
                .getFirst()
                .best())
        .hasSize(20);
  }

  @Test
  void theyAreToldBeforeTheirText() {
    List<ChatEvent> events = new ArrayList<>();
    OpenAiAnswer answer = new OpenAiAnswer(new Telling("north", "m", new FastTime(1), events::add));
    String chunk =
        "{'choices':[{'delta':{'content':'B'},"
            + "'logprobs':{'content':[{'token':'B','logprob':-0.1,'top_logprobs':[]}]}}]}";
    answer.read("", JsonMapper.shared().readTree(chunk.replace('\'', '"')));
    assertThat(events)
        .extracting(event -> event.getClass().getSimpleName())
        .containsExactly("Served", "AnswerLogprob", "TextDelta");
  }
}
