package dev.freehold.cli.speed;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What of a machine bounds how fast a model can run on it.
public enum Limit {
  READ("read bandwidth", "GB/s"),
  INT8("int8 dot rate", "Gop/s"),
  F32("f32 FMA rate", "Gop/s");

  private final String title;
  private final String unit;

  Limit(String title, String unit) {
    this.title = title;
    this.unit = unit;
  }

  public String title() {
    return title;
  }

  /// Of a billion a second.
  public String unit() {
    return unit;
  }

  /// How much of a limit was used.
  ///
  /// @param rate of the limit, as it was measured around the run: bytes or operations per second
  /// @param percent of the speed that the limit allows
  public record Share(Limit limit, double rate, double percent) {
    /// The medians over several runs, of those with the limit that bound most of them. Empty where
    /// a run has none.
    static Optional<Share> median(List<Optional<Share>> runs) {
      Map<Limit, List<Share>> byLimit =
          runs.stream()
              .flatMap(Optional::stream)
              .collect(
                  Collectors.groupingBy(
                      Share::limit, () -> new EnumMap<>(Limit.class), Collectors.toList()));
      return runs.stream().allMatch(Optional::isPresent)
          ? byLimit.values().stream()
              .max(Comparator.comparingInt(List::size))
              .map(shares ->
                  new Share(
                      shares.getFirst().limit(),
                      Median.of(shares.stream().mapToDouble(Share::rate).toArray()),
                      Median.of(shares.stream().mapToDouble(Share::percent).toArray())))
          : Optional.empty();
    }
  }
}
