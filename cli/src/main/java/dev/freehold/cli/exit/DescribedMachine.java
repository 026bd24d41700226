package dev.freehold.cli.exit;

import dev.freehold.cli.speed.Work;

/// A machine that is not here, by what bounds models on it.
///
/// @param bandwidth bytes per second that are read from memory
/// @param int8Rate operations per second on 8-bit integers, a multiplication and an addition being
///   two
/// @param watts of the whole machine while it computes
/// @param memory bytes
public record DescribedMachine(
    String name, int cores, double bandwidth, double int8Rate, double watts, double memory) {
  /// Float operations take about four times as long as 8-bit ones.
  private static final double FLOAT_FACTOR = 4;

  /// What a model reaches at most: a prompt's tokens are bounded by operations, an answer's by
  /// reading.
  ///
  /// @param prompt work of one token of a prompt
  /// @param answer work of one token of an answer
  public Speeds speeds(Work prompt, Work answer) {
    double operations = prompt.int8Operations() + FLOAT_FACTOR * prompt.floatOperations();
    return new Speeds(
        int8Rate / operations,
        bandwidth / answer.bytes(),
        "at most: int8 rate / operations, bandwidth / bytes",
        watts,
        "as described");
  }
}
