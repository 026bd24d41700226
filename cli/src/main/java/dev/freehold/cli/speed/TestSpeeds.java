package dev.freehold.cli.speed;

import dev.freehold.cli.speed.Limit.Share;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/// The speeds that a test reached, round by round, ours and a peer's.
///
/// A machine's speed changes from minute to minute, so ratios are those within a round and shares
/// those within a run, and their medians over the rounds are told.
///
/// @param withoutPeer why the peer does not run this test, where there is one that does not
public record TestSpeeds(SpeedTest test, List<Round> rounds, Optional<String> withoutPeer) {
  /// What one program reached in a round, its repetitions.
  public record Reached(List<Run> runs) {
    public Reached {
      runs = List.copyOf(runs);
    }

    /// The median.
    public double tokensPerSecond() {
      return Median.of(runs.stream().mapToDouble(Run::tokensPerSecond).toArray());
    }

    /// The medians.
    public Optional<Share> share() {
      return Share.median(runs.stream().map(Run::share).toList());
    }
  }

  /// A round, ours and the peer's where it runs the test.
  public record Round(Reached own, Optional<Reached> peer) {
    /// How many times the peer's speed ours is.
    public OptionalDouble ratio() {
      return peer.isPresent()
          ? OptionalDouble.of(own.tokensPerSecond() / peer.get().tokensPerSecond())
          : OptionalDouble.empty();
    }
  }

  public TestSpeeds {
    rounds = List.copyOf(rounds);
    if (rounds.isEmpty()) {
      throw new IllegalArgumentException("no rounds");
    }
  }

  public boolean hasPeer() {
    return rounds.getFirst().peer.isPresent();
  }

  /// Tokens per second.
  public double own() {
    return Median.of(rounds.stream().mapToDouble(round -> round.own.tokensPerSecond()).toArray());
  }

  public OptionalDouble peer() {
    return median(peers().stream().mapToDouble(Reached::tokensPerSecond));
  }

  private List<Reached> peers() {
    return rounds.stream().map(Round::peer).flatMap(Optional::stream).toList();
  }

  private static OptionalDouble median(DoubleStream figures) {
    double[] values = figures.toArray();
    return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(Median.of(values));
  }

  /// Of ours, over all repetitions.
  public double least() {
    return ownRepetitions().min().orElseThrow();
  }

  public double most() {
    return ownRepetitions().max().orElseThrow();
  }

  private DoubleStream ownRepetitions() {
    return rounds.stream()
        .flatMap(round -> round.own.runs.stream())
        .mapToDouble(Run::tokensPerSecond);
  }

  /// How many times the peer's speed ours is.
  public OptionalDouble ratio() {
    return median(ratios());
  }

  /// Of a round.
  public OptionalDouble leastRatio() {
    return ratios().min();
  }

  /// Of a round.
  public OptionalDouble mostRatio() {
    return ratios().max();
  }

  private DoubleStream ratios() {
    return rounds.stream().flatMapToDouble(round -> round.ratio().stream());
  }

  /// How much of the machine's limit we use.
  public Optional<Share> ownShare() {
    return Share.median(rounds.stream().map(round -> round.own.share()).toList());
  }

  public Optional<Share> peerShare() {
    return Share.median(peers().stream().map(Reached::share).toList());
  }
}
