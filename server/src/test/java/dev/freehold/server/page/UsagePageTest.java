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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  private static JsonNode usage(String... evaluations) {
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
                evaluations.length == 0
                    ? ""
                    : ",\"evaluations\":[%s]".formatted(String.join(",", evaluations))));
  }

  /// A model on a set of tasks of this name; a cost is in millionths of a unit and its currency.
  private static String evaluated(String model, String tasks, double score, String cost) {
    return """
    {"name":"%s","tasks":"%s","digest":"%s","items":100,"score":%s,"low":%s,"high":%s%s}
    """
        .formatted(
            model,
            tasks,
            tasks.repeat(4),
            score,
            Math.max(0, score - 0.1),
            Math.min(1, score + 0.1),
            cost.isEmpty()
                ? ""
                : ",\"cost_micros\":%s,\"currency\":\"%s\"".formatted((Object[]) cost.split(" ")));
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
          return usage();
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
  void tellsWhatMoneyBuysWhereModelsWereEvaluated() throws IOException {
    UsageSource source =
        question ->
            usage(
                evaluated("openai/gpt-large", "tickets", 0.93, "18400000 EUR"),
                evaluated("mistral/small", "tickets", 0.84, "420000 EUR"),
                evaluated("engine/demo", "tickets", 0.31, "0 EUR"),
                evaluated(HOSTILE, "tickets", 0.72, ""),
                evaluated("openai/gpt-large", "samples", 1.0, "90 USD"));
    try (PageServer server = new PageServer("", source);
        Tab tab = open(server)) {
      tab.await("document.querySelectorAll('.scatter').length === 2");
      assertThat(tab.text("#evaluations td"))
          .isEqualTo(
              "tickets|100|93 % (83 to 100 %)|€18.40|51 for €1.00"
                  + "|tickets|100|84 % (74 to 94 %)|€0.42|2,000 for €1.00"
                  + "|tickets|100|31 % (21 to 41 %)|€0.00|–"
                  + "|tickets|100|72 % (62 to 82 %)|unknown|–"
                  + "|samples|100|100 % (90 to 100 %)|$0.00009|11,111,111 for $1.00");
      assertThat(tab.text(".scatter figcaption"))
          .isEqualTo(
              "Right answers over the cost of 1,000 tasks: tickets, 100 tasks"
                  + "|Right answers over the cost of 1,000 tasks: samples, 100 tasks");
      assertThat(tab.text(".scatter:first-child li"))
          .isEqualTo(
              "openai/gpt-large93 % (83 to 100 %), €18.40|mistral/small84 % (74 to 94 %), €0.42"
                  + "|engine/demo31 % (21 to 41 %), €0.00|"
                  + HOSTILE
                  + "72 % (62 to 82 %), unknown");
      assertThat(tab.text(".scatter:first-child .ticks span"))
          .isEqualTo("€0.10|€1|€10|€100|free|unknown");
      assertThat(tab.text(".scatter:last-child .ticks span")).isEqualTo("$0.00001|$0.0001");
      tab.evaluate("document.querySelector('#evaluations-section').scrollIntoView()");
      tab.picture("capability");
      tab.dark(true);
      tab.size(400, 900, true);
      tab.evaluate("document.querySelector('#evaluations-section').scrollIntoView()");
      tab.picture("capability-phone-dark");
      assertThat(tab.evaluate("document.body.scrollWidth <= 400").asBoolean()).isTrue();
      assertThat(tab.evaluate("window.hacked").asInt()).isZero();
      assertThat(tab.evaluate("window.violations.join()").asString()).isEmpty();
      assertThat(tab.complaints).isEmpty();
    }
  }

  /// What costs nothing stands left of all that cost something, what nobody knows right of it, and
  /// between them ten times the cost is as far everywhere; better is higher.
  @Test
  void marksStandWhereCostAndScorePutThem() {
    UsageSource source =
        question ->
            usage(
                evaluated("free", "t", 0, "0 EUR"),
                evaluated("cheap", "t", 0.25, "1000 EUR"),
                evaluated("fair", "t", 0.5, "10000 EUR"),
                evaluated("dear", "t", 1, "100000 EUR"),
                evaluated("unknown", "t", 0.75, ""));
    try (PageServer server = new PageServer("", source);
        Tab tab = open(server)) {
      tab.await("document.querySelectorAll('.scatter').length === 1");
      assertThat(marks(tab)).isEqualTo("24.0,100.0|58.2,75.0|150.0,50.0|241.8,0.0|276.0,25.0");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "0 EUR; 0 EUR; 90.0,50.0|210.0,50.0; free",
        "'';  ''; 90.0,50.0|210.0,50.0; unknown",
        "0 EUR; ''; 75.0,50.0|225.0,50.0; free|unknown",
      })
  void modelsWithoutAPriceArePlottedToo(String one, String other, String marks, String ticks) {
    UsageSource source =
        question -> usage(evaluated("a", "t", 0.5, one), evaluated("b", "t", 0.5, other));
    try (PageServer server = new PageServer("", source);
        Tab tab = open(server)) {
      tab.await("document.querySelectorAll('.scatter').length === 1");
      assertThat(marks(tab)).isEqualTo(marks);
      assertThat(tab.text(".scatter .ticks span")).isEqualTo(ticks);
    }
  }

  @Test
  void pricesInTwoCurrenciesAreOnTwoScales() {
    UsageSource source =
        question ->
            usage(
                evaluated("euro", "t", 0.5, "1000 EUR"),
                evaluated("dollar", "t", 0.5, "1000 USD"),
                evaluated("unknown", "t", 0.5, ""));
    try (PageServer server = new PageServer("", source);
        Tab tab = open(server)) {
      tab.await("document.querySelectorAll('.scatter').length === 2");
      assertThat(tab.text(".scatter:first-child li")).contains("euro", "unknown");
      assertThat(tab.text(".scatter:last-child li")).contains("dollar").doesNotContain("unknown");
    }
  }

  private static String marks(Tab tab) {
    return tab.evaluate(
            "[...document.querySelectorAll('.scatter .dot')]"
                + ".map((dot) => dot.getAttribute('d').slice(1, -2).replace(' ', ',')).join('|')")
        .asString();
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
    ServerOptions options = TestServer.options().withSecurity(Security.LOCAL.withKeys(() -> ring));
    try (TestServer server =
        new TestServer(
            backends ->
                new WebPages(
                    backends,
                    question -> {
                      asked.set(question);
                      return usage();
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
        new TestServer(backends -> new WebPages(backends, question -> usage()))) {
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
