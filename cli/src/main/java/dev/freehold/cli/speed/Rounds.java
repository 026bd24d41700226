package dev.freehold.cli.speed;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Measures tests in rounds: the machine's limits first, then each test by us and by the peer, in
/// turn, since a machine's speed changes from minute to minute.
///
/// @param repetitions of each test in a round
/// @param progress is told what is measured
public record Rounds(
    OwnSpeed own, Optional<LlamaBench> peer, int rounds, int repetitions, PrintStream progress) {
  /// Runs each test once, which does not count.
  public void warmUp(List<SpeedTest> tests) {
    for (SpeedTest test : tests) {
      progress.println("measuring " + test.name() + ": warm-up");
      own.measure(test);
    }
  }

  /// @param limits measures them
  public List<TestSpeeds> run(List<SpeedTest> tests, Supplier<MachineLimits> limits) {
    List<List<TestSpeeds.Round>> speeds = new ArrayList<>();
    tests.forEach(test -> speeds.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      progress.println("measuring the machine's limits");
      MachineLimits now = limits.get();
      for (int i = 0; i < tests.size(); i++) {
        speeds.get(i).add(run(tests.get(i), round, now));
      }
    }
    List<TestSpeeds> results = new ArrayList<>();
    for (int i = 0; i < tests.size(); i++) {
      SpeedTest test = tests.get(i);
      Optional<String> withoutPeer = peer.flatMap(other -> other.declines(test));
      results.add(new TestSpeeds(test, Volume.of(own.model(), test), speeds.get(i), withoutPeer));
    }
    return results;
  }

  /// Who goes first changes from round to round.
  private TestSpeeds.Round run(SpeedTest test, int round, MachineLimits limits) {
    boolean peerFirst = round % 2 == 1;
    double[] others = peerFirst ? byPeer(test, round) : new double[0];
    double[] ours = byUs(test, round);
    return new TestSpeeds.Round(ours, peerFirst ? others : byPeer(test, round), limits);
  }

  private double[] byUs(SpeedTest test, int round) {
    double[] speeds = new double[repetitions];
    for (int i = 0; i < repetitions; i++) {
      tell(test, round, "%d of %d".formatted(i + 1, repetitions));
      speeds[i] = own.measure(test);
    }
    return speeds;
  }

  private double[] byPeer(SpeedTest test, int round) {
    if (peer.isEmpty() || peer.get().declines(test).isPresent()) {
      return new double[0];
    }
    tell(test, round, peer.get().name());
    return peer.get().measure(test);
  }

  private void tell(SpeedTest test, int round, String what) {
    String where = rounds == 1 ? "" : "round %d of %d, ".formatted(round + 1, rounds);
    progress.println("measuring " + test.name() + ": " + where + what);
  }
}
