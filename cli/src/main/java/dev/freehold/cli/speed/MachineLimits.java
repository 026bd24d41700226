package dev.freehold.cli.speed;

import dev.freehold.cli.speed.Limit.Share;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Limits of the machine as they were while something ran: bytes or operations per second, where a
/// multiplication and an addition are two operations.
///
/// @param rates of the limits that were measured
public record MachineLimits(Map<Limit, Double> rates) {
  /// Time for which something ran, and limits as they were measured right before and after.
  record Stretch(double seconds, MachineLimits before, MachineLimits after) {}

  public MachineLimits {
    rates = Map.copyOf(rates);
  }

  /// The limits that bound a test, or may.
  static Set<Limit> bounding(SpeedTest test, Work work) {
    Set<Limit> limits = EnumSet.noneOf(Limit.class);
    if (!(test instanceof SpeedTest.Prefill)) {
      limits.add(Limit.READ);
    }
    if (!(test instanceof SpeedTest.Decode)) {
      limits.addAll(work.computing());
    }
    return limits;
  }

  /// The limits of all stretches together: the mean of a stretch's beginning and end, weighted with
  /// its seconds, `sum(t (before + after) / 2) / sum(t)`. What was done per second, divided by
  /// this, is what was done of all that the limit allowed. Without those that a stretch lacks.
  static MachineLimits over(List<Stretch> stretches) {
    Map<Limit, Double> rates = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      double seconds = 0;
      double mean = 0; // changed step by step, so that one rate throughout is the mean to the bit
      for (Stretch stretch : stretches) {
        double before = stretch.before.rates.getOrDefault(limit, Double.NaN);
        double after = stretch.after.rates.getOrDefault(limit, Double.NaN);
        seconds += stretch.seconds;
        double weight = stretch.seconds == 0 ? 0 : stretch.seconds / seconds;
        mean += ((before + after) / 2 - mean) * weight;
      }
      if (mean > 0) {
        rates.put(limit, mean);
      }
    }
    return new MachineLimits(rates);
  }

  /// These and others.
  MachineLimits and(MachineLimits others) {
    Map<Limit, Double> all = new EnumMap<>(Limit.class);
    all.putAll(rates);
    all.putAll(others.rates);
    return new MachineLimits(all);
  }

  public OptionalDouble rate(Limit limit) {
    Double rate = rates.get(limit);
    return rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate);
  }

  /// How much of the limit that bounds a test a run of it used: the seconds that its work needs at
  /// the limit, per second that it took. Empty where that limit was not measured.
  public Optional<Share> share(SpeedTest test, Work work, double seconds) {
    OptionalDouble reading = seconds(Limit.READ, work.bytes());
    OptionalDouble int8 = seconds(Limit.INT8, work.int8Operations());
    OptionalDouble floats = seconds(Limit.F32, work.floatOperations());
    Limit computing =
        int8.orElse(0) >= floats.orElse(0) && work.int8Operations() > 0 ? Limit.INT8 : Limit.F32;
    OptionalDouble both =
        int8.isPresent() && floats.isPresent()
            ? OptionalDouble.of(int8.getAsDouble() + floats.getAsDouble())
            : OptionalDouble.empty();
    return switch (test) {
      case SpeedTest.Prefill prefill -> share(computing, both, seconds);
      case SpeedTest.Decode decode -> share(Limit.READ, reading, seconds);
      case SpeedTest.DecodeTogether together -> {
        if (reading.isEmpty() || both.isEmpty()) {
          yield Optional.empty();
        }
        yield reading.getAsDouble() >= both.getAsDouble()
            ? share(Limit.READ, reading, seconds)
            : share(computing, both, seconds);
      }
    };
  }

  private Optional<Share> share(Limit limit, OptionalDouble needed, double seconds) {
    OptionalDouble rate = rate(limit);
    return rate.isPresent() && needed.isPresent()
        ? Optional.of(new Share(limit, rate.getAsDouble(), 100 * needed.getAsDouble() / seconds))
        : Optional.empty();
  }

  private OptionalDouble seconds(Limit limit, double amount) {
    if (amount == 0) {
      return OptionalDouble.of(0);
    }
    OptionalDouble rate = rate(limit);
    return rate.isPresent()
        ? OptionalDouble.of(amount / rate.getAsDouble())
        : OptionalDouble.empty();
  }
}
