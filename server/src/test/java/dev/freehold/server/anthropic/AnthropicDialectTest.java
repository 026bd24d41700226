package dev.freehold.server.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.TestServer;
import dev.freehold.server.wire.Bodies;
import dev.freehold.server.wire.Script;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AnthropicDialectTest {
  private static final String ASK =
      "{'model':'tiny','max_tokens':9,'messages':[{'role':'user','content':'hi'}]%s}";

  private final TestServer test =
      new TestServer(backends -> new AnthropicDialect(backends, Bodies.counting()));

  @AfterEach
  void close() {
    test.close();
  }

  private void answers(Script script) {
    test.backend.answers((request, events, cancellation) -> script.events().forEach(events));
  }

  private HttpResponse<String> ask(String more) {
    return test.post("/v1/messages", ASK.formatted(more));
  }

  @Test
  void answersWhole() {
    answers(Script.prompt(12, 4).thinks("Hm.").says("Hello").ends(FinishReason.END));
    HttpResponse<String> answer = ask("");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("request-id")).isPresent();
    assertThat(TestServer.json(answer))
        .isEqualTo(
            Bodies.json(
                "{'id':'msg_1','type':'message','role':'assistant','model':'tiny','content':["
                    + "{'type':'thinking','thinking':'Hm.',"
                    + "'signature':'bnLZXLS0/hZO5nf43c5L3i5a8E6eKCzNSioX+m7HHYE='},"
                    + "{'type':'text','text':'Hello','citations':null}],"
                    + "'stop_reason':'end_turn','stop_sequence':null,'stop_details':null,"
                    + "'usage':{'input_tokens':8,'cache_creation_input_tokens':0,"
                    + "'cache_read_input_tokens':4,'output_tokens':3,"
                    + "'output_tokens_details':{'thinking_tokens':2}}}"));
  }

  @Test
  void answersInEvents() {
    answers(Script.prompt(12, 4).says("Hel", "lo").ends(FinishReason.END));
    HttpResponse<String> answer = ask(",'stream':true");
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("text/event-stream; charset=utf-8");
    assertThat(answer.body().lines().filter(line -> line.startsWith("event: ")))
        .containsExactly(
            "event: message_start",
            "event: content_block_start",
            "event: content_block_delta",
            "event: content_block_delta",
            "event: content_block_stop",
            "event: message_delta",
            "event: message_stop");
    assertThat(answer.body())
        .contains(
            "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                + "\"delta\":{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\n")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  @Test
  void breaksOffWithAnErrorEvent() {
    answers(
        Script.prompt(12, 4)
            .says("Hel")
            .fails(
                new ChatException(
                    ChatException.Kind.OVERLOADED, "no memory left", Duration.ofSeconds(2))));
    String body = ask(",'stream':true").body();
    assertThat(body)
        .contains(
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\"")
        .doesNotContain("message_stop");
    assertThat(ask("").statusCode()).isEqualTo(429);
  }

  @Test
  void errorsNameTheirTypeAndField() {
    HttpResponse<String> wrong = test.post("/v1/messages", "{'model':'tiny','messages':[]}");
    assertThat(wrong.statusCode()).isEqualTo(400);
    JsonNode body = TestServer.json(wrong);
    assertThat(body.get("type").stringValue()).isEqualTo("error");
    assertThat(body.at("/error/type").stringValue()).isEqualTo("invalid_request_error");
    assertThat(body.at("/error/message").stringValue()).startsWith("max_tokens: is missing");
    assertThat(body.get("request_id").stringValue())
        .isEqualTo(wrong.headers().firstValue("request-id").orElseThrow());
    HttpResponse<String> none = test.post("/v1/messages", ASK.formatted("").replace("tiny", "x"));
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(none).at("/error/type").stringValue()).isEqualTo("not_found_error");
  }

  @Test
  void tooLongPromptsAreToldAsClientsExpect() {
    test.backend.answers((request, events, cancellation) -> {
      throw new ChatException(
          ChatException.Kind.CONTEXT_EXCEEDED, "", "5000 tokens > 4096 maximum");
    });
    HttpResponse<String> answer = ask("");
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(TestServer.json(answer).at("/error/message").stringValue())
        .isEqualTo("prompt is too long: 5000 tokens > 4096 maximum");
  }

  @Test
  void countsTokens() {
    HttpResponse<String> answer =
        test.post(
            "/v1/messages/count_tokens",
            "{'model':'tiny','system':'s','messages':[{'role':'user','content':'a'}]}");
    assertThat(answer.body()).isEqualTo("{\"input_tokens\":2}");
  }

  @Test
  void tellsWhichModelsThereAre() {
    HttpRequest list =
        test.request("/v1/models?limit=100").header("anthropic-version", "2023-06-01").build();
    String tiny =
        "{'type':'model','id':'tiny','display_name':'tiny','created_at':'2026-11-21T00:00:00Z',"
            + "'capabilities':null,"
            + "'max_input_tokens':2048,'max_tokens':2048}";
    assertThat(TestServer.json(test.send(list)))
        .isEqualTo(
            Bodies.json(
                "{'data':[" + tiny + "],'has_more':false,'first_id':'tiny','last_id':'tiny'}"));
    HttpRequest one =
        test.request("/v1/models/tiny").header("anthropic-version", "2023-06-01").build();
    assertThat(TestServer.json(test.send(one))).isEqualTo(Bodies.json(tiny));
  }

  @Test
  void takesTheHeadersOfItsClients() {
    HttpResponse<String> answer =
        test.send(
            test.request("/v1/messages?beta=true")
                .header("Content-Type", "application/json")
                .header("x-api-key", "anything")
                .header("anthropic-version", "2023-06-01")
                .header("anthropic-beta", "interleaved-thinking-2025-05-14")
                .POST(HttpRequest.BodyPublishers.ofString(ASK.formatted("").replace('\'', '"')))
                .build());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void mutatedBodiesAreAnsweredOrRefused() {
    Random random = new Random(77);
    JsonNode valid = Bodies.json(ASK.formatted(",'temperature':1,'system':'s'"));
    for (int i = 0; i < 300; i++) {
      JsonNode body = Bodies.mutated(valid, random);
      HttpResponse<String> answer = test.post("/v1/messages", body.toString());
      assertThat(answer.statusCode())
          .as("seed 77, %s: %s", body, answer.body())
          .isBetween(200, 499);
    }
  }
}
