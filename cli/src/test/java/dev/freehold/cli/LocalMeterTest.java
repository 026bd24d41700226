package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freehold.eval.Meter;
import dev.freehold.gateway.energy.EnergyCounter;
import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.ledger.Energy.Source;
import dev.freehold.gateway.ledger.PriceTable.EnergyPrice;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LocalMeterTest {
  private final AtomicLong microjoules = new AtomicLong(1000);
  private final EnergyShares shares =
      new EnergyShares(
          new EnergyCounter() {
            @Override
            public OptionalLong microjoules() {
              long now = microjoules.get();
              return now < 0 ? OptionalLong.empty() : OptionalLong.of(now);
            }

            @Override
            public Source source() {
              return Source.ESTIMATE;
            }

            @Override
            public String told() {
              return "";
            }
          });

  private LocalMeter meter(Meter tokens) {
    EnergyPrice price = new EnergyPrice(new BigDecimal("0.36"), "EUR");
    return new LocalMeter(shares, tokens, Optional.of(price));
  }

  @Test
  void answersAtTheSameTimeShareEnergyAndItsCost() {
    LocalMeter meter = meter(Meter.NONE);
    Meter.Running first = meter.begin();
    microjoules.addAndGet(3_000_000);
    Meter.Running second = meter.begin();
    microjoules.addAndGet(4_000_000);
    Meter.Reading told = first.end(Optional.empty());
    microjoules.addAndGet(1_000_000);
    assertThat(told.energy()).contains(new Meter.Energy(5, "estimate"));
    assertThat(told.cost().orElseThrow().amount()).isCloseTo(5e-7, within(1e-15));
    assertThat(told.cost().orElseThrow().currency()).isEqualTo("EUR");
    assertThat(second.end(Optional.empty()).energy()).contains(new Meter.Energy(3, "estimate"));
  }

  @Test
  void aPriceOfTokensCountsBeforeThatOfEnergy() {
    Meter.Cost none = new Meter.Cost(0, "EUR");
    Meter.Reading free = new Meter.Reading(Optional.of(none), Optional.empty());
    Meter.Running running = meter(() -> usage -> free).begin();
    microjoules.addAndGet(1_000_000);
    Meter.Reading told = running.end(Optional.empty());
    assertThat(told.cost()).contains(none);
    assertThat(told.energy()).contains(new Meter.Energy(1, "estimate"));
  }

  @Test
  void whereNothingCountsNothingIsKnown() {
    Meter.Running running = meter(Meter.NONE).begin();
    microjoules.set(-1);
    Meter.Reading told = running.end(Optional.empty());
    assertThat(told.energy()).isEmpty();
    assertThat(told.cost()).isEmpty();
  }
}
