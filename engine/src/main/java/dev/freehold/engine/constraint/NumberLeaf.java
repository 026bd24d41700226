package dev.freehold.engine.constraint;

import dev.freehold.text.unicode.IntList;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes the automaton of the decimal numbers in a range, in JSON's spelling without exponent.
///
/// Digits are compared with those of the bounds one by one, and the remainder by which divisibility
/// is decided runs along; states that lead nowhere are cut off at the end. `-0` is not spelled.
final class NumberLeaf {
  private static final String SYMBOLS = "0123456789-.";
  private static final int MAX_DIGITS = 400;
  private static final int MAX_DIVISOR = 100_000;

  /// What numbers may be.
  ///
  /// @param fraction most digits after the point; 0 for integers
  /// @param divisor what the number times `10^scale` is a multiple of
  record Range(Limit low, Limit high, int fraction, int divisor, int scale) {}

  /// A bound.
  record Limit(BigDecimal value, boolean isExclusive) {
    Limit negated() {
      return new Limit(value.negate(), isExclusive);
    }
  }

  /// A bound of magnitudes as digits.
  private record Digits(String whole, String fraction, boolean isExclusive) {
    static Digits of(Limit limit) {
      String text = limit.value.toPlainString();
      int point = text.indexOf('.');
      return point < 0
          ? new Digits(text, "", limit.isExclusive)
          : new Digits(text.substring(0, point), text.substring(point + 1), limit.isExclusive);
    }

    /// How digits compare with the bound after one more whole digit.
    int compareWhole(int before, int index, int digit) {
      return before != 0 || index >= whole.length()
          ? before
          : Integer.compare(digit, whole.charAt(index) - '0');
    }

    int compareFraction(int before, int index, int digit) {
      int own = index < fraction.length() ? fraction.charAt(index) - '0' : 0;
      return before != 0 ? before : Integer.compare(digit, own);
    }

    /// How a number of so many whole digits compares, by its whole part.
    int endWhole(int before, int count) {
      return count != whole.length() ? Integer.compare(count, whole.length()) : before;
    }

    /// How a number compares when it ends after so many digits of its fraction.
    int endFraction(int before, int count) {
      boolean more = false;
      for (int i = count; i < fraction.length(); i++) {
        more |= fraction.charAt(i) != '0';
      }
      return before == 0 && more ? -1 : before;
    }
  }

  /// Where a spelling has come to.
  ///
  /// @param whole digits before the point
  /// @param fraction digits after it; -1 before the point
  private record At(
      boolean isNegative, int whole, int fraction, int order, int residue, boolean isZero) {
    int low() {
      return order / 3 - 1;
    }

    int high() {
      return order % 3 - 1;
    }

    static int order(int low, int high) {
      return (low + 1) * 3 + high + 1;
    }
  }

  /// The numbers at and above 0, or the magnitudes of those below.
  private record Side(Digits low, Digits high) {}

  private final Range range;
  private final Meter meter;
  private final Optional<Side> positive;
  private final Optional<Side> negative;
  private final int maxWhole;
  private final Map<Optional<At>, Integer> numbers = new HashMap<>();
  private final List<Optional<At>> states = new ArrayList<>();

  private NumberLeaf(Range range, Meter meter) {
    this.range = range;
    this.meter = meter;
    Limit zero = new Limit(BigDecimal.ZERO, false);
    positive = side(range.low.value.signum() < 0 ? zero : range.low, range.high);
    Limit most = range.low.negated();
    Limit least = range.high.negated();
    negative = side(least.value.signum() <= 0 ? new Limit(BigDecimal.ZERO, true) : least, most);
    int digits = 1;
    for (Optional<Side> side : List.of(positive, negative)) {
      digits = Math.max(digits, side.map(s -> s.high.whole.length()).orElse(1));
    }
    maxWhole = digits;
  }

  private static Optional<Side> side(Limit low, Limit high) {
    return high.value.signum() < 0 || low.value.compareTo(high.value) > 0
        ? Optional.empty()
        : Optional.of(new Side(Digits.of(low), Digits.of(high)));
  }

  /// The numbers of a range; empty where there are none.
  static Optional<Dfa> of(Range range, ByteScope scope) {
    return new NumberLeaf(range, scope.meter()).run(scope.allowed());
  }

  /// Divisor and scale of a multiple of several numbers at once.
  static int[] divisor(List<BigDecimal> multiples, Meter meter) {
    int scale = 0;
    for (BigDecimal multiple : multiples) {
      checkDigits(multiple, meter);
      if (multiple.signum() <= 0) {
        throw meter.refusal("multipleOf must be greater than 0, found " + multiple);
      }
      scale = Math.max(scale, multiple.stripTrailingZeros().scale());
    }
    BigInteger common = BigInteger.ONE;
    for (BigDecimal multiple : multiples) {
      BigInteger one = multiple.movePointRight(scale).toBigIntegerExact();
      common = common.divide(common.gcd(one)).multiply(one);
    }
    if (common.bitLength() > 31 || common.intValue() > MAX_DIVISOR) {
      throw meter.refusal(
          "multipleOf with more than %d remainders is not supported".formatted(MAX_DIVISOR));
    }
    return new int[] {common.intValue(), scale};
  }

  static void checkDigits(BigDecimal value, Meter meter) {
    if (value.precision() + Math.abs((long) value.scale()) > MAX_DIGITS) {
      throw meter.refusal("a bound with more than %d digits".formatted(MAX_DIGITS));
    }
  }

  private Optional<Dfa> run(ByteSet allowed) {
    char[] classOf = new char[256];
    Arrays.fill(classOf, (char) SYMBOLS.length());
    for (int i = 0; i < SYMBOLS.length(); i++) {
      classOf[SYMBOLS.charAt(i)] = (char) i;
    }
    int width = SYMBOLS.length() + 1;
    number(Optional.empty());
    IntList table = new IntList(1024);
    BitSet accepting = new BitSet();
    for (int i = 0; i < states.size(); i++) {
      meter.cells(width + 8L);
      Optional<At> at = states.get(i);
      accepting.set(i, at.isPresent() && accepts(at.get()));
      for (int c = 0; c < SYMBOLS.length(); c++) {
        Optional<At> next = at.isPresent() ? step(at.get(), c) : first(c);
        table.add(next.isPresent() ? number(next) : -1);
      }
      table.add(-1);
    }
    return Dfa.trimmed(classOf, width, table.toArray(), accepting, allowed);
  }

  private int number(Optional<At> at) {
    Integer known = numbers.get(at);
    if (known != null) {
      return known;
    }
    numbers.put(at, states.size());
    states.add(at);
    return states.size() - 1;
  }

  private Optional<At> first(int symbol) {
    int equal = At.order(0, 0);
    if (symbol == 10) {
      return negative.map(side -> new At(true, 0, -1, equal, 0, false));
    }
    return symbol < 10 && positive.isPresent()
        ? step(new At(false, 0, -1, equal, 0, false), symbol)
        : Optional.empty();
  }

  private Side side(At at) {
    return (at.isNegative ? negative : positive).orElseThrow();
  }

  private Optional<At> step(At at, int symbol) {
    Side side = side(at);
    if (symbol == 11) {
      return point(at, side);
    }
    if (symbol > 9) {
      return Optional.empty();
    }
    int residue = (int) ((at.residue * 10L + symbol) % range.divisor);
    if (at.fraction >= 0) {
      if (at.fraction >= range.fraction) {
        return Optional.empty();
      }
      int low = side.low.compareFraction(at.low(), at.fraction, symbol);
      int high = side.high.compareFraction(at.high(), at.fraction, symbol);
      return low < 0 || high > 0
          ? Optional.empty()
          : Optional.of(
              new At(at.isNegative, 0, at.fraction + 1, At.order(low, high), residue, false));
    }
    if (at.isZero || at.whole >= maxWhole) {
      return Optional.empty();
    }
    int low = side.low.compareWhole(at.low(), at.whole, symbol);
    int high = side.high.compareWhole(at.high(), at.whole, symbol);
    boolean isZero = at.whole == 0 && symbol == 0;
    return Optional.of(
        new At(at.isNegative, at.whole + 1, -1, At.order(low, high), residue, isZero));
  }

  private Optional<At> point(At at, Side side) {
    if (at.fraction >= 0 || at.whole == 0 || range.fraction == 0) {
      return Optional.empty();
    }
    int low = side.low.endWhole(at.low(), at.whole);
    int high = side.high.endWhole(at.high(), at.whole);
    return low < 0 || high > 0
        ? Optional.empty()
        : Optional.of(new At(at.isNegative, 0, 0, At.order(low, high), at.residue, false));
  }

  private boolean accepts(At at) {
    if (at.fraction == 0 || (at.fraction < 0 && at.whole == 0)) {
      return false;
    }
    Side side = side(at);
    int low = at.low();
    int high = at.high();
    int digits = Math.max(0, at.fraction);
    if (at.fraction < 0) {
      low = side.low.endWhole(low, at.whole);
      high = side.high.endWhole(high, at.whole);
    }
    low = low == 0 ? side.low.endFraction(0, digits) : low;
    high = high == 0 ? side.high.endFraction(0, digits) : high;
    boolean isInside =
        (low > 0 || (low == 0 && !side.low.isExclusive))
            && (high < 0 || (high == 0 && !side.high.isExclusive));
    return isInside && isMultiple(at.residue, digits);
  }

  private boolean isMultiple(int residue, int digits) {
    if (range.divisor == 1 && digits <= range.scale) {
      return true;
    }
    if (digits > range.scale) {
      return false;
    }
    long rest = residue;
    for (int i = digits; i < range.scale; i++) {
      rest = rest * 10 % range.divisor;
    }
    return rest == 0;
  }
}
