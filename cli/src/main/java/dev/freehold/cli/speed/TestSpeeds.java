package dev.freehold.cli.speed;

import dev.freehold.cli.speed.Limit.Share;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// The speeds that a test reached, round by round, ours and a peer's.
///
/// A machine's speed changes from minute to minute, so ratios and shares are those within a round,
/// and their medians over the rounds are told.
///
/// @param withoutPeer why the peer does not run this test, where there is one that does not
public record TestSpeeds(
    SpeedTest test, Work work, List<Round> rounds, Optional<String> withoutPeer) {
  /// Tokens per second of each repetition in a round.
  ///
  /// @param peer empty where there is none
  /// @param limits as they were measured at the beginning of the round
  public record Round(double[] own, double[] peer, MachineLimits limits) {
    public Round {
      own = own.clone();
      peer = peer.clone();
    }
  }

  public TestSpeeds {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("no rounds");
    }
  }

  public boolean hasPeer() {
    return rounds.getFirst().peer.length > 0;
  }

  /// Tokens per second.
  public double own() {
    return Median.of(rounds.stream().mapToDouble(round -> Median.of(round.own)).toArray());
  }

  public OptionalDouble peer() {
    return overRoundsWithPeer(round -> Median.of(round.peer));
  }

  private OptionalDouble overRoundsWithPeer(ToDoubleFunction<Round> figure) {
    return hasPeer()
        ? OptionalDouble.of(Median.of(rounds.stream().mapToDouble(figure).toArray()))
        : OptionalDouble.empty();
  }

  /// Of ours, over all repetitions.
  public double least() {
    return ownRepetitions().min().orElseThrow();
  }

  public double most() {
    return ownRepetitions().max().orElseThrow();
  }

  private DoubleStream ownRepetitions() {
    return rounds.stream().flatMapToDouble(round -> DoubleStream.of(round.own));
  }

  private static double ratio(Round round) {
    return Median.of(round.own) / Median.of(round.peer);
  }

  /// How many times the peer's speed ours is.
  public OptionalDouble ratio() {
    return overRoundsWithPeer(TestSpeeds::ratio);
  }

  /// Of a round.
  public OptionalDouble leastRatio() {
    return hasPeer()
        ? rounds.stream().mapToDouble(TestSpeeds::ratio).min()
        : OptionalDouble.empty();
  }

  /// Of a round.
  public OptionalDouble mostRatio() {
    return hasPeer()
        ? rounds.stream().mapToDouble(TestSpeeds::ratio).max()
        : OptionalDouble.empty();
  }

  /// How much of the machine's limit we use.
  public Optional<Share> ownShare() {
    return share(rounds.stream().map(round -> share(round, round.own)).toList());
  }

  public Optional<Share> peerShare() {
    return hasPeer()
        ? share(rounds.stream().map(round -> share(round, round.peer)).toList())
        : Optional.empty();
  }

  private Optional<Share> share(Round round, double[] speeds) {
    return round.limits.share(test, work, test.tokens() / Median.of(speeds));
  }

  private static Optional<Share> share(List<Optional<Share>> shares) {
    return shares.getFirst().isPresent() && shares.stream().allMatch(Optional::isPresent)
        ? Optional.of(
            new Share(
                shares.getFirst().get().limit(),
                Median.of(
                    shares.stream().mapToDouble(share -> share.orElseThrow().percent()).toArray())))
        : Optional.empty();
  }
}
