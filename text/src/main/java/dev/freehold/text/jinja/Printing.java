package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.None;
import dev.freehold.text.jinja.Value.Range;
import dev.freehold.text.jinja.Value.Real;
import dev.freehold.text.jinja.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;

/// Values as Python prints them, with `str` and, inside of lists and mappings, with `repr`.
///
/// Numbers, booleans and none count as the template's own text: they cannot spell a marker. Strings
/// keep their origin, quotes and escapes have that of their string.
final class Printing {
  private Printing() {}

  /// What `{{ value }}` prints.
  static Text text(Run run, Value value) {
    return switch (value) {
      case Text text -> text;
      case Undefined undefined -> Text.EMPTY;
      default -> {
        TextBuilder out = new TextBuilder();
        represent(run, value, out);
        yield out.build();
      }
    };
  }

  static Text representation(Run run, Value value) {
    TextBuilder out = new TextBuilder();
    represent(run, value, out);
    return out.build();
  }

  private static void represent(Run run, Value value, TextBuilder out) {
    run.allocate(8);
    switch (value) {
      case Text text -> quote(run, text, out);
      case Int number -> out.append(integer(run.checkSize(number.value())), true);
      case Real number -> out.append(real(number.value()), true);
      case Bool bool -> out.append(bool == Bool.TRUE ? "True" : "False", true);
      case None none -> out.append("None", true);
      case Undefined undefined -> out.append("Undefined", true);
      case ListValue list when list.isTuple() -> {
        String end = list.size() == 1 ? ",)" : ")";
        elements(run, "(", list.items().iterator(), end, out);
      }
      case ListValue list -> elements(run, "[", list.items().iterator(), "]", out);
      case DictValue dict -> mapping(run, dict, out);
      case DictView view -> {
        String name = view.part().name().toLowerCase(Locale.ROOT);
        elements(run, "dict_" + name + "([", view.iterator(run), "])", out);
      }
      case Range range -> range(range, out);
      case Generator generator -> throw unprintable(run, generator);
      case Namespace namespace -> throw unprintable(run, namespace);
      case Callable callable -> throw unprintable(run, callable);
    }
  }

  private static RuntimeException unprintable(Run run, Value value) {
    return run.error("a " + value.type() + " cannot be printed");
  }

  private static void range(Range range, TextBuilder out) {
    long stop = range.start() + range.step() * range.size();
    String step = range.step() == 1 ? "" : ", " + range.step();
    out.append("range(" + range.start() + ", " + stop + step + ")", true);
  }

  private static void elements(
      Run run, String begin, Iterator<Value> items, String end, TextBuilder out) {
    out.append(begin, true);
    while (items.hasNext()) {
      represent(run, items.next(), out);
      if (items.hasNext()) {
        out.append(", ", true);
      }
    }
    out.append(end, true);
  }

  private static void mapping(Run run, DictValue dict, TextBuilder out) {
    String separator = "{";
    for (DictValue.Entry entry : dict.entries()) {
      out.append(separator, true);
      represent(run, entry.key(), out);
      out.append(": ", true);
      represent(run, entry.value(), out);
      separator = ", ";
    }
    out.append(dict.size() == 0 ? "{}" : "}", true);
  }

  /// Python's `repr` of a string: single quotes unless only single quotes stand inside.
  private static void quote(Run run, Text text, TextBuilder out) {
    run.allocate(text.length());
    char quote = text.chars().indexOf('\'') >= 0 && text.chars().indexOf('"') < 0 ? '"' : '\'';
    String begin = text.isMarkup() ? "Markup(" + quote : String.valueOf(quote);
    String end = text.isMarkup() ? quote + ")" : String.valueOf(quote);
    out.append(begin, text.isTrusted());
    out.append(text.map(part -> escaped(part, quote)));
    out.append(end, text.isTrusted());
  }

  private static String escaped(String part, char quote) {
    StringBuilder out = new StringBuilder(part.length() + 8);
    part.codePoints()
        .forEach(c -> {
          switch (c) {
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
              if (c == quote) {
                out.append('\\').append(quote);
              } else if (Chars.isPrintable(c)) {
                out.appendCodePoint(c);
              } else {
                String format = c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
                out.append(format.formatted(c));
              }
            }
          }
        });
    return out.toString();
  }

  static String integer(BigInteger value) {
    return value.toString();
  }

  /// The shortest digits that read back as the same double, as Python's `repr` sets them: with an
  /// exponent below 1e-4 and from 1e16 on.
  static String real(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value > 0 ? "0.0" : "-0.0";
    }
    BigDecimal shortest = shortest(value);
    String digits = shortest.unscaledValue().abs().toString();
    int exponent = digits.length() - shortest.scale() - 1;
    String sign = value < 0 ? "-" : "";
    if (exponent < -4 || exponent >= 16) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "");
      return sign + digits.charAt(0) + fraction + "e" + power + Math.abs(exponent);
    }
    String plain = shortest.abs().toPlainString();
    return sign + plain + (plain.indexOf('.') < 0 ? ".0" : "");
  }

  /// Java's own digits are the shortest, except that it never gives just one where two are nearer.
  private static BigDecimal shortest(double value) {
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    BigDecimal oneDigit = digits.round(new MathContext(1, RoundingMode.HALF_EVEN));
    return oneDigit.doubleValue() == value ? oneDigit.stripTrailingZeros() : digits;
  }

  /// Joins printed values with a separator.
  static Text join(Run run, Text separator, List<Value> items) {
    TextBuilder out = new TextBuilder();
    boolean first = true;
    for (Value item : items) {
      Text printed = text(run, item);
      run.allocate((long) printed.length() + separator.length());
      if (!first) {
        out.append(separator);
      }
      out.append(printed);
      first = false;
    }
    return out.build();
  }
}
