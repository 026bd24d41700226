package dev.freehold.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.ScriptedBackend;
import dev.freehold.server.TestServer;
import dev.freehold.server.anthropic.AnthropicDialect;
import dev.freehold.server.ollama.OllamaDialect;
import dev.freehold.server.openai.OpenAiDialect;
import dev.freehold.server.responses.ResponsesDialect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// In every dialect a receipt comes where it was asked for, at the end of the answer.
class ReceiptsTest {
  private static final String ROWS =
      """
      chat      | /v1/chat/completions | 'messages':[{'role':'user','content':'hi'}]
      complete  | /v1/completions      | 'prompt':'hi'
      anthropic | /v1/messages | 'max_tokens':9,'messages':[{'role':'user','content':'hi'}]
      responses | /v1/responses        | 'input':'hi'
      ollama    | /api/chat            | 'messages':[{'role':'user','content':'hi'}]
      ollama    | /api/generate        | 'prompt':'hi'
      ollama    | /api/generate        | 'prompt':'hi','raw':true
      """;

  private static Dialect dialect(String name, Backends backends) {
    return switch (name) {
      case "chat", "complete" -> new OpenAiDialect(backends);
      case "anthropic" -> new AnthropicDialect(backends, Bodies.counting());
      case "responses" -> new ResponsesDialect(backends, Bodies.counting());
      default ->
          new OllamaDialect(
              backends,
              (model, progress, cancellation) -> {
                throw new AssertionError("nothing is pulled");
              },
              Bodies.counting(),
              false);
    };
  }

  private static TestServer server(String name) {
    TestServer server = new TestServer(backends -> dialect(name, backends));
    server.backend.answers((request, events, cancellation) -> {
      events.accept(new ChatEvent.TextDelta("Hello"));
      ChatEvent.Finished finished =
          new ChatEvent.Finished(FinishReason.END, ScriptedBackend.usage(2));
      JsonNode receipt = JsonNodeFactory.instance.objectNode().put("version", 1);
      events.accept(request.output().receipt() ? finished.withReceipt(receipt) : finished);
    });
    return server;
  }

  private static String body(String fields, boolean isStream, String more) {
    return "{'model':'tiny','stream':%b,%s%s}".formatted(isStream, fields, more);
  }

  /// The objects of a stream, without what ends it.
  private static List<JsonNode> objects(String stream) {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : stream.split("\n")) {
      String json = line.startsWith("data: ") ? line.substring(6) : line;
      if (json.startsWith("{")) {
        objects.add(TestServer.json(json));
      }
    }
    return objects;
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = ROWS)
  void aWholeAnswerCarriesIt(String name, String path, String fields) {
    try (TestServer server = server(name)) {
      String wanted = body(fields, false, ",'freehold':{'receipt':true}");
      JsonNode answer = TestServer.json(server.post(path, wanted));
      assertThat(answer.at("/freehold/receipt/version").asInt()).isEqualTo(1);
      for (String more : List.of("", ",'freehold':{}", ",'freehold':{'receipt':false}")) {
        assertThat(server.post(path, body(fields, false, more)).body()).doesNotContain("freehold");
      }
      var wrong = server.post(path, body(fields, false, ",'freehold':{'receipt':1}"));
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("freehold.receipt");
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = ROWS)
  void aStreamCarriesItAtItsEnd(String name, String path, String fields) {
    try (TestServer server = server(name)) {
      String wanted = body(fields, true, ",'freehold':{'receipt':true}");
      List<JsonNode> objects = objects(server.post(path, wanted).body());
      List<JsonNode> carrying =
          objects.stream().filter(one -> one.toString().contains("freehold")).toList();
      assertThat(carrying).hasSize(1);
      JsonNode holder =
          name.equals("responses") ? carrying.getFirst().path("response") : carrying.getFirst();
      assertThat(holder.at("/freehold/receipt/version").asInt()).isEqualTo(1);
      int after = objects.size() - 1 - objects.indexOf(carrying.getFirst());
      assertThat(after).isEqualTo(name.equals("anthropic") ? 1 : 0);
    }
  }

  @Test
  void eachOfSeveralChoicesHasItsOwn() {
    try (TestServer server = server("chat")) {
      String fields = "'messages':[{'role':'user','content':'hi'}],'n':2";
      String wanted = body(fields, false, ",'freehold':{'receipt':true}");
      JsonNode answer = TestServer.json(server.post("/v1/chat/completions", wanted));
      assertThat(answer.has("freehold")).isFalse();
      for (JsonNode choice : answer.path("choices")) {
        assertThat(choice.at("/freehold/receipt/version").asInt()).isEqualTo(1);
      }
    }
  }
}
