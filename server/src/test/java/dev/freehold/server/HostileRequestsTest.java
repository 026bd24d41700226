package dev.freehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Caller;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Requests that are made to harm, in every dialect: numbers, lists, images, paths, templates and
/// keys.
class HostileRequestsTest {
  private static final String CHAT =
      "\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";

  /// Paths with the begin of a body that they take.
  private static final Map<String, String> ASKS =
      Map.of(
          "/v1/chat/completions", CHAT,
          "/v1/completions", "\"model\":\"tiny\",\"prompt\":\"Hi\"",
          "/v1/embeddings", "\"model\":\"tiny\",\"input\":\"Hi\"",
          "/v1/responses", "\"model\":\"tiny\",\"input\":\"Hi\"",
          "/v1/messages", CHAT + ",\"max_tokens\":9",
          "/api/chat", CHAT,
          "/api/generate", "\"model\":\"tiny\",\"prompt\":\"Hi\"",
          "/api/embed", "\"model\":\"tiny\",\"input\":\"Hi\"");

  private final TestServer test = TestServer.ofAll();

  @AfterEach
  void close() {
    test.close();
  }

  private HttpResponse<String> post(String path, String body) {
    return test.send(
        test.request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  /// The answer to a body with more members; a member that is there twice stands once.
  private HttpResponse<String> ask(String path, String name, String value) {
    StringBuilder body = new StringBuilder("{");
    TestServer.json("{" + ASKS.get(path) + "}")
        .properties()
        .forEach(member -> {
          if (!member.getKey().equals(name)) {
            body.append("\"%s\":%s,".formatted(member.getKey(), member.getValue()));
          }
        });
    return post(path, body + "\"%s\":%s}".formatted(name, value));
  }

  private static String message(HttpResponse<String> answer) {
    JsonNode error = TestServer.json(answer).path("error");
    return error.isString() ? error.stringValue() : error.path("message").asString();
  }

  private void assertRefused(HttpResponse<String> answer, String field, String what) {
    assertThat(answer.statusCode()).as("%s: %s", what, answer.body()).isEqualTo(400);
    assertThat(message(answer)).as(what).startsWith(field);
  }

  /// Field, path, and values beside those that no number may have.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          n                     | /v1/chat/completions | -1;0;1000000000;2.5
          top_logprobs          | /v1/chat/completions | -1;1000000000;2.5
          max_tokens            | /v1/chat/completions | -1;0;2.5
          max_completion_tokens | /v1/chat/completions | -1;0;2.5
          temperature           | /v1/chat/completions | -1;1000000000
          top_p                 | /v1/chat/completions | -1;2
          top_k                 | /v1/chat/completions | -2;2.5
          seed                  | /v1/chat/completions | 2.5;9223372036854775808
          thinking_budget       | /v1/chat/completions | -2;2.5
          n                     | /v1/completions      | -1;0;1000000000
          best_of               | /v1/completions      | -1;0;1000000000
          logprobs              | /v1/completions      | -1;1000000000
          max_tokens            | /v1/completions      | -1;2.5
          dimensions            | /v1/embeddings       | -1;0;1000000000
          max_output_tokens     | /v1/responses        | -1;0;2.5
          top_logprobs          | /v1/responses        | -1;1000000000
          temperature           | /v1/responses        | -1
          max_tokens            | /v1/messages         | -1;0;2.5
          temperature           | /v1/messages         | -1
          top_k                 | /v1/messages         | -2;2.5
          top_logprobs          | /api/chat            | -1;1000000000
          dimensions            | /api/embed           | -1
          """)
  void numbersOutOfTheirRangeAreNamed(String field, String path, String more) {
    List<String> values =
        new ArrayList<>(List.of("1e400", "-1e400", "\"5\"", "true", "[]", "{}", "1e30"));
    values.addAll(List.of(more.split(";")));
    for (String value : values) {
      assertRefused(ask(path, field, value), field, path + " " + field + " " + value);
    }
    for (String value : List.of("NaN", "Infinity", "0x10", "1e")) { // no JSON
      assertThat(ask(path, field, value).statusCode()).as(value).isEqualTo(400);
    }
    boolean isNeeded = path.equals("/v1/messages") && field.equals("max_tokens");
    assertThat(ask(path, field, "null").statusCode()).isEqualTo(isNeeded ? 400 : 200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"num_predict", "temperature", "top_k", "seed", "repeat_penalty"})
  void optionsOfOllamaOutOfTheirRangeAreNamed(String option) {
    for (String value : List.of("-9", "2.5", "1e400", "\"5\"", "true")) {
      boolean isFine =
          value.equals("-9") && option.equals("seed")
              || value.equals("2.5") && List.of("temperature", "repeat_penalty").contains(option);
      for (String path : List.of("/api/chat", "/api/generate")) {
        HttpResponse<String> answer = ask(path, "options", "{\"" + option + "\":" + value + "}");
        if (isFine) {
          assertThat(answer.statusCode()).isEqualTo(200);
        } else {
          assertRefused(answer, "options." + option, path + " " + value);
        }
      }
    }
  }

  static List<String> chats() {
    return List.of("/v1/chat/completions", "/v1/messages", "/api/chat");
  }

  private static String repeated(int times, Function<Integer, String> element) {
    StringBuilder all = new StringBuilder("[");
    for (int i = 0; i < times; i++) {
      all.append(i == 0 ? "" : ",").append(element.apply(i));
    }
    return all.append("]").toString();
  }

  @ParameterizedTest
  @MethodSource("chats")
  void listsWithoutEndAreRefused(String path) {
    String stop = path.equals("/v1/messages") ? "stop_sequences" : "stop";
    boolean isOllama = path.equals("/api/chat");
    for (String stops :
        List.of(repeated(100_000, i -> "\"s" + i + "\""), "[\"" + "s".repeat(1 << 20) + "\"]")) {
      HttpResponse<String> answer =
          isOllama ? ask(path, "options", "{\"stop\":" + stops + "}") : ask(path, stop, stops);
      assertRefused(answer, isOllama ? "options.stop" : stop, "stops");
    }
    assertRefused(
        ask(path, "messages", repeated(120_000, i -> "{\"role\":\"user\",\"content\":\"a\"}")),
        "messages",
        "messages");
    String tool =
        path.equals("/v1/messages")
            ? "{\"name\":\"t%d\",\"input_schema\":{\"type\":\"object\"}}"
            : "{\"type\":\"function\",\"function\":{\"name\":\"t%d\"}}";
    assertRefused(ask(path, "tools", repeated(10_000, tool::formatted)), "tools", "tools");
    assertRefused(
        ask(path, "messages", "[{\"role\":\"root\",\"content\":\"a\"}]"),
        "messages[0].role",
        "role");
    assertThat(test.backend.asked).isEmpty();
  }

  @Test
  void biasesOfTokensThatCannotBeAreRefused() {
    for (String bias :
        List.of("{\"-1\":1}", "{\"x\":1}", "{\"7\":101}", "{\"7\":\"1\"}", "{\"99999999999\":1}")) {
      assertRefused(ask("/v1/chat/completions", "logit_bias", bias), "logit_bias", bias);
    }
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; i < 10_000; i++) {
      many.append(i == 0 ? "" : ",").append("\"%d\":1".formatted(i));
    }
    assertRefused(ask("/v1/chat/completions", "logit_bias", many + "}"), "logit_bias", "many");
  }

  /// An empty stop string stops nothing.
  @Test
  void emptyStopsAreNone() {
    assertThat(ask("/v1/chat/completions", "stop", "[\"\"]").statusCode()).isEqualTo(200);
    assertThat(test.backend.last().ending().stop()).isEmpty();
    assertRefused(ask("/v1/messages", "stop_sequences", "[\"\"]"), "stop_sequences", "empty");
  }

  /// What is not on the list of what a request may set changes nothing or is refused.
  @Test
  void templatesAndUnknownFieldsReachNothing() {
    ask("/v1/chat/completions", "chat_template", "\"{{ evil }}\"");
    assertThat(test.backend.last()).isEqualTo(plain("/v1/chat/completions"));
    ask("/v1/chat/completions", "tokenize", "true");
    assertThat(test.backend.last()).isEqualTo(plain("/v1/chat/completions"));
    for (String name : List.of("api_base", "base_url", "n_discard", "lora", "id_slot", "\\u0000")) {
      ask("/v1/chat/completions", name, "\"http://127.0.0.1:1\"");
      assertThat(test.backend.last()).isEqualTo(plain("/v1/chat/completions"));
    }
    for (String name :
        List.of("messages", "tools", "chat_template", "tokenize", "bos_token", "namespace")) {
      assertRefused(
          ask("/v1/chat/completions", "chat_template_kwargs", "{\"" + name + "\":1}"),
          "chat_template_kwargs." + name,
          name);
    }
    assertRefused(ask("/api/generate", "template", "\"{{ evil }}\""), "template", "template");
  }

  private dev.freehold.chat.ChatRequest plain(String path) {
    ask(path, "user", "\"x\"");
    return test.backend.last();
  }

  /// No request makes the server connect to anything, whatever it names as an image: what could be
  /// one is handed to the backend as it is.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:PORT/a.png",
        "http://localhost:PORT/a.png",
        "http:\\\\127.0.0.1:PORT/a.png",
        "http://a@127.0.0.1:PORT/a.png",
        "http://2130706433:PORT/a.png",
        "http://[::ffff:127.0.0.1]:PORT/a.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,iVBORw0KGgo="
      })
  void imagesAreNeverFetched(String address) throws IOException {
    try (ServerSocket watched = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      watched.setSoTimeout(50);
      String url = address.replace("PORT", "" + watched.getLocalPort()).replace("\\", "\\\\");
      for (String path : chats()) {
        String content =
            switch (path) {
              case "/v1/chat/completions" ->
                  "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"" + url + "\"}}]";
              case "/v1/messages" ->
                  "[{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"" + url + "\"}}]";
              default -> "\"a\",\"images\":[\"" + url + "\"]";
            };
        String messages = "[{\"role\":\"user\",\"content\":" + content + "}]";
        HttpResponse<String> answer = ask(path, "messages", messages);
        if (answer.statusCode() == 200) {
          assertThat(test.backend.last().input().toString())
              .as(path)
              .contains(url.substring(url.indexOf(',') + 1));
        } else {
          assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(400);
          assertThat(message(answer)).startsWith("messages[0].");
        }
      }
      String item =
          "[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"%s\"}]}]"
              .formatted(url);
      HttpResponse<String> responses = ask("/v1/responses", "input", item);
      assertThat(responses.statusCode())
          .as(responses.body())
          .isEqualTo(url.startsWith("http:/") || url.startsWith("data:image/png") ? 200 : 400);
      String document =
          "[{\"role\":\"user\",\"content\":[{\"type\":\"document\",\"source\":{\"type\":\"url\","
              + "\"url\":\""
              + url
              + "\"}}]}]";
      assertRefused(ask("/v1/messages", "messages", document), "messages[0].content[0]", "file");
      org.assertj.core.api.Assertions.assertThatThrownBy(watched::accept)
          .as("nobody comes")
          .isInstanceOf(java.net.SocketTimeoutException.class);
    }
  }

  /// The status line of the answer to a target as it stands, without a client's tidying.
  private int status(String target) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), test.port())) {
      socket.setSoTimeout(120_000);
      String request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      byte[] line = socket.getInputStream().readNBytes(12);
      return Integer.parseInt(new String(line, StandardCharsets.US_ASCII).substring(9));
    }
  }

  @Test
  void targetsThatAreNoPathsOfOursReachNothing() throws IOException {
    for (String target :
        List.of(
            "//",
            "///v1/models",
            "/..%2f..%2fetc/passwd",
            "/page/..%2f..%2fserver.yaml",
            "/page/../../server.yaml",
            "/page/%2e%2e/%2e%2e/x",
            "/v1/models/%00",
            "/v1/models/%",
            "/v1/models/%zz",
            "/v1/models/%c0%ae%c0%ae",
            "/v1%2fmodels",
            "/v1/models/..",
            "\\\\evil\\share",
            "/" + "a/".repeat(4000),
            "/v1/models/" + "%41".repeat(3000),
            "http://evil.com/v1/models",
            "evil.com:80",
            "*",
            "v1/models")) {
      assertThat(status(target)).as(target).isBetween(400, 499);
    }
    assertThat(status("/v1/models?" + "a=1&".repeat(7000))).as("30 kB of keys").isIn(200, 400, 431);
    assertThat(status("/v1/models?" + "a=1&".repeat(20_000))).as("80 kB of keys").isIn(400, 431);
  }

  /// Every route that manages needs a key that may, and so does dropping or keeping a model.
  @Test
  void whoMayOnlyUseManagesNothing() {
    String use = "fh-use";
    KeyRing ring =
        KeyRing.EMPTY.with(
            new KeyRing.Key(
                "ann",
                Access.USE,
                KeyRing.digest(use),
                Instant.EPOCH,
                0,
                0,
                Caller.Priority.NORMAL));
    ServerOptions options = TestServer.options().withSecurity(Security.LOCAL.withKeys(() -> ring));
    try (TestServer guarded = TestServer.ofAll(options)) {
      List<Route> managing =
          guarded.server.routes().stream()
              .filter(route -> route.access() == Access.MANAGE)
              .toList();
      assertThat(managing).extracting(Route::path).contains("/api/pull");
      for (Route route : managing) {
        assertThat(send(guarded, use, route.method(), route.path(), "{\"model\":\"tiny\"}"))
            .as(route.path())
            .isEqualTo(403);
        assertThat(send(guarded, "fh-other", route.method(), route.path(), "{}")).isEqualTo(401);
      }
      for (String path : List.of("/api/delete", "/api/create", "/api/push", "/api/copy")) {
        for (String method : List.of("POST", "DELETE")) {
          assertThat(send(guarded, use, method, path, "{\"model\":\"tiny\"}")).isIn(404, 405);
        }
      }
      String drop = "{\"model\":\"tiny\",\"keep_alive\":0}";
      for (String path : List.of("/api/chat", "/api/generate")) {
        assertThat(send(guarded, use, "POST", path, drop)).isEqualTo(403);
      }
      assertThat(guarded.backend.managed).isEmpty();
      String keep = "{\"model\":\"tiny\",\"prompt\":\"a\",\"input\":\"a\",\"keep_alive\":-1}";
      for (String path : List.of("/api/generate", "/api/embed", "/api/embeddings")) {
        assertThat(send(guarded, use, "POST", path, keep)).isEqualTo(200);
      }
      assertThat(guarded.backend.managed).hasSize(3).containsOnly("load tiny -");
    }
  }

  private static int send(TestServer to, String key, String method, String path, String body) {
    return to.send(
            to.request(path)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build())
        .statusCode();
  }

  /// Errors of all dialects, for all kinds of wrong keys, tell nothing of the key.
  @Test
  void noErrorTellsTheKey() {
    String secret = "fh-Sup3rS3cretKeyOfAnn";
    KeyRing ring =
        KeyRing.EMPTY.with(
            new KeyRing.Key(
                "ann",
                Access.USE,
                KeyRing.digest(secret),
                Instant.EPOCH,
                0,
                0,
                Caller.Priority.NORMAL));
    Queue<Object> log = new ConcurrentLinkedQueue<>();
    ServerOptions options =
        TestServer.options().withLog(log::add).withSecurity(Security.LOCAL.withKeys(() -> ring));
    StringBuilder told = new StringBuilder();
    try (TestServer guarded = TestServer.ofAll(options)) {
      for (Route route : guarded.server.routes()) {
        for (String key : List.of(secret, secret + "x", "\"" + secret + "\"")) {
          String path = route.path().replaceAll("\\{.*}", "x") + "?api_key=" + secret;
          for (String body : List.of("{}", "{", "{\"model\":\"none\"}")) {
            HttpResponse<String> answer =
                guarded.send(
                    guarded
                        .request(path)
                        .header("Authorization", "Bearer " + key)
                        .header("Content-Type", "application/json")
                        .method(route.method(), HttpRequest.BodyPublishers.ofString(body))
                        .build());
            told.append(answer.body()).append(answer.headers().map());
          }
        }
      }
    }
    assertThat(told.toString() + log)
        .contains("this server needs a key")
        .contains("\"caller\":\"ann\"")
        .doesNotContain("Sup3rS3cret")
        .doesNotContain(KeyRing.digest(secret))
        .doesNotContain(secret.toLowerCase(Locale.ROOT));
  }
}
