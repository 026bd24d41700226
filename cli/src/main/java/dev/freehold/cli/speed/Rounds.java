package dev.freehold.cli.speed;

import dev.freehold.cli.speed.MachineLimits.Stretch;
import dev.freehold.cli.speed.TestSpeeds.Reached;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Measures tests in rounds: each test by us and by the peer, in turn, since a machine's speed
/// changes from minute to minute.
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

  /// @param probe measures the limits around each run
  public List<TestSpeeds> run(List<SpeedTest> tests, LimitProbe probe) {
    List<List<TestSpeeds.Round>> speeds = new ArrayList<>();
    tests.forEach(test -> speeds.add(new ArrayList<>()));
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < tests.size(); i++) {
        speeds.get(i).add(run(tests.get(i), round, probe));
      }
    }
    List<TestSpeeds> results = new ArrayList<>();
    for (int i = 0; i < tests.size(); i++) {
      SpeedTest test = tests.get(i);
      Optional<String> withoutPeer = peer.flatMap(other -> other.declines(test));
      results.add(new TestSpeeds(test, speeds.get(i), withoutPeer));
    }
    return results;
  }

  /// Who goes first changes from round to round.
  private TestSpeeds.Round run(SpeedTest test, int round, LimitProbe probe) {
    if (round % 2 == 0) {
      Reached ours = byUs(test, round, probe);
      return new TestSpeeds.Round(ours, byPeer(test, round, probe));
    }
    Optional<Reached> others = byPeer(test, round, probe);
    return new TestSpeeds.Round(byUs(test, round, probe), others);
  }

  private Reached byUs(SpeedTest test, int round, LimitProbe probe) {
    List<Run> runs = new ArrayList<>();
    for (int i = 0; i < repetitions; i++) {
      tell(test, round, "%d of %d".formatted(i + 1, repetitions));
      runs.add(own.measure(test, probe));
    }
    return new Reached(runs);
  }

  /// The peer is another process, so its limits are the mean of those before it starts and after it
  /// ends; the bytes and products that it needs are ours, since the file is the same.
  private Optional<Reached> byPeer(SpeedTest test, int round, LimitProbe probe) {
    if (peer.isEmpty() || peer.get().declines(test).isPresent()) {
      return Optional.empty();
    }
    tell(test, round, peer.get().name());
    Work work = Volume.of(own.model(), test);
    Set<Limit> bounding = MachineLimits.bounding(test, work);
    MachineLimits before = probe.measure(bounding);
    double[] speeds = peer.get().measure(test);
    MachineLimits limits =
        MachineLimits.over(List.of(new Stretch(1, before, probe.measure(bounding))));
    List<Run> runs = new ArrayList<>();
    for (double speed : speeds) {
      runs.add(new Run(speed, limits.share(test, work, test.tokens() / speed)));
    }
    return Optional.of(new Reached(runs));
  }

  private void tell(SpeedTest test, int round, String what) {
    String where = rounds == 1 ? "" : "round %d of %d, ".formatted(round + 1, rounds);
    progress.println("measuring " + test.name() + ": " + where + what);
  }
}
