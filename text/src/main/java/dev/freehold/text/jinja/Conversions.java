package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.Real;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/// Strings and numbers made into numbers, as Python's `int`, `float` and `round` do.
final class Conversions {
  private static final int MAX_DIGITS = 4300;
  private static final int MAX_ROUNDED_DIGITS = 400;

  private Conversions() {}

  /// The filter `int`: what cannot be read becomes the default.
  static Value toInteger(Run run, Value value, Value otherwise, int base) {
    Optional<BigInteger> whole =
        switch (Operators.defined(run, value)) {
          case Text text -> parseInteger(run, text.chars(), base);
          case Real real ->
              Double.isFinite(real.value())
                  ? Optional.of(truncate(run, real.value()))
                  : Optional.empty();
          default -> Operators.asInteger(value);
        };
    return whole.<Value>map(Int::new).orElse(otherwise);
  }

  /// The filter `float`: what cannot be read becomes the default.
  static Value toReal(Run run, Value value, Value otherwise) {
    return switch (Operators.defined(run, value)) {
      case Text text -> parseReal(run, text.chars()).<Value>map(Real::new).orElse(otherwise);
      case Value number when Operators.isNumber(number) ->
          new Real(Arithmetic.toDouble(run, number));
      default -> otherwise;
    };
  }

  static BigInteger truncate(Run run, double value) {
    if (!Double.isFinite(value)) {
      throw run.error("the float " + Printing.real(value) + " has no integer");
    }
    return new BigDecimal(value).toBigInteger();
  }

  private static Optional<BigInteger> parseInteger(Run run, String text, int base) {
    String digits = unsigned(text).replace("_", "").toLowerCase(Locale.ROOT);
    String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "";
    if (!prefix.isEmpty() && digits.startsWith(prefix)) {
      digits = digits.substring(prefix.length());
    }
    boolean valid =
        base >= 2
            && base <= 36
            && !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && digits.chars().allMatch(c -> c < 0x80 && Character.digit(c, base) >= 0);
    if (valid) {
      run.checkBits((long) Math.ceil(digits.length() * Math.log(base) / Math.log(2)));
      BigInteger value = new BigInteger(digits, base);
      return Optional.of(strip(text).startsWith("-") ? value.negate() : value);
    }
    return parseReal(run, text).filter(Double::isFinite).map(real -> truncate(run, real));
  }

  private static String strip(String text) {
    int start = Chars.skipSpace(text, 0);
    return text.substring(start, Math.max(start, Chars.endWithoutSpace(text, start)));
  }

  private static String unsigned(String text) {
    String stripped = strip(text);
    boolean signed = stripped.startsWith("-") || stripped.startsWith("+");
    return signed ? stripped.substring(1) : stripped;
  }

  private static Optional<Double> parseReal(Run run, String text) {
    run.work(text.length());
    String number = unsigned(text).toLowerCase(Locale.ROOT);
    double sign = strip(text).startsWith("-") ? -1 : 1;
    return switch (number) {
      case "inf", "infinity" -> Optional.of(sign * Double.POSITIVE_INFINITY);
      case "nan" -> Optional.of(Double.NaN);
      default ->
          isDecimal(number)
              ? Optional.of(sign * Double.parseDouble(number.replace("_", "")))
              : Optional.empty();
    };
  }

  /// Digits with an optional point and exponent; Java's own spellings of floats are not Python's.
  private static boolean isDecimal(String number) {
    if (number.isEmpty() || number.length() > MAX_DIGITS) {
      return false;
    }
    String body = number.startsWith(".") ? "0" + number : number;
    if (body.charAt(0) < '0' || body.charAt(0) > '9') {
      return false;
    }
    int whole = digitsEnd(body, 0);
    int fraction = body.startsWith(".", whole) ? digitsEnd(body, whole + 1) : whole;
    int end = fraction;
    if (body.startsWith("e", fraction)) {
      int signed = body.startsWith("-", fraction + 1) || body.startsWith("+", fraction + 1) ? 1 : 0;
      end = digitsEnd(body, fraction + 1 + signed);
      if (end == fraction + 1 + signed) {
        return false;
      }
    }
    return end == body.length() && !number.equals(".");
  }

  private static int digitsEnd(String text, int from) {
    int at = from;
    while (at < text.length()
        && ((text.charAt(at) >= '0' && text.charAt(at) <= '9')
            || (text.charAt(at) == '_' && at > from))) {
      at++;
    }
    return at;
  }

  /// The filter `round`; halves go to the even neighbour with the method `common`.
  static Value round(Run run, Value value, int precision, String method) {
    RoundingMode mode =
        switch (method) {
          case "common" -> RoundingMode.HALF_EVEN;
          case "ceil" -> RoundingMode.CEILING;
          case "floor" -> RoundingMode.FLOOR;
          default ->
              throw run.error("round: the method must be common, ceil or floor, found " + method);
        };
    Operators.defined(run, value);
    if (!Operators.isNumber(value)) {
      throw run.error(Operators.describe(value) + " cannot be rounded");
    }
    if (Math.abs((long) precision) > MAX_ROUNDED_DIGITS) {
      throw run.error("round: a precision of " + precision + " digits is not supported");
    }
    Optional<BigInteger> whole = Operators.asInteger(value);
    if (whole.isPresent() && method.equals("common")) {
      BigDecimal rounded = new BigDecimal(whole.get()).setScale(Math.min(precision, 0), mode);
      return new Int(rounded.toBigInteger());
    }
    double number = Arithmetic.toDouble(run, value);
    return Double.isFinite(number)
        ? new Real(new BigDecimal(number).setScale(precision, mode).doubleValue())
        : value;
  }
}
