package dev.freehold.server.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.server.ScriptedBackend;
import dev.freehold.server.TestServer;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Completions, embeddings and tokens over HTTP.
class CompletionRoutesTest {
  private final TestServer test = new TestServer(OpenAiDialect::new);

  @AfterEach
  void close() {
    test.close();
  }

  private static TokenLogprob token(String text, double logprob) {
    TokenLogprob.Candidate chosen = new TokenLogprob.Candidate(1, text, List.of(), logprob);
    return new TokenLogprob(chosen, List.of(chosen));
  }

  private JsonNode complete(String body) {
    HttpResponse<String> answer = test.post("/v1/completions", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return TestServer.json(answer);
  }

  @Test
  void takesPromptsInAllShapes() {
    assertThat(complete("{'prompt':'Once'}").at("/choices/0/text").asString())
        .isEqualTo("Hello, world");
    assertThat(test.backend.last().input()).isEqualTo(new Input.Text("Once"));
    assertThat(test.backend.last().ending().maxTokens()).hasValue(16);
    complete("{'prompt':[1,2,3]}");
    assertThat(test.backend.last().input()).isEqualTo(new Input.Tokens(List.of(1, 2, 3)));
    assertThat(complete("{'prompt':['a','b'],'n':2}").at("/choices").size()).isEqualTo(4);
    JsonNode both = complete("{'prompt':[[1],[2,3]]}");
    assertThat(both.at("/choices/1/index").asInt()).isEqualTo(1);
    assertThat(both.at("/usage/prompt_tokens").asInt()).isEqualTo(14);
  }

  @Test
  void echoesThePromptWithItsProbabilities() {
    test.backend.answers(
        new ChatEvent.PromptLogprobs(List.of(token("b", -1), token("c", -2))),
        new ChatEvent.AnswerLogprob(token("d", -3)),
        new ChatEvent.TextDelta("d"),
        ScriptedBackend.finished(FinishReason.MAX_TOKENS, 1));
    JsonNode choice =
        complete("{'prompt':'abc','echo':true,'logprobs':1,'max_tokens':1}").at("/choices/0");
    assertThat(choice.at("/text").asString()).isEqualTo("abcd");
    assertThat(choice.at("/logprobs").toString())
        .isEqualTo(
            "{\"tokens\":[\"a\",\"b\",\"c\",\"d\"],\"token_logprobs\":[null,-1.0,-2.0,-3.0],"
                + "\"top_logprobs\":[null,{\"b\":-1.0},{\"c\":-2.0},{\"d\":-3.0}],"
                + "\"text_offset\":[0,1,2,3]}");
    JsonNode scored = complete("{'prompt':'abc','echo':true,'logprobs':1,'max_tokens':0}");
    assertThat(scored.at("/choices/0/text").asString()).isEqualTo("abc");
    assertThat(scored.at("/choices/0/logprobs/tokens").size()).isEqualTo(3);
    assertThat(scored.at("/usage/completion_tokens").asInt()).isZero();
  }

  @Test
  void streamsAsCompletionsDo() {
    test.backend.answers(
        new ChatEvent.PromptLogprobs(List.of(token("b", -1))),
        new ChatEvent.AnswerLogprob(token("d", -3)),
        new ChatEvent.TextDelta("d"),
        ScriptedBackend.finished(FinishReason.END, 1));
    String[] events =
        test.post("/v1/completions", "{'prompt':'ab','echo':true,'logprobs':0,'stream':true}")
            .body()
            .split("\n\n");
    assertThat(events).hasSize(4);
    JsonNode first = TestServer.json(events[0].substring(6)).at("/choices/0");
    assertThat(first.at("/text").asString()).isEqualTo("ab");
    assertThat(first.at("/logprobs/tokens").toString()).isEqualTo("[\"a\",\"b\"]");
    JsonNode second = TestServer.json(events[1].substring(6)).at("/choices/0");
    assertThat(second.at("/logprobs/text_offset/0").asInt()).isEqualTo(2);
    assertThat(TestServer.json(events[2].substring(6)).at("/choices/0/finish_reason").asString())
        .isEqualTo("stop");
    assertThat(events[3]).isEqualTo("data: [DONE]");
  }

  @Test
  void tellsTheLikeliestOfSeveral() {
    test.backend.answers((request, events, cancellation) -> {
      long seed = request.sampling().seed().orElseThrow();
      events.accept(new ChatEvent.AnswerLogprob(token("x", seed == 2 ? -0.1 : -5)));
      events.accept(new ChatEvent.TextDelta("of seed " + seed));
      events.accept(ScriptedBackend.finished(FinishReason.END, 1));
    });
    JsonNode answer = complete("{'prompt':'a','best_of':4,'n':1,'seed':0}");
    assertThat(answer.at("/choices").size()).isEqualTo(1);
    assertThat(answer.at("/choices/0/text").asString()).isEqualTo("of seed 2");
    assertThat(answer.at("/choices/0/logprobs").isNull()).isTrue();
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(4);
  }

  @Test
  void refusesWhatItCannotDo() {
    HttpResponse<String> suffix = test.post("/v1/completions", "{'prompt':'a','suffix':'b'}");
    assertThat(suffix.statusCode()).isEqualTo(501);
    assertThat(TestServer.json(suffix).at("/error/type").asString())
        .isEqualTo("not_supported_error");
    for (String body :
        List.of(
            "{}",
            "{'prompt':[]}",
            "{'prompt':[[]]}",
            "{'prompt':[1,-1]}",
            "{'prompt':[1,'a']}",
            "{'prompt':5}",
            "{'prompt':'a','best_of':2,'n':3}",
            "{'prompt':'a','best_of':2,'stream':true}",
            "{'prompt':'a','logprobs':21}",
            "{'prompt':'a','logprobs':true}",
            "{'prompt':'a','max_tokens':-1}")) {
      assertThat(test.post("/v1/completions", body).statusCode()).as(body).isEqualTo(400);
    }
  }

  @Test
  void embedsTexts() {
    JsonNode floats =
        TestServer.json(test.post("/v1/embeddings", "{'input':['abc','de'],'model':'tiny'}"));
    assertThat(floats.at("/data/1/index").asInt()).isEqualTo(1);
    assertThat(floats.at("/data/0/embedding").size()).isEqualTo(4);
    assertThat(floats.at("/usage/prompt_tokens").asInt()).isEqualTo(5);
    JsonNode base64 =
        TestServer.json(
            test.post(
                "/v1/embeddings", "{'input':[1,2],'encoding_format':'base64','dimensions':1}"));
    assertThat(Base64.getDecoder().decode(base64.at("/data/0/embedding").asString()))
        .containsExactly(0, 0, 0x80, 0x3f);
    assertThat(test.post("/v1/embeddings", "{'input':'a','dimensions':5}").statusCode())
        .isEqualTo(400);
    assertThat(test.post("/v1/embeddings", "{'input':'a','encoding_format':'int8'}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void tellsTokensInBothShapes() {
    assertThat(test.post("/tokenize", "{'content':'ab'}").body()).isEqualTo("{\"tokens\":[97,98]}");
    assertThat(test.post("/tokenize", "{'content':'a','with_pieces':true}").body())
        .isEqualTo("{\"tokens\":[{\"id\":97,\"piece\":\"a\"}]}");
    assertThat(test.post("/tokenize", "{'prompt':'a','return_token_strs':true}").body())
        .isEqualTo("{\"count\":1,\"max_model_len\":2048,\"tokens\":[97],\"token_strs\":[\"a\"]}");
    assertThat(test.post("/detokenize", "{'tokens':[97,98]}").body())
        .isEqualTo("{\"content\":\"ab\",\"prompt\":\"ab\"}");
    assertThat(test.post("/detokenize", "{'tokens':[]}").statusCode()).isEqualTo(200);
    assertThat(test.post("/detokenize", "{'tokens':['a']}").statusCode()).isEqualTo(400);
  }
}
