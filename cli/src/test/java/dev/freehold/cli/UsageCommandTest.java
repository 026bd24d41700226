package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.gateway.ledger.Admission;
import dev.freehold.gateway.ledger.Attempt;
import dev.freehold.gateway.ledger.Claim;
import dev.freehold.gateway.ledger.Energy;
import dev.freehold.gateway.ledger.NativeSqlite;
import dev.freehold.gateway.ledger.PriceFile;
import dev.freehold.gateway.ledger.RequestHead;
import dev.freehold.gateway.ledger.Settlement;
import dev.freehold.gateway.ledger.StoredLedger;
import dev.freehold.gateway.ledger.Target;
import dev.freehold.gateway.ledger.TokenCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `freehold usage`: what it tells of a ledger, and what it refuses.
class UsageCommandTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// Today, as the clock of [Session] has it.
  private static final Instant MORNING = Instant.parse("2026-01-02T01:00:00Z");

  private static final Target VENDOR = Target.vendor("openai", "gpt-5");
  private static final Target OTHER = Target.vendor("anthropic", "claude");
  private static final Target LOCAL = Target.local("freehold", "demo");

  @TempDir private Path home;

  @BeforeEach
  void writeLedger() throws IOException {
    NativeSqlite.use(home.resolve(".cache/freehold/native"));
    Path prices = home.resolve("prices.yaml");
    Files.writeString(
        prices,
        """
        currency: EUR
        prices:
          - {backend: openai, model: gpt-*, input: 2, cached: 0.5, output: 8}
        """);
    Path file = home.resolve(".local/state/freehold/ledger.sqlite");
    StoredLedger.Settings settings =
        new StoredLedger.Settings(
            PriceFile.read(prices).prices(), List.of(), ZoneOffset.UTC, true, 100);
    try (StoredLedger ledger = StoredLedger.open(file, settings, () -> MORNING)) {
      settle(ledger, "a", MORNING, ok(VENDOR, new TokenCounts(1000, 500, 100, 0), Energy.UNKNOWN));
      settle(ledger, "b", MORNING, saved());
      settle(
          ledger,
          "c",
          MORNING.minus(Duration.ofDays(10)),
          ok(LOCAL, new TokenCounts(10, 0, 5, 0), new Energy(2500, Energy.Source.ESTIMATE)));
    }
  }

  private static void settle(StoredLedger ledger, String id, Instant time, Settlement settlement) {
    RequestHead head = new RequestHead(id, time, "tickets", "ann", "default");
    Claim claim = new Claim(List.of(), 10, OptionalLong.of(10));
    if (ledger.admit(head, claim) instanceof Admission.Admitted admitted) {
      admitted.request().settle(settlement);
    }
  }

  private static Settlement ok(Target target, TokenCounts tokens, Energy energy) {
    return new Settlement(
        List.of(new Attempt(target, Settlement.OK, Duration.ofMillis(900), tokens)),
        tokens,
        Optional.of(Duration.ofMillis(250)),
        Duration.ofMillis(1500),
        Settlement.OK,
        energy,
        Optional.of(
            new Settlement.Exchange(
                "{\"messages\":[{\"role\":\"user\",\"content\":\"Why?\"}]}",
                "{\"role\":\"assistant\",\"content\":\"Because.\"}",
                "stop")));
  }

  private static Settlement saved() {
    TokenCounts tokens = new TokenCounts(200, 0, 20, 0);
    return new Settlement(
        List.of(
            Attempt.failed(VENDOR, "quota", Duration.ofMillis(100)),
            new Attempt(OTHER, Settlement.OK, Duration.ofMillis(800), tokens)),
        tokens,
        Optional.of(Duration.ofMillis(350)),
        Duration.ofMillis(1700),
        Settlement.OK,
        Energy.UNKNOWN,
        Optional.empty());
  }

  private Session.Result usage(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "usage";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return new Session(home).run(all);
  }

  @Test
  void theTableTellsWhatIsKnownAndWhatIsNot() {
    Session.Result told = usage("--by", "backend");
    assertThat(told.exit()).as(told.err()).isEqualTo(Exit.OK);
    assertThat(told.out().lines().map(line -> line.replaceAll(" {2,}", " | ")))
        .containsExactly(
            "BACKEND | REQUESTS | OK | PROMPT | CACHED | ANSWER | COST | FIRST p50 | p95 | WHOLE"
                + " p50 | p95 | ENERGY | SAVED",
            "anthropic | 1 | 1 | 200 | 0 % | 20 | unknown | 350 ms | 350 ms | 1.70 s | 1.70 s | -"
                + " | 1",
            "freehold | 1 | 1 | 10 | 0 % | 5 | unknown | 250 ms | 250 ms | 1.50 s | 1.50 s |"
                + " ~2.50 J | -",
            "openai | 1 | 1 | 1000 | 50 % | 100 | 0.00205 EUR | 250 ms | 250 ms | 1.50 s | 1.50 s"
                + " | - | -",
            "total | 3 | 3 | 1210 | 41 % | 125 | 0.00205 EUR + unknown | 250 ms | 350 ms | 1.50 s"
                + " | 1.70 s | ~2.50 J | 1",
            "",
            "The cost of 2 requests is unknown: prices.yaml has no price for them.",
            "~ energy is an estimate from processor time, not measured.",
            "",
            "SAVED FROM | WHY | ANSWERED BY | ANSWERS | TOKENS",
            "openai | quota | anthropic | 1 | 20");
  }

  @Test
  void aSpanLeavesTheRestOut() {
    JsonNode today = JSON.readTree(usage("--since", "today", "--by", "day", "--json").out());
    assertThat(today.at("/total/requests").asInt()).isEqualTo(2);
    assertThat(today.at("/rows/0/name").asString()).isEqualTo("2026-01-02");
    assertThat(today.at("/rows/0/cost_micros/EUR").asLong()).isEqualTo(2050);
    assertThat(today.at("/rows/0/first_token_micros/p95").asLong()).isEqualTo(350_000);
    JsonNode before =
        JSON.readTree(usage("--since", "2025-12-01", "--until", "2026-01-01", "--json").out());
    assertThat(before.at("/total/requests").asInt()).isEqualTo(1);
    assertThat(before.at("/total/millijoules/estimate").asLong()).isEqualTo(2500);
    assertThat(usage("--since", "1h").out()).startsWith("No requests since 2026-01-02T02:04:05Z");
  }

  @Test
  void csvHasARowForEach() {
    assertThat(usage("--by", "model", "--csv").out().lines().skip(1))
        .containsExactly(
            "\"claude\",1,1,200,0,20,0,,,1,0,0.35,0.35,1.7,1.7,,,1",
            "\"demo\",1,1,10,0,5,0,,,1,0,0.25,0.25,1.5,1.5,2.5,estimate,0",
            "\"gpt-5\",1,1,1000,500,100,0,0.002050,EUR,0,0,0.25,0.25,1.5,1.5,,,0");
  }

  @Test
  void exportTellsEachRequestAndWhatWasRecorded() {
    List<JsonNode> lines =
        usage("export", "--since", "today").out().lines().map(JSON::readTree).toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1).at("/attempts/0/outcome").asString()).isEqualTo("quota");
    assertThat(lines.get(1).has("cost_micros")).isFalse();
    assertThat(lines.getFirst().path("cost_micros").asLong()).isEqualTo(2050);
    List<JsonNode> recorded =
        usage("export", "--requests").out().lines().map(JSON::readTree).toList();
    assertThat(recorded).hasSize(2);
    assertThat(recorded.getFirst().at("/request/messages/0/content").asString()).isEqualTo("Why?");
    assertThat(recorded.getFirst().at("/answer/content").asString()).isEqualTo("Because.");
  }

  @Test
  void whatCannotBeReadIsTold() throws IOException {
    Session.Result none = usage("--ledger", home.resolve("none.sqlite").toString());
    assertThat(none.exit()).isEqualTo(Exit.FAILURE);
    assertThat(none.err()).contains("none.sqlite: no such ledger");
    Path text = Files.writeString(home.resolve("text.sqlite"), "no database at all, ".repeat(99));
    Session.Result other = usage("--ledger", text.toString());
    assertThat(other.exit()).isEqualTo(Exit.FAILURE);
    assertThat(other.err()).contains("no ledger, but some other file");
    assertThat(text).hasContent("no database at all, ".repeat(99));
    assertThat(usage("--since", "yesterday").exit()).isEqualTo(Exit.USAGE);
    assertThat(usage("--json", "--csv").exit()).isEqualTo(Exit.USAGE);
  }
}
