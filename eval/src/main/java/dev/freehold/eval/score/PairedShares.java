package dev.freehold.eval.score;

import java.util.Locale;

/// Two backends on the same items: how often both were right, one, the other, neither.
///
/// - Interval of the difference: R. G. Newcombe, Statistics in Medicine 17 (1998), 2635-2650,
///   method 10. With Wilson's limits `l, u` of each share, `dl = p1 - l1`, `du = u2 - p2`: `low = d
///   - sqrt(dl^2 - 2 phi dl du + du^2)`, the upper limit likewise; `phi` is the correlation of the
///     pairs, its numerator lessened by n/2, not below 0, where it is positive.
/// - Test: McNemar's, exact: the chance of so uneven a split of the unequal pairs, or a more uneven
///   one, if each were a fair coin; two-sided.
///
/// @param both items that both got right
/// @param onlyFirst those that only the first got right
/// @param onlySecond those that only the second got right
public record PairedShares(double both, double onlyFirst, double onlySecond, double neither) {
  public PairedShares {
    if (!(both >= 0) || !(onlyFirst >= 0) || !(onlySecond >= 0) || !(neither >= 0)) {
      throw new IllegalArgumentException(
          "no counts: %s, %s, %s, %s".formatted(both, onlyFirst, onlySecond, neither));
    }
  }

  public double items() {
    return both + onlyFirst + onlySecond + neither;
  }

  public Share first() {
    return new Share(Math.min(both + onlyFirst, items()), items());
  }

  public Share second() {
    return new Share(Math.min(both + onlySecond, items()), items());
  }

  /// The first share less the second.
  public double difference() {
    return items() == 0 ? 0 : (onlyFirst - onlySecond) / items();
  }

  public double low() {
    if (items() == 0) {
      return -1;
    }
    return Math.max(
        -1,
        difference() - width(first().value() - first().low(), second().high() - second().value()));
  }

  public double high() {
    if (items() == 0) {
      return 1;
    }
    return Math.min(
        1,
        difference() + width(first().high() - first().value(), second().value() - second().low()));
  }

  private double width(double ofFirst, double ofSecond) {
    double squared =
        ofFirst * ofFirst - 2 * correlation() * ofFirst * ofSecond + ofSecond * ofSecond;
    return Math.sqrt(Math.max(0, squared));
  }

  private double correlation() {
    double margins =
        (both + onlyFirst) * (onlySecond + neither) * (both + onlySecond) * (onlyFirst + neither);
    if (margins == 0) {
      return 0;
    }
    double cross = both * neither - onlyFirst * onlySecond;
    double lessened = cross > 0 ? Math.max(0, cross - items() / 2) : cross;
    return lessened / Math.sqrt(margins);
  }

  /// The p-value of McNemar's exact test; 1 where no pair is unequal.
  public double pValue() {
    long less = Math.round(Math.min(onlyFirst, onlySecond));
    long unequal = Math.round(onlyFirst) + Math.round(onlySecond);
    double logHalves = unequal * Math.log(0.5);
    double logChoices = 0;
    double sum = 0;
    for (long k = 0; k <= less; k++) {
      if (k > 0) {
        logChoices += Math.log(unequal - k + 1.0) - Math.log(k);
      }
      sum += Math.exp(logChoices + logHalves);
    }
    return Math.min(1, 2 * sum);
  }

  /// A p-value as people read it.
  public static String shown(double pValue) {
    return pValue < 0.0001 ? "less than 0.0001" : String.format(Locale.ROOT, "%.4f", pValue);
  }

  /// The same shares of pairs in another number of items.
  public PairedShares scaledTo(double items) {
    double factor = items / items();
    return new PairedShares(
        both * factor, onlyFirst * factor, onlySecond * factor, neither * factor);
  }
}
