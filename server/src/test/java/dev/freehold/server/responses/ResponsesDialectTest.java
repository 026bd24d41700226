package dev.freehold.server.responses;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.TestServer;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.Script;
import java.net.http.HttpResponse;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ResponsesDialectTest {
  private final TestServer test =
      new TestServer(backends -> new ResponsesDialect(backends, Bodies.counting()));

  @AfterEach
  void close() {
    test.close();
  }

  private void answers(Script script) {
    test.backend.answers((request, events, cancellation) -> script.events().forEach(events));
  }

  @Test
  void answersWhole() {
    answers(Script.prompt(12, 4).says("Hello").ends(FinishReason.END));
    HttpResponse<String> answer =
        test.post("/v1/responses", "{'model':'tiny','input':'hi','metadata':{'a':'b'}}");
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode response = TestServer.json(answer);
    assertThat(response.get("status").stringValue()).isEqualTo("completed");
    assertThat(response.at("/output/0/content/0/text").stringValue()).isEqualTo("Hello");
    assertThat(response.at("/usage/input_tokens_details/cached_tokens").intValue()).isEqualTo(4);
    assertThat(response.get("metadata")).isEqualTo(Bodies.json("{'a':'b'}"));
  }

  @Test
  void answersInEvents() {
    answers(Script.prompt(12, 4).says("Hel", "lo").ends(FinishReason.END));
    HttpResponse<String> answer =
        test.post("/v1/responses", "{'model':'tiny','input':'hi','stream':true}");
    assertThat(answer.body())
        .startsWith("event: response.created\ndata: {\"type\":\"response.created\"")
        .contains(
            "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
                + "\"sequence_number\":4,\"item_id\":\"msg_2\",\"output_index\":0,"
                + "\"content_index\":0,\"delta\":\"Hel\",\"logprobs\":[]}\n\n");
    assertThat(answer.body().lines().filter(line -> line.startsWith("event: ")).toList())
        .hasSize(10)
        .endsWith("event: response.completed");
  }

  @Test
  void breaksOffWithResponseFailed() {
    answers(
        Script.prompt(12, 4)
            .says("Hel")
            .fails(new ChatException(ChatException.Kind.FAILED, "", "out of luck")));
    String body = test.post("/v1/responses", "{'model':'tiny','input':'a','stream':true}").body();
    assertThat(body.lines().filter(line -> line.startsWith("event: ")).toList())
        .endsWith("event: response.failed");
    HttpResponse<String> whole = test.post("/v1/responses", "{'model':'tiny','input':'a'}");
    assertThat(whole.statusCode()).isEqualTo(500);
  }

  @Test
  void errorsAreThoseOfOpenAi() {
    HttpResponse<String> answer =
        test.post("/v1/responses", "{'model':'tiny','input':'a','previous_response_id':'resp_1'}");
    assertThat(answer.statusCode()).isEqualTo(400);
    JsonNode error = TestServer.json(answer).get("error");
    assertThat(error.get("type").stringValue()).isEqualTo("invalid_request_error");
    assertThat(error.get("param").stringValue()).isEqualTo("previous_response_id");
    assertThat(error.get("message").stringValue()).contains("answers are not stored");
  }

  @Test
  void countsTokens() {
    assertThat(test.post("/v1/responses/input_tokens", "{'model':'tiny','input':'a'}").body())
        .isEqualTo("{\"object\":\"response.input_tokens\",\"input_tokens\":1}");
  }

  @Test
  void mutatedBodiesAreAnsweredOrRefused() {
    Random random = new Random(79);
    JsonNode valid =
        Bodies.json(
            "{'model':'tiny','input':[{'role':'user','content':'hi'}],'stream':false,"
                + "'tools':[{'type':'function','name':'a'}],'text':{'format':{'type':'text'}}}");
    for (int i = 0; i < 300; i++) {
      JsonNode body = Bodies.mutated(valid, random);
      HttpResponse<String> answer = test.post("/v1/responses", body.toString());
      assertThat(answer.statusCode())
          .as("seed 79, %s: %s", body, answer.body())
          .isBetween(200, 499);
    }
  }
}
