package dev.freehold.gateway.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Prices as users write them down, and the arithmetic of costs.
class PriceTest {
  private static final Instant NOVEMBER = Instant.parse("2026-11-20T12:00:00Z");

  private static final String FILE =
      """
      currency: EUR
      rates: {USD: 0.86}
      prices:
        - {backend: "*", model: "*", input: 100, output: 100}
        - {backend: openai, model: "gpt-*", input: 1.25, cached: 0.125, output: 10, currency: USD}
        - {backend: openai, model: "gpt-5*", input: 2, output: 8}
        - {backend: openai, model: gpt-5-mini, input: 0.2, output: 0.8}
        - {backend: openai, model: gpt-5-mini, from: 2026-11-01, input: 0.3, output: 0.9}
        - {backend: openai, model: gpt-5-mini, from: 2026-12-01, input: 9, output: 9}
      energy: {per_kwh: 0.30}
      """;

  private static PriceTable table() {
    return PriceFile.parse(FILE, "prices.yaml").prices();
  }

  @ParameterizedTest
  @CsvSource({
    "openai, gpt-5-mini, 2026-10-31T23:59:59Z, 0.2",
    "openai, gpt-5-mini, 2026-11-01T00:00:00Z, 0.3",
    "openai, gpt-5-mini, 2026-12-01T00:00:00Z, 9",
    "openai, gpt-5-max, 2026-11-20T12:00:00Z, 2",
    "openai, gpt-4o, 2026-11-20T12:00:00Z, 1.0750",
    "other, gpt-5, 2026-11-20T12:00:00Z, 100"
  })
  void theMostSpecificRowThatIsValidCounts(
      String backend, String model, Instant time, BigDecimal input) {
    assertThat(table().find(Target.vendor(backend, model), time).orElseThrow().input())
        .isEqualByComparingTo(input);
  }

  @Test
  void ratesAreExact() {
    Price price = table().find(Target.vendor("openai", "gpt-4o"), NOVEMBER).orElseThrow();
    assertThat(price.cached()).isEqualByComparingTo("0.1075");
    assertThat(price.output()).isEqualByComparingTo("8.6");
    assertThat(price.currency()).isEqualTo("EUR");
  }

  @Test
  void whatHasNoPriceIsUnknownAndNotNothing() {
    PriceTable few = LedgerFixture.PRICES;
    TokenCounts tokens = new TokenCounts(10, 0, 10, 0);
    assertThat(few.cost(Target.vendor("new", "model"), NOVEMBER, tokens, Energy.UNKNOWN)).isEmpty();
    assertThat(PriceTable.EMPTY.find(LedgerFixture.VENDOR, NOVEMBER)).isEmpty();
  }

  @Test
  void energyHasAPriceWhereOneIsGiven() {
    Energy kilowattHour = new Energy(3_600_000_000L, Energy.Source.RAPL);
    Target local = Target.local("freehold", "demo");
    assertThat(table().cost(local, NOVEMBER, TokenCounts.NONE, kilowattHour))
        .contains(new Money(300_000, "EUR"));
    assertThat(table().cost(local, NOVEMBER, TokenCounts.NONE, Energy.UNKNOWN)).isEmpty();
    assertThat(LedgerFixture.PRICES.cost(local, NOVEMBER, TokenCounts.NONE, kilowattHour))
        .isEmpty();
  }

  /// Against rational arithmetic: the cost is the nearest millionth, and never above the bound.
  @Test
  void costsAreRoundedOnce() {
    long seed = 20261122;
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      BigDecimal input = BigDecimal.valueOf(random.nextInt(1_000_000), 5);
      BigDecimal cached = BigDecimal.valueOf(random.nextInt(1_000_000), 7);
      BigDecimal output = BigDecimal.valueOf(random.nextInt(1_000_000), 4);
      Price price = new Price(input, cached, output, OptionalLong.empty(), "EUR");
      int prompt = random.nextInt(2_000_000);
      TokenCounts tokens =
          new TokenCounts(prompt, random.nextInt(prompt + 1), random.nextInt(200_000), 0);
      BigDecimal exact =
          input
              .multiply(new BigDecimal(BigInteger.valueOf(prompt - tokens.cached())))
              .add(cached.multiply(BigDecimal.valueOf(tokens.cached())))
              .add(output.multiply(BigDecimal.valueOf(tokens.completion())));
      long cost = price.cost(tokens).micros();
      assertThat(BigDecimal.valueOf(cost))
          .as("seed %d, case %d", seed, i)
          .isEqualByComparingTo(exact.setScale(0, RoundingMode.HALF_UP));
      assertThat(price.bound(prompt, tokens.completion()).micros()).isGreaterThanOrEqualTo(cost);
    }
  }

  @Test
  void countsThatCannotBeCostNothingThatCannotBe() {
    assertThat(new TokenCounts(-5, 7, -1, 3)).isEqualTo(TokenCounts.NONE);
    TokenCounts most = new TokenCounts(Long.MAX_VALUE, 0, Long.MAX_VALUE, Long.MAX_VALUE);
    BigDecimal dear = new BigDecimal("999999.999999999999");
    assertThat(new Price(dear, dear, dear, OptionalLong.empty(), "EUR").cost(most).micros())
        .isPositive();
    Attempt attempt = new Attempt(LedgerFixture.VENDOR, "ok", Duration.ZERO, most);
    Settlement many =
        new Settlement(
            List.of(attempt, attempt, attempt),
            most,
            Optional.empty(),
            Duration.ZERO,
            "ok",
            Energy.UNKNOWN,
            Optional.empty());
    assertThat(Bill.of(many, LedgerFixture.PRICES, NOVEMBER).vendors()).isPositive();
  }

  @Test
  void amountsAreWrittenAsPeopleDo() {
    assertThat(new Money(0, "EUR")).hasToString("0.00 EUR");
    assertThat(new Money(12_500_000, "EUR")).hasToString("12.50 EUR");
    assertThat(new Money(1, "USD")).hasToString("0.000001 USD");
    assertThat(new Money(-1_230_000, "USD")).hasToString("-1.23 USD");
    assertThatThrownBy(() -> new Money(1, "EUR").plus(new Money(1, "USD")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Money(1, "eur")).isInstanceOf(LedgerException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-*,gpt-5,true",
    "gpt-*,gpt,false",
    "*,x,true",
    "a*b*c,aXbYc,true",
    "a*b*c,aXbY,false",
    "*mini*,gpt-5-mini-1,true",
    "a,a,true",
    "a,ab,false",
    "**,abc,true"
  })
  void patterns(String pattern, String text, boolean matches) {
    assertThat(PriceTable.Row.matches(pattern, text)).isEqualTo(matches);
  }

  @Test
  void hostilePatternsTakeNoTime() {
    String pattern = "*a".repeat(100) + "b";
    assertThat(PriceTable.Row.matches(pattern, "a".repeat(200))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prices: []",
        "currency: euro",
        "currency: EUR\nprice: []",
        "currency: EUR\nprices: 5",
        "currency: EUR\nprices: [{backend: a, model: b, input: 1}]",
        "currency: EUR\nprices: [{backend: a, model: b, input: -1, output: 1}]",
        "currency: EUR\nprices: [{backend: a, model: b, input: 1e9, output: 1}]",
        "currency: EUR\nprices: [{backend: a, model: b, input: .nan, output: 1}]",
        "currency: EUR\nprices: [{backend: a, model: b, input: 1, output: [1]}]",
        "currency: EUR\nprices: [{backend: a, model: b, input: 1, output: 1, from: soon}]",
        "currency: EUR\nprices: [{backend: a, model: b, input: 1, output: 1, currency: USD}]",
        "currency: EUR\nrates: {EUR: 1}",
        "currency: EUR\nrates: {USD: 0}",
        "currency: EUR\nenergy: 0.3",
        "currency: EUR\ncurrency: USD",
        "currency: EUR\nprices: &a [*a]",
        "currency: EUR\nprices:\n  - &a {backend: a, model: b, input: 1, output: 1}\n  - *a",
        "currency: EUR\nbudgets: [{key: a, route: b, per: day, money: 1}]",
        "currency: EUR\nbudgets: [{key: a, per: week, money: 1}]",
        "currency: EUR\nbudgets: [{key: a, per: day}]",
        "currency: EUR\nbudgets: [{key: a, per: day, tokens: 1.5}]",
        "currency: EUR\nbudgets: [{per: day, money: 1}, {per: day, tokens: 1}]",
        "[1, 2",
        "just text"
      })
  void whatIsWrongIsToldWithItsPlace(String text) {
    assertThatThrownBy(() -> PriceFile.parse(text, "prices.yaml"))
        .isInstanceOf(LedgerException.class)
        .hasMessageStartingWith("prices.yaml: ");
  }

  @Test
  void budgetsStandBesideThePrices() {
    String text =
        """
        currency: EUR
        budgets:
          - {key: ann, per: day, money: 5.50, tokens: 100000}
          - {route: coding, per: month, money: 200}
          - {per: month, tokens: 50000000}
        """;
    assertThat(PriceFile.parse(text, "prices.yaml").budgets())
        .containsExactly(
            new Budget(
                Budget.Scope.KEY,
                "ann",
                Budget.Period.DAY,
                Optional.of(new Money(5_500_000, "EUR")),
                OptionalLong.of(100_000)),
            new Budget(
                Budget.Scope.ROUTE,
                "coding",
                Budget.Period.MONTH,
                Optional.of(new Money(200_000_000, "EUR")),
                OptionalLong.empty()),
            new Budget(
                Budget.Scope.ALL,
                "",
                Budget.Period.MONTH,
                Optional.empty(),
                OptionalLong.of(50_000_000)));
  }

  @Test
  void theExampleOfTheDocumentsIsRead() {
    PriceFile.Content example =
        PriceFile.read(Path.of(System.getProperty("freehold.root"), "docs", "prices.yaml"));
    assertThat(example.prices().rows()).hasSize(5);
    assertThat(example.prices().energy()).isPresent();
    assertThat(example.budgets()).hasSize(4);
    assertThat(new StoredLedger.Settings(example.prices(), example.budgets(), ZoneOffset.UTC))
        .isNotNull();
  }

  @Test
  void anErrorNamesTheRow() {
    assertThatThrownBy(() ->
            PriceFile.parse(FILE.replace("input: 2, output: 8", "input: two, output: 8"), "p"))
        .hasMessage(
            "p: prices[2].input: expected a decimal number from 0 to 999999, as 2.50, found"
                + " \"two\"");
  }
}
