package dev.freehold.cli.speed;

import dev.freehold.cli.speed.Limit.Share;
import dev.freehold.kernel.FmaPeak;
import dev.freehold.kernel.Int8Peak;
import dev.freehold.kernel.KernelException;
import dev.freehold.kernel.ReadBandwidth;
import dev.freehold.kernel.WorkerPool;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleSupplier;

/// The machine's limits as they were measured at one moment: bytes or operations per second, where
/// a multiplication and an addition are two operations.
///
/// @param rates of the limits that could be measured
/// @param missing why others could not
public record MachineLimits(Map<Limit, Double> rates, List<String> missing) {
  private static final long BANDWIDTH_BLOCK = 256L << 20;
  private static final int ROUNDS = 6;

  public MachineLimits {
    rates = Map.copyOf(rates);
    missing = List.copyOf(missing);
  }

  /// Measures them with these threads, in about a second.
  public static MachineLimits measure(WorkerPool pool) {
    Map<Limit, Double> rates = new EnumMap<>(Limit.class);
    List<String> missing = new ArrayList<>();
    for (Limit limit : Limit.values()) {
      DoubleSupplier measure =
          switch (limit) {
            case READ -> () -> ReadBandwidth.measure(pool, BANDWIDTH_BLOCK, ROUNDS);
            case INT8 -> () -> Int8Peak.measure(pool, ROUNDS);
            case F32 -> () -> FmaPeak.measure(pool, ROUNDS);
          };
      try {
        rates.put(limit, measure.getAsDouble());
      } catch (KernelException absent) {
        missing.add(String.valueOf(absent.getMessage()));
      }
    }
    return new MachineLimits(rates, missing);
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

  private static Optional<Share> share(Limit limit, OptionalDouble needed, double seconds) {
    return needed.isPresent()
        ? Optional.of(new Share(limit, 100 * needed.getAsDouble() / seconds))
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
