package dev.freehold.server.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.server.Access;
import dev.freehold.server.KeyRing;
import dev.freehold.server.Security;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.TestServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The page of usage: who may see what, and what is seen, in Chromium.
class UsagePageTest {
  private static final String HOSTILE = "<img src=x onerror=hacked=1>";

  private static final String ROW =
      """
      {"name":"%s","requests":%d,"ok":%d,"outcomes":{"ok":%d,"quota":2},"prompt_tokens":120000,
       "cached_tokens":30000,"completion_tokens":9000,"reasoning_tokens":0,
       "cost_micros":{"EUR":%d},"unpriced_requests":%d,"unsettled_micros":{},
       "unsettled_requests":0,"first_token_micros":{"p50":350000,"p95":900000},
       "whole_micros":{"p50":1500000,"p95":4200000},"millijoules":{"estimate":%d},
       "saved_by_failover":3}
      """;

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

  private static String row(String name, int requests, long micros, int unpriced) {
    int ok = requests - 2;
    return ROW.formatted(name, requests, ok, ok, micros, unpriced, requests * 5_000_000L);
  }

  private static JsonNode usage(boolean isEvaluated) {
    String days =
        row("2026-11-02", 20, 1_250_000, 0)
            + ","
            + row("2026-11-05", 45, 2_800_000, 0)
            + ","
            + row("2026-11-07", 32, 420_000, 0);
    return TestServer.json(
        """
        {"zone":"Europe/Berlin","first_day":"2026-11-01",
         "days":{"rows":[%s]},
         "groups":{"total":%s,"rows":[%s,%s],"unrecorded":4,
          "failovers":[{"failed":"openai","failure":"quota","served":"freehold","requests":3,
           "completion_tokens":1200}]}%s}
        """
            .formatted(
                days,
                row("", 97, 4_470_000, 5),
                row(HOSTILE, 60, 4_470_000, 0),
                row("tickets", 37, 0, 5),
                isEvaluated
                    ? ",\"evaluations\":[{\"name\":\"demo\",\"score\":0.75,\"cost_micros\":500000,"
                        + "\"currency\":\"EUR\"}]"
                    : ""));
  }

  private static Tab open(PageServer server) {
    Tab tab = browser().open();
    tab.size(1200, 1500, false);
    tab.language("en-GB");
    tab.open(server.address() + "/usage");
    return tab;
  }

  @Test
  void showsSumsPlotsAndWhatFailoversSaved() throws IOException {
    AtomicReference<UsageSource.Question> asked = new AtomicReference<>();
    UsageSource source =
        question -> {
          asked.set(question);
          return usage(false);
        };
    try (PageServer server = new PageServer("", source);
        Tab tab = open(server)) {
      tab.await("document.querySelectorAll('.plot').length === 5");
      assertThat(tab.text("#sums dd"))
          .isEqualTo("97|98 %|€4.47 + unknown|129K|25 %|1.50 / 4.20\u00a0s|~485.0\u00a0kJ|3");
      assertThat(tab.text(".plot output"))
          .isEqualTo(
              "4.47|360,000 Prompt tokens, 27,000 Answer tokens|91 Answered whole, 6 not"
                  + "|485.0|9");
      assertThat(tab.text("#groups th")).isEqualTo(HOSTILE + "|tickets");
      assertThat(tab.text("#failovers td")).isEqualTo("quota|freehold|3|1.2K");
      assertThat(tab.text("#caveats"))
          .contains("Not answered whole: 2 quota.", "The cost of 5 requests is unknown")
          .contains("estimate from processor time", "4 requests were served while the ledger");
      assertThat(tab.evaluate("document.querySelector('#evaluations-section').hidden").asBoolean())
          .isTrue();
      tab.picture("usage");
      tab.dark(true);
      tab.size(400, 900, true);
      tab.picture("usage-phone-dark");
      tab.evaluate(
          "(() => { const by = document.querySelector('#by'); by.value = 'key';"
              + " by.dispatchEvent(new Event('change')); })()");
      tab.await("document.querySelectorAll('.plot').length === 5");
      assertThat(asked.get().days()).isEqualTo(30);
      assertThat(tab.evaluate("window.hacked").asInt()).isZero();
      assertThat(tab.evaluate("window.violations.join()").asString()).isEmpty();
      assertThat(tab.complaints).isEmpty();
    }
    assertThat(asked.get().by()).isEqualTo(UsageSource.By.KEY);
  }

  @Test
  void tellsWhatMoneyBuysWhereModelsWereEvaluated() {
    try (PageServer server = new PageServer("", question -> usage(true));
        Tab tab = open(server)) {
      tab.await("!document.querySelector('#evaluations-section').hidden");
      assertThat(tab.text("#evaluations td")).isEqualTo("75 %|€0.50|1,500");
    }
  }

  @Test
  void asksForAKeyAndTellsWhereThereIsNoLedger() {
    try (PageServer server = new PageServer("secret");
        Tab tab = open(server)) {
      tab.await("!document.querySelector('#key-form').hidden");
      tab.evaluate("document.querySelector('#key').focus()");
      tab.type("secret");
      tab.press("Enter", 0);
      tab.awaitText(
          "#problem", "The server refused: this server keeps no ledger of what requests took");
      assertThat(tab.evaluate("document.querySelector('#figures').hidden").asBoolean()).isTrue();
    }
  }

  /// Who manages sees all; another key sees its own requests; without a key there is nothing.
  @Test
  void keysSeeTheirOwn() {
    String boss = "fh-boss";
    String ann = "fh-ann";
    KeyRing ring =
        KeyRing.EMPTY.with(key("boss", Access.MANAGE, boss)).with(key("ann", Access.USE, ann));
    AtomicReference<UsageSource.Question> asked = new AtomicReference<>();
    ServerOptions options =
        ServerOptions.loopback(0, Clock.systemUTC())
            .withSecurity(Security.LOCAL.withKeys(() -> ring));
    try (TestServer server =
        new TestServer(
            backends ->
                new WebPages(
                    backends,
                    question -> {
                      asked.set(question);
                      return usage(false);
                    }),
            options)) {
      assertThat(server.get("/page/usage").statusCode()).isEqualTo(401);
      assertThat(asked.get()).isNull();
      assertThat(get(server, "/page/usage?days=7&by=model", boss)).isEqualTo(200);
      assertThat(asked.get())
          .isEqualTo(new UsageSource.Question(UsageSource.By.MODEL, 7, Optional.empty()));
      assertThat(get(server, "/page/usage", ann)).isEqualTo(200);
      assertThat(asked.get())
          .isEqualTo(new UsageSource.Question(UsageSource.By.ROUTE, 30, Optional.of("ann")));
      assertThat(server.get("/usage").body()).contains("/page/usage.js");
    }
  }

  private static KeyRing.Key key(String name, Access access, String secret) {
    return new KeyRing.Key(
        name,
        access,
        KeyRing.digest(secret),
        Instant.EPOCH,
        0,
        0,
        dev.freehold.chat.Caller.Priority.NORMAL);
  }

  private static int get(TestServer server, String path, String key) {
    HttpRequest request = server.request(path).header("Authorization", "Bearer " + key).build();
    return server.send(request).statusCode();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"days=0", "days=367", "days=-1", "days=1e3", "days=x", "by=", "by=DAY", "by=x%00"})
  void aQuestionThatIsNoneIsRefused(String query) {
    try (TestServer server =
        new TestServer(backends -> new WebPages(backends, question -> usage(false)))) {
      assertThat(server.get("/page/usage?" + query).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void aServerWithoutALedgerSaysSo() {
    try (TestServer server = new TestServer(WebPages::new)) {
      assertThat(server.get("/page/usage").statusCode()).isEqualTo(404);
      assertThat(List.of(server.get("/usage").statusCode())).containsExactly(200);
    }
  }
}
