package dev.freehold.eval.report;

import dev.freehold.eval.judge.Preference;
import dev.freehold.eval.record.PairResult;
import dev.freehold.eval.score.PairedShares;
import dev.freehold.eval.score.Share;
import java.util.List;

/// Which of two backends a judge preferred, over all tasks that were compared.
///
/// @param inconsistent how often it named another reply when their order was swapped
/// @param none how often it gave no verdict
/// @param shownFirst how often it picked the reply that was shown first, of all its picks: half
///   where it looks at nothing but the replies
public record Preferences(
    String first,
    String second,
    int wins,
    int losses,
    int ties,
    int inconsistent,
    int none,
    Share shownFirst) {
  static Preferences of(String first, String second, List<PairResult> pairs) {
    int picks = 0;
    int picksOfFirstShown = 0;
    for (PairResult pair : pairs) {
      picks += isPick(pair.inOrder()) + isPick(pair.swapped());
      picksOfFirstShown += pair.inOrder() == Preference.FIRST ? 1 : 0;
      picksOfFirstShown += pair.swapped() == Preference.SECOND ? 1 : 0;
    }
    return new Preferences(
        first,
        second,
        count(pairs, Preference.FIRST),
        count(pairs, Preference.SECOND),
        count(pairs, Preference.TIE),
        count(pairs, Preference.INCONSISTENT),
        count(pairs, Preference.NONE),
        new Share(picksOfFirstShown, picks));
  }

  private static int isPick(Preference preference) {
    return preference == Preference.FIRST || preference == Preference.SECOND ? 1 : 0;
  }

  private static int count(List<PairResult> pairs, Preference preference) {
    return (int) pairs.stream().filter(pair -> pair.preference() == preference).count();
  }

  /// How often the first won, of all that one of them won.
  public Share share() {
    return new Share(wins, wins + losses);
  }

  /// The chance of so uneven a result, or a more uneven one, if each win were a fair coin's.
  public double pValue() {
    return new PairedShares(0, wins, losses, 0).pValue();
  }
}
