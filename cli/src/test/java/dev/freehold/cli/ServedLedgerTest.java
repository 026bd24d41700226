package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.ledger.Admission;
import dev.freehold.gateway.ledger.Claim;
import dev.freehold.gateway.ledger.Energy;
import dev.freehold.gateway.ledger.RequestHead;
import dev.freehold.gateway.ledger.Target;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway's ledger: prices and budgets that change while it serves.
class ServedLedgerTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir private Path home;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ServedLedger open() {
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Clock.fixed(NOW, ZoneOffset.UTC));
    return new ServedLedger(surroundings, Duration.ofMillis(10));
  }

  private void write(String text) throws IOException {
    Path file = home.resolve(".config/freehold/prices.yaml");
    Files.createDirectories(file.getParent());
    Path part = Files.writeString(file.resolveSibling("part"), text);
    Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static Admission ask(ServedLedger ledger) {
    Claim claim = new Claim(List.of(Target.vendor("openai", "gpt-5")), 1000, OptionalLong.of(1000));
    Admission asked =
        ledger.store().admit(new RequestHead("a", NOW, "default", "ann", "default"), claim);
    if (asked instanceof Admission.Admitted admitted) {
      admitted.request().close();
    }
    return asked;
  }

  private void await(Predicate<String> said) throws InterruptedException {
    for (int i = 0; i < 12_000 && !said.test(err.toString(StandardCharsets.UTF_8)); i++) {
      Thread.sleep(10);
    }
    assertThat(err.toString(StandardCharsets.UTF_8)).matches(said);
  }

  @Test
  void pricesAndBudgetsAreReadAgainUnlessTheyAreWrong() throws Exception {
    try (ServedLedger ledger = open()) {
      assertThat(ask(ledger)).isInstanceOf(Admission.Admitted.class);
      write(
          """
          currency: EUR
          prices: [{backend: openai, model: "*", input: 1, output: 1}]
          budgets: [{key: ann, per: day, money: 0.001}]
          """);
      await(said -> said.contains("are read again"));
      assertThat(ask(ledger)).isInstanceOf(Admission.Refused.class);
      write("currency: EUR\nprices: nonsense\n");
      await(said -> said.contains("stay as they were: ") && said.contains("prices: expected"));
      assertThat(ask(ledger)).isInstanceOf(Admission.Refused.class);
      write("currency: EUR\n");
      await(said -> said.split("are read again", -1).length == 3);
      assertThat(ask(ledger)).isInstanceOf(Admission.Admitted.class);
    }
  }

  @Test
  void energyIsKnownInSomeWay() {
    try (ServedLedger ledger = open()) {
      EnergyShares.Share share = ledger.energy().begin();
      long end = System.nanoTime() + 300_000_000;
      double work = 0;
      for (int i = 0; i < 50_000_000 || System.nanoTime() < end; i++) { // standing still is no work
        work += Math.sqrt(work + 1);
      }
      assertThat(work).isPositive();
      Energy energy = share.end();
      assertThat(energy.source()).isNotEqualTo(Energy.Source.UNKNOWN);
      assertThat(energy.millijoules()).isPositive();
      assertThat(ledger.energy().told()).startsWith("energy is ");
    }
  }
}
