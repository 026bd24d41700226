package dev.freehold.server.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.chat.Caller;
import dev.freehold.server.Access;
import dev.freehold.server.KeyRing;
import dev.freehold.server.Problem;
import dev.freehold.server.Security;
import dev.freehold.server.ServerException;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.TestServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The pages of workflows: who may see and decide what, and what is seen, in Chromium.
class WorkflowPageTest {
  private static final String HOSTILE = "<img src=x onerror=hacked=1>";

  private static @Nullable Browser browser;

  @BeforeAll
  static void startBrowser() throws IOException {
    Optional<Path> program = Browser.program();
    if (program.isPresent()) {
      browser = Browser.start(program.orElseThrow());
    }
  }

  @AfterAll
  static void stopBrowser() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  private static Browser browser() {
    assumeTrue(browser != null, "no Chromium on the path: install the Debian package chromium");
    return java.util.Objects.requireNonNull(browser);
  }

  /// Knows two runs, and takes what is decided.
  private static final class Desk implements WorkflowSource {
    final List<String> decided = Collections.synchronizedList(new ArrayList<>());
    final List<String> waiting =
        Collections.synchronizedList(new ArrayList<>(List.of("review", "team~person")));

    private static ObjectNode json(String text) {
      return TestServer.json(text).asObject();
    }

    private ObjectNode asked(String step) {
      ObjectNode asked =
          json(
              """
              {"run": "k7mq2xpa", "title": "tickets: A wrong bill %s", "digest": "d-%s",
               "asked": "2026-05-01T10:00:00Z"}
              """
                  .formatted(HOSTILE, step));
      asked.put("step", step);
      if (step.equals("review")) {
        asked.put("question", "Send this answer to bert@example.org?");
        asked.set(
            "payload",
            json(
                """
                {"to": "bert@example.org", "urgent": false,
                 "text": "Dear Bert,\\n\\nthe second bill was an error. %s\\n\\nYours, Anna"}
                """
                    .formatted(HOSTILE)));
        asked.set(
            "show",
            json(
                """
                {"ticket": {"subject": "A wrong bill", "text": "I was billed twice."},
                 "shares": {"billing": 0.91837462514, "network": 0.08162537486},
                 "sources": [{"number": 1, "document": "refunds.md", "place": "Double bills",
                  "score": 2,
                  "quote": "A second bill within a day is cancelled. %s"}]}
                """
                    .formatted(HOSTILE)));
      } else {
        asked.put("question", "Which team answers this?");
        asked.set("payload", json("{\"choice\": \"network\"}"));
        asked.set("options", TestServer.json("[\"billing\", \"network\"]"));
      }
      return asked;
    }

    private ObjectNode head(String run, String state) {
      return json(
          """
          {"run": "%s", "title": "tickets: A wrong bill %s", "state": "%s",
           "note": "Send this answer to bert@example.org?", "changed": "2026-05-01T10:00:00Z"}
          """
              .formatted(run, HOSTILE, state));
    }

    @Override
    public JsonNode overview() {
      ObjectNode all = JsonNodeFactory.instance.objectNode();
      List.copyOf(waiting).forEach(step -> all.withArray("/waiting").add(asked(step)));
      if (waiting.isEmpty()) {
        all.putArray("waiting");
      }
      all.putArray("runs").add(head("k7mq2xpa", "waits")).add(head("z9z9z9z9", "failed"));
      return all;
    }

    @Override
    public JsonNode run(String id) {
      if (!id.equals("k7mq2xpa")) {
        throw new ServerException(Problem.Kind.NOT_FOUND, "there is no run \"" + id + "\"");
      }
      ObjectNode run = head(id, "waits");
      run.put("workflow", "tickets").put("file", "desk/tickets.yaml");
      run.put("digest", "0123456789abcdef").put("created", "2026-05-01T09:00:00Z");
      run.set("input", json("{\"ticket\": \"t\"}"));
      run.putArray("waiting").add(asked("review"));
      run.putArray("steps")
          .add(
              json(
                  """
                  {"key": "draft", "kind": "model", "name": "demo", "tries": 2,
                   "started": "2026-05-01T09:00:00Z", "finished": "2026-05-01T09:00:01Z",
                   "request": {"prompt": "Answer %s"}, "result": {"value": {"text": "Dear"}}}
                  """
                      .formatted(HOSTILE)));
      return run;
    }

    @Override
    public void decide(Decision decision, String by) {
      if (!waiting.contains(decision.step()) || !decision.digest().equals("d-" + decision.step())) {
        throw new ServerException(
            Problem.Kind.INVALID_REQUEST, "it was decided already: skip, by " + HOSTILE);
      }
      waiting.remove(decision.step());
      decided.add(
          "%s %s %s by %s"
              .formatted(
                  decision.action(),
                  decision.step(),
                  decision.payload().map(JsonNode::toString).orElse("-"),
                  by));
    }

    @Override
    public JsonNode look(String token) {
      if (!token.startsWith("good-")) {
        throw new ServerException(Problem.Kind.INVALID_REQUEST, "this link was changed");
      }
      ObjectNode link = JsonNodeFactory.instance.objectNode();
      link.put("action", token.substring(5)).put("until", "2026-05-08T10:00:00Z");
      link.set("waiting", asked("review"));
      return link;
    }

    @Override
    public void follow(String token, Optional<JsonNode> payload) {
      JsonNode unused = look(token);
      decide(
          new Decision(
              "k7mq2xpa",
              "review",
              "d-review",
              Action.valueOf(token.substring(5).toUpperCase(java.util.Locale.ROOT)),
              payload,
              ""),
          "link");
    }
  }

  private static TestServer serve(Desk desk, ServerOptions options) {
    return new TestServer(backends -> new WorkflowPages(desk, true), options);
  }

  private static TestServer serve(Desk desk) {
    return serve(desk, TestServer.options());
  }

  private static Tab open(TestServer server, String path) {
    Tab tab = browser().open();
    tab.size(1100, 1500, false);
    tab.language("en-GB");
    tab.open("http://127.0.0.1:" + server.port() + path);
    return tab;
  }

  private static void requireUnharmed(Tab tab) {
    assertThat(tab.evaluate("window.hacked").asInt()).isZero();
    assertThat(tab.evaluate("window.violations.join()").asString()).isEmpty();
    assertThat(tab.complaints).isEmpty();
  }

  @Test
  void whatWaitsIsSeenAndSentEditedAndSkipped() throws IOException {
    Desk desk = new Desk();
    try (TestServer server = serve(desk);
        Tab tab = open(server, "/workflows")) {
      tab.await("document.querySelectorAll('.asked').length === 2");
      assertThat(tab.text(".asked h3"))
          .isEqualTo("Send this answer to bert@example.org?|Which team answers this?");
      assertThat(tab.text(".asked cite")).isEqualTo("[1] refunds.md, Double bills");
      assertThat(tab.text(".asked blockquote")).contains("A second bill within a day", HOSTILE);
      assertThat(tab.text(".asked dd")).contains("92%", "8.2%").doesNotContain("0.918");
      assertThat(tab.text("#runs .state")).isEqualTo("waits|failed");
      tab.picture("workflows");
      tab.dark(true);
      tab.size(400, 900, true);
      tab.picture("workflows-phone-dark");
      tab.size(1100, 1500, false);
      tab.dark(false);
      tab.click(".asked .deciding button:nth-child(2)");
      tab.await("document.querySelector('.editor textarea') !== null");
      tab.picture("workflows-edit");
      tab.evaluate("document.querySelector('.editor textarea').value = 'Dear Bert, sorry.'");
      tab.click(".asked .deciding .primary");
      tab.await("document.querySelectorAll('.asked').length === 1");
      tab.click(".asked .deciding button:nth-child(3)");
      tab.awaitText("#waiting", "Nothing waits for anybody.");
      requireUnharmed(tab);
    }
    assertThat(desk.decided)
        .containsExactly(
            "EDIT review {\"to\":\"bert@example.org\",\"urgent\":false,\"text\":\"Dear Bert,"
                + " sorry.\"} by somebody at the page",
            "SKIP team~person - by somebody at the page");
  }

  @Test
  void ofTwoPeopleTheSecondSeesThatItWasDecided() {
    Desk desk = new Desk();
    try (TestServer server = serve(desk);
        Tab tab = open(server, "/workflows#k7mq2xpa")) {
      tab.await("document.querySelectorAll('#asked .asked').length === 1");
      desk.waiting.clear(); // somebody else was faster
      tab.click("#asked .primary");
      tab.awaitText("#asked .bad", "it was decided already: skip, by " + HOSTILE);
      assertThat(tab.evaluate("window.hacked").asInt()).isZero();
      assertThat(tab.evaluate("window.violations.join()").asString()).isEmpty();
    }
    assertThat(desk.decided).isEmpty();
  }

  @Test
  void aRunIsSeenStepByStep() throws IOException {
    try (TestServer server = serve(new Desk());
        Tab tab = open(server, "/workflows#k7mq2xpa")) {
      tab.await("document.querySelectorAll('#steps li').length === 1");
      assertThat(tab.text("#run-about dd")).contains("waits", "desk/tickets.yaml", "0123456789ab");
      assertThat(tab.text("#steps summary")).contains("draft", "model, demo", "2 tries");
      tab.click("#steps summary");
      assertThat(tab.text("#steps dd")).contains("Answer " + HOSTILE, "Dear");
      tab.picture("workflow-run");
      tab.click("#back");
      tab.await("!document.querySelector('#all').hidden");
      requireUnharmed(tab);
    }
  }

  @Test
  void aLinkShowsWhatItWouldDoAndDoesItOnceAtTheButton() throws IOException {
    Desk desk = new Desk();
    try (TestServer server = serve(desk);
        Tab tab = open(server, "/workflows/link#good-send")) {
      tab.awaitText("#problem", "Nothing happens before you press the button");
      assertThat(tab.text(".deciding button")).isEqualTo("Send");
      assertThat(desk.decided).isEmpty();
      tab.size(400, 900, true);
      tab.picture("workflow-link-phone");
      tab.click(".deciding .primary");
      tab.awaitText("#problem", "Done: it goes out as it was shown.");
      assertThat(desk.decided).containsExactly("SEND review - by link");
      requireUnharmed(tab);
    }
    try (TestServer server = serve(desk);
        Tab tab = open(server, "/workflows/link#bad")) {
      tab.awaitText("#problem", "this link was changed");
      assertThat(tab.count(".deciding button")).isZero();
    }
  }

  /// A preview of a mail program fetches what it finds.
  @Test
  void fetchingALinkDoesNothing() {
    Desk desk = new Desk();
    try (TestServer server = serve(desk)) {
      for (String path :
          List.of("/workflows/link", "/workflows/link?good-send", "/page/workflow-link/follow")) {
        assertThat(server.get(path).statusCode()).isIn(200, 405);
      }
    }
    assertThat(desk.decided).isEmpty();
  }

  /// What a page of somebody else can have a browser send.
  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
  void formsOfOtherPagesDecideNothing(String type) {
    Desk desk = new Desk();
    try (TestServer server = serve(desk)) {
      for (String path : List.of("/page/workflows/decide", "/page/workflow-link/follow")) {
        HttpRequest.Builder request =
            server
                .request(path)
                .header("Content-Type", type)
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        """
                        {"run": "k7mq2xpa", "step": "review", "digest": "d-review",
                         "action": "send", "token": "good-send"}
                        """));
        HttpRequest simple = request.copy().header("Sec-Fetch-Site", "cross-site").build();
        assertThat(server.send(simple).statusCode()).isEqualTo(415);
        HttpRequest foreign = request.copy().header("Origin", "https://evil.example").build();
        assertThat(server.send(foreign).statusCode()).isEqualTo(403);
      }
    }
    assertThat(desk.decided).isEmpty();
  }

  @Test
  void whereThereAreKeysOneThatMayManageIsNeeded() {
    Desk desk = new Desk();
    KeyRing ring = KeyRing.EMPTY.with(key("boss", Access.MANAGE)).with(key("ann", Access.USE));
    ServerOptions options = TestServer.options().withSecurity(Security.LOCAL.withKeys(() -> ring));
    try (TestServer server = serve(desk, options)) {
      String decision =
          """
          {"run": "k7mq2xpa", "step": "review", "digest": "d-review", "action": "send"}
          """;
      assertThat(ask(server, "/page/workflows", "", "")).isEqualTo(401);
      assertThat(ask(server, "/page/workflows", "", "ann")).isEqualTo(403);
      assertThat(ask(server, "/page/workflows/k7mq2xpa", "", "ann")).isEqualTo(403);
      assertThat(ask(server, "/page/workflows/decide", decision, "")).isEqualTo(401);
      assertThat(ask(server, "/page/workflows/decide", decision, "ann")).isEqualTo(403);
      assertThat(desk.decided).isEmpty();
      assertThat(ask(server, "/page/workflows", "", "boss")).isEqualTo(200);
      assertThat(ask(server, "/page/workflows/decide", decision, "boss")).isEqualTo(200);
      assertThat(desk.decided).containsExactly("SEND review - by boss");
      assertThat(ask(server, "/page/workflows/decide", decision, "boss")).isEqualTo(400);
      assertThat(server.get("/workflows").statusCode()).isEqualTo(200);
      desk.waiting.add("review");
      assertThat(ask(server, "/page/workflow-link/follow", "{\"token\": \"good-send\"}", ""))
          .as("a signed link is a key for one decision")
          .isEqualTo(200);
    }
  }

  private static KeyRing.Key key(String name, Access access) {
    return new KeyRing.Key(
        name, access, KeyRing.digest("fh-" + name), Instant.EPOCH, 0, 0, Caller.Priority.NORMAL);
  }

  private static int ask(TestServer server, String path, String body, String key) {
    HttpRequest.Builder request = server.request(path);
    if (!body.isEmpty()) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    if (!key.isEmpty()) {
      request.header("Authorization", "Bearer fh-" + key);
    }
    return server.send(request.build()).statusCode();
  }
}
