package dev.freehold.cli;

import dev.freehold.eval.Meter;
import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.ledger.Energy.Source;
import dev.freehold.gateway.ledger.PriceTable.EnergyPrice;
import java.util.Optional;

/// What answers of a model of this machine take: energy, and money where their tokens or a
/// kilowatt-hour have a price.
///
/// @param shares of the energy of this machine
/// @param tokens what their tokens cost, where a price was told; it counts before that of energy
record LocalMeter(EnergyShares shares, Meter tokens, Optional<EnergyPrice> kilowattHour)
    implements Meter {
  private static final double MILLI = 1e-3;
  private static final double JOULES_PER_KILOWATT_HOUR = 3.6e6;

  LocalMeter with(Meter tokens) {
    return new LocalMeter(shares, tokens, kilowattHour);
  }

  @Override
  public Running begin() {
    Running priced = tokens.begin();
    EnergyShares.Share share = shares.begin();
    return usage -> {
      Optional<Energy> energy = told(share.end());
      Optional<Cost> cost = priced.end(usage).cost().or(() -> energy.flatMap(this::cost));
      return new Reading(cost, energy);
    };
  }

  private static Optional<Energy> told(dev.freehold.gateway.ledger.Energy taken) {
    return taken.source() == Source.UNKNOWN
        ? Optional.empty()
        : Optional.of(new Energy(taken.millijoules() * MILLI, taken.source().text()));
  }

  private Optional<Cost> cost(Energy energy) {
    return kilowattHour.map(price ->
        new Cost(
            price.perKilowattHour().doubleValue() * energy.joules() / JOULES_PER_KILOWATT_HOUR,
            price.currency()));
  }
}
