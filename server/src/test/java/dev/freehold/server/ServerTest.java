package dev.freehold.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.server.openai.OpenAiDialect;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Routes, statuses and errors of the server, whatever the dialect.
class ServerTest {
  private final TestServer test = new TestServer(OpenAiDialect::new);

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void anAddressThatIsTakenIsAnError() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ServerOptions options = ServerOptions.loopback(taken.getLocalPort(), Clock.systemUTC());
      assertThatThrownBy(() ->
              Server.start(
                  options,
                  new ScriptedBackend().backends(),
                  backends -> List.of(new OpenAiDialect(backends))))
          .isInstanceOf(ServerException.class)
          .hasMessageStartingWith("cannot listen at 127.0.0.1:%d: ".formatted(options.port()))
          .hasMessageContaining("in use");
    }
  }

  @Test
  void tellsItsHealth() {
    HttpResponse<String> answer = test.get("/health");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
  }

  @Test
  void tellsWhichModelsThereAre() {
    HttpResponse<String> answer = test.get("/v1/models");
    assertThat(TestServer.json(answer).at("/data/0/id").asString()).isEqualTo("tiny");
    assertThat(TestServer.json(test.get("/v1/models/tiny")).at("/meta/n_ctx").asInt())
        .isEqualTo(2048);
    assertThat(test.get("/v1/models/none").statusCode()).isEqualTo(404);
  }

  @Test
  void unknownPathsAndMethodsAreErrorsInTheWordsOfTheDialect() {
    HttpResponse<String> nowhere = test.get("/v1/nothing");
    assertThat(nowhere.statusCode()).isEqualTo(404);
    assertThat(TestServer.json(nowhere).at("/error/type").asString()).isEqualTo("not_found_error");
    HttpResponse<String> wrong = test.send(test.request("/v1/models").DELETE().build());
    assertThat(wrong.statusCode()).isEqualTo(405);
    assertThat(TestServer.json(wrong).at("/error/message").asString())
        .isEqualTo("/v1/models takes GET, found DELETE");
  }

  @Test
  void strangePathsReachNothing() {
    for (String path :
        new String[] {
          "/v1//models",
          "/v1/models/",
          "/v1/%2e%2e/health",
          "/%68ealth",
          "/v1/models%2ftiny",
          "/health/",
          "/HEALTH",
          "/v1/models/%00",
          "/v1/models/..%2f..%2fx"
        }) {
      HttpResponse<String> answer =
          test.send(
              HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:" + test.port() + path))
                  .build());
      assertThat(answer.statusCode()).as(path).isIn(400, 404);
      assertThat(TestServer.json(answer).at("/error/message").asString()).as(path).isNotEmpty();
    }
  }
}
