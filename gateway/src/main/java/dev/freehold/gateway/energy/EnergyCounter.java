package dev.freehold.gateway.energy;

import dev.freehold.gateway.ledger.Energy;
import java.util.OptionalLong;

/// A count of energy that only grows.
public interface EnergyCounter {
  /// Microjoules since the counter was made; empty from then on where it cannot be read any more.
  OptionalLong microjoules();

  /// How its figures are known.
  Energy.Source source();

  /// What is counted, and how, in one line for people.
  String told();
}
