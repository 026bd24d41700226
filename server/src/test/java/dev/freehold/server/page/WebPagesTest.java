package dev.freehold.server.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.server.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The files of the web pages as they go over the wire.
class WebPagesTest {
  private TestServer server;

  @BeforeEach
  void start() {
    server = new TestServer(WebPages::new);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void rootIsThePageForBrowsersAndASignOfLifeForClients() {
    HttpRequest browser =
        server.request("/").header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8").build();
    HttpResponse<String> page = server.send(browser);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(page.body()).contains("<title>Freehold</title>");
    HttpResponse<String> client = server.get("/");
    assertThat(client.body()).isEqualTo("Ollama is running");
    assertThat(client.headers().firstValue("Vary")).hasValue("Accept");
  }

  @Test
  void everythingThatThePagesNameIsThereAndGuarded() {
    List<String> unread =
        new ArrayList<>(List.of("/page/chat.html", "/page/status.html", "/page/usage.html"));
    TreeSet<String> read = new TreeSet<>();
    Pattern named =
        Pattern.compile(
            "(?:from |import |src=|href=|fetch\\(.)[\"'`]?((?:\\./|/page/)[\\w./-]+\\.\\w+)");
    while (!unread.isEmpty()) {
      String path = unread.removeLast();
      if (!read.add(path)) {
        continue;
      }
      HttpResponse<String> file = server.get(path);
      assertThat(file.statusCode()).as(path).isEqualTo(200);
      assertThat(file.headers().firstValue("Content-Security-Policy").orElseThrow())
          .as(path)
          .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
          .doesNotContain("unsafe", "http", "*");
      assertThat(file.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(file.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
      named
          .matcher(path.contains("/lib/") ? "" : file.body())
          .results()
          .map(found -> found.group(1).replaceFirst("^\\./", "/page/"))
          .forEach(unread::add);
    }
    assertThat(read).contains("/page/lib/dompurify/dist/purify.es.mjs", "/page/plot.js");
  }

  @Test
  void aFileThatIsKnownIsNotSentAgain() {
    HttpResponse<String> first = server.get("/page/chat.js");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again =
        server.send(server.request("/page/chat.js").header("If-None-Match", tag).build());
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(first.headers().firstValue("Cache-Control")).hasValue("no-cache");
    HttpResponse<String> other =
        server.send(server.request("/page/chat.js").header("If-None-Match", "\"old\"").build());
    assertThat(other.body()).isEqualTo(first.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/",
        "/page/WebPages.class",
        "/page/..%2fpage%2fchat.js",
        "/page/%2e%2e/Server.class",
        "/page/lib/",
        "/page/texts/fr.json",
        "/page//chat.js"
      })
  void nothingElseIsThere(String path) {
    assertThat(server.get(path).statusCode()).isEqualTo(404);
  }

  @Test
  void stateTellsModelsAndWhatTheyDo() {
    JsonNode state = TestServer.json(server.get("/page/state"));
    assertThat(state.at("/models/0/name").asString()).isEqualTo("tiny");
    assertThat(state.at("/models/0/details/family").asString()).isEqualTo("llama");
    assertThat(state.at("/models/0/loaded/memory_bytes").asLong()).isEqualTo(5000);
    assertThat(state.at("/activity/0/prefix_hit_tokens").asLong()).isEqualTo(20);
  }

  @Test
  void stateTellsHowOpenModelsAre() throws Exception {
    OpennessSource openness =
        model ->
            Optional.of(
                new OpennessSource.Openness(
                    "Class III", false, List.of("Some License"), List.of("it ends"), 2));
    try (TestServer audited =
        new TestServer(backends -> new WebPages(backends, UsageSource.NONE, openness))) {
      JsonNode state = TestServer.json(audited.get("/page/state"));
      assertThat(state.at("/models/0/openness/grade").asString()).isEqualTo("Class III");
      assertThat(state.at("/models/0/openness/risks/0").asString()).isEqualTo("it ends");
      assertThat(state.at("/models/0/openness/unknown").asInt()).isEqualTo(2);
    }
    JsonNode silent = TestServer.json(server.get("/page/state"));
    assertThat(silent.at("/models/0/openness").isMissingNode()).isTrue();
  }

  @Test
  void languagesHaveTheSameTextsWithTheSameValues() throws IOException {
    JsonNode english = texts("en");
    JsonNode german = texts("de");
    assertThat(german.propertyNames()).containsExactlyElementsOf(english.propertyNames());
    Pattern value = Pattern.compile("\\{\\w+}");
    for (String key : english.propertyNames()) {
      assertThat(value.matcher(german.path(key).asString()).results().map(r -> r.group()))
          .as(key)
          .containsExactlyInAnyOrderElementsOf(
              value.matcher(english.path(key).asString()).results().map(r -> r.group()).toList());
    }
  }

  private static JsonNode texts(String language) throws IOException {
    try (InputStream in = WebPages.class.getResourceAsStream("texts/" + language + ".json")) {
      return TestServer.json(
          new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    }
  }
}
