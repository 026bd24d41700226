package dev.freehold.text.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `format % values`, with the conversions `s r d i u f F x X o c %` and their flags, width and
/// precision.
final class PercentFormat {
  private static final int MAX_PRECISION = 1000;

  private final Run run;
  private final Text format;
  private final String chars;
  private final Value values;
  private final List<Value> positional;
  private final TextBuilder out = new TextBuilder();
  private int at;
  private int used;

  private PercentFormat(Run run, Text format, Value values) {
    this.run = run;
    this.format = format;
    this.chars = format.chars();
    this.values = values;
    this.positional =
        values instanceof ListValue list && list.isTuple() ? list.items() : List.of(values);
  }

  static Text format(Run run, Text format, Value values) {
    return new PercentFormat(run, format, values).format();
  }

  private record Flags(boolean left, boolean zero, boolean plus, boolean space, int width) {}

  private Text format() {
    int plain = 0;
    for (at = chars.indexOf('%'); at >= 0; at = chars.indexOf('%', plain)) {
      copy(plain, at);
      at++;
      conversion();
      plain = at;
    }
    copy(plain, chars.length());
    if (used < positional.size() && !mayStayUnused(values)) {
      throw run.error("not all values after '%' are used by the format");
    }
    return out.build().asMarkup(format.isMarkup());
  }

  /// Python counts the values of a tuple, and takes strings and numbers for one.
  private static boolean mayStayUnused(Value values) {
    return values instanceof DictValue
        || values instanceof Value.Undefined
        || (values instanceof ListValue list && !list.isTuple());
  }

  private void copy(int from, int to) {
    run.allocate(to - from);
    out.append(format, from, to);
  }

  private void conversion() {
    Value named = peek('(') ? named() : null;
    boolean left = false;
    boolean zero = false;
    boolean plus = false;
    boolean space = false;
    for (; at < chars.length() && "-0+ #".indexOf(chars.charAt(at)) >= 0; at++) {
      left |= chars.charAt(at) == '-';
      zero |= chars.charAt(at) == '0';
      plus |= chars.charAt(at) == '+';
      space |= chars.charAt(at) == ' ';
    }
    int width = size();
    int precision = -1;
    if (peek('.')) {
      at++;
      precision = size();
    }
    if (at >= chars.length()) {
      throw run.error("the format ends inside of a conversion");
    }
    char kind = chars.charAt(at++);
    if (kind == '%') {
      out.append("%", true);
      return;
    }
    Flags flags = new Flags(left, zero, plus, space, width);
    convert(kind, named == null ? nextValue() : named, flags, precision);
  }

  private boolean peek(char c) {
    return at < chars.length() && chars.charAt(at) == c;
  }

  private Value named() {
    int end = chars.indexOf(')', at);
    if (end < 0 || !(values instanceof DictValue dict)) {
      throw run.error("a format with names needs a mapping after '%'");
    }
    String name = chars.substring(at + 1, end);
    at = end + 1;
    Value value = dict.get(name);
    if (value == null) {
      throw run.error("the format names '" + name + "', which is not given");
    }
    return value;
  }

  private Value nextValue() {
    if (used >= positional.size()) {
      throw run.error("the format has more conversions than values");
    }
    return positional.get(used++);
  }

  private int size() {
    if (peek('*')) {
      at++;
      return Math.max(
          0,
          Operators.asInteger(nextValue())
              .map(Arithmetic::clamp)
              .orElseThrow(() -> run.error("a width given as '*' must be an integer")));
    }
    long size = 0;
    for (; at < chars.length() && chars.charAt(at) >= '0' && chars.charAt(at) <= '9'; at++) {
      size = Math.min(size * 10 + chars.charAt(at) - '0', Integer.MAX_VALUE);
    }
    return (int) size;
  }

  private void convert(char kind, Value value, Flags flags, int precision) {
    switch (kind) {
      case 's' -> text(Printing.text(run, value), flags, precision);
      case 'r' -> text(Printing.representation(run, value), flags, precision);
      case 'd', 'i', 'u' -> number(whole(value, kind), 10, kind, flags, precision);
      case 'x', 'X' -> number(whole(value, kind), 16, kind, flags, precision);
      case 'o' -> number(whole(value, kind), 8, kind, flags, precision);
      case 'f', 'F' -> fixed(value, flags, precision < 0 ? 6 : precision);
      case 'c' -> character(value, flags);
      default -> throw run.error("the format conversion '%" + kind + "' is not supported");
    }
  }

  private void character(Value value, Flags flags) {
    if (value instanceof Text text && text.codePoints() == 1) {
      text(text, flags, -1);
      return;
    }
    BigInteger code = whole(value, 'c');
    boolean valid =
        code.bitLength() <= 21
            && Character.isValidCodePoint(code.intValue())
            && Chars.loneSurrogate(Character.toString(code.intValue())) < 0;
    if (!valid) {
      throw run.error("'%c' needs a character");
    }
    text(Text.trusted(Character.toString(code.intValue())), flags, -1);
  }

  private BigInteger whole(Value value, char kind) {
    if (value instanceof Value.Real real && kind != 'x' && kind != 'X' && kind != 'o') {
      return Conversions.truncate(run, real.value());
    }
    Operators.defined(run, value);
    return Operators.asInteger(value)
        .orElseThrow(
            () -> run.error("'%" + kind + "' needs a number, found " + Operators.describe(value)));
  }

  private void text(Text value, Flags flags, int precision) {
    Text cut = value;
    if (precision >= 0 && precision < value.codePoints()) {
      cut = value.slice(0, value.offset(run, precision));
    }
    if (format.isMarkup()) {
      cut = Escaping.escape(run, cut);
    }
    pad(cut, flags, null);
  }

  private void number(BigInteger value, int radix, char kind, Flags flags, int precision) {
    run.checkSize(value);
    String digits = value.abs().toString(radix);
    if (precision > digits.length()) {
      run.allocate(precision);
      digits = "0".repeat(precision - digits.length()) + digits;
    }
    digits = kind == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
    pad(Text.trusted(digits), flags, sign(value.signum() < 0, flags));
  }

  private void fixed(Value value, Flags flags, int precision) {
    if (!Operators.isNumber(value)) {
      throw run.error("'%f' needs a number, found " + Operators.describe(value));
    }
    if (precision > MAX_PRECISION) {
      throw run.error("'%f' gives at most " + MAX_PRECISION + " digits after the point");
    }
    double number = Arithmetic.toDouble(run, value);
    boolean negative = number < 0 || 1 / number < 0;
    String digits =
        Double.isFinite(number)
            ? new BigDecimal(Math.abs(number))
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString()
            : Printing.real(Math.abs(number));
    pad(Text.trusted(digits), flags, sign(negative, flags));
  }

  private static String sign(boolean negative, Flags flags) {
    return negative ? "-" : flags.plus ? "+" : flags.space ? " " : "";
  }

  /// Appends a sign and a text, filled up to the width; only numbers (with a sign) take zeros.
  private void pad(Text text, Flags flags, @Nullable String sign) {
    String front = sign == null ? "" : sign;
    int missing = Math.max(0, flags.width - text.codePoints() - front.length());
    run.allocate((long) missing + text.length() + front.length());
    boolean zeros = flags.zero && sign != null && !flags.left;
    String fill = (zeros ? "0" : " ").repeat(missing);
    if (flags.left) {
      out.append(front, true).append(text).append(fill, true);
    } else if (zeros) {
      out.append(front, true).append(fill, true).append(text);
    } else {
      out.append(fill, true).append(front, true).append(text);
    }
  }
}
