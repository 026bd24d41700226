package dev.freehold.cli.speed;

import dev.freehold.kernel.KernelException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// Measures the machine's limits, as often as is asked, and keeps what it found. A limit that
/// cannot be measured is tried once.
public final class LimitProbe {
  private final Optional<ToDoubleFunction<Limit>> instruments;
  private final Map<Limit, List<Double>> found = new EnumMap<>(Limit.class);
  private final Map<Limit, String> missing = new EnumMap<>(Limit.class);

  private LimitProbe(Optional<ToDoubleFunction<Limit>> instruments) {
    this.instruments = instruments;
  }

  /// @param instruments measure a limit now, or throw a [KernelException] that says why they cannot
  public LimitProbe(ToDoubleFunction<Limit> instruments) {
    this(Optional.of(instruments));
  }

  /// One that measures nothing.
  static LimitProbe none() {
    return new LimitProbe(Optional.empty());
  }

  /// Those of these limits that can be measured, as they are now.
  MachineLimits measure(Set<Limit> limits) {
    Map<Limit, Double> rates = new EnumMap<>(Limit.class);
    if (instruments.isPresent()) {
      for (Limit limit : limits) {
        measure(limit, instruments.get(), rates);
      }
    }
    return new MachineLimits(rates);
  }

  private void measure(Limit limit, ToDoubleFunction<Limit> instruments, Map<Limit, Double> rates) {
    if (missing.containsKey(limit)) {
      return;
    }
    try {
      double rate = instruments.applyAsDouble(limit);
      rates.put(limit, rate);
      found.computeIfAbsent(limit, none -> new ArrayList<>()).add(rate);
    } catch (KernelException absent) {
      missing.put(limit, String.valueOf(absent.getMessage()));
    }
  }

  /// Every rate that was found of a limit: bytes or operations per second.
  public double[] found(Limit limit) {
    return found.getOrDefault(limit, List.of()).stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// Why limits could not be measured, each reason once.
  public List<String> missing() {
    return missing.values().stream().distinct().toList();
  }
}
