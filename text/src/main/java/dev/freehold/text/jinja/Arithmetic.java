package dev.freehold.text.jinja;

import dev.freehold.text.jinja.Expr.Operator;
import dev.freehold.text.jinja.Value.Bool;
import dev.freehold.text.jinja.Value.Int;
import dev.freehold.text.jinja.Value.Real;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/// `+ - * / // % **` as Python computes them: integers of any size, floats, and what strings and
/// lists do with them.
final class Arithmetic {
  private Arithmetic() {}

  static Value apply(Run run, Operator operator, Value left, Value right) {
    if (Operators.isNumber(left) && Operators.isNumber(right)) {
      return left instanceof Real || right instanceof Real
          ? real(run, operator, toDouble(run, left), toDouble(run, right))
          : integer(run, operator, toBigInteger(left), toBigInteger(right));
    }
    Operators.defined(run, left);
    if (operator == Operator.MODULO && left instanceof Text format) {
      return PercentFormat.format(run, format, right);
    }
    Operators.defined(run, right);
    if (operator == Operator.ADD) {
      if (left instanceof Text a && right instanceof Text b) {
        return Escaping.concat(run, a, b);
      }
      if (left instanceof ListValue a
          && right instanceof ListValue b
          && a.isTuple() == b.isTuple()) {
        return a.plus(run, b);
      }
    }
    if (operator == Operator.MULTIPLY) {
      if (Operators.asInteger(right).isPresent() && isRepeatable(left)) {
        return repeat(run, left, toBigInteger(right));
      }
      if (Operators.asInteger(left).isPresent() && isRepeatable(right)) {
        return repeat(run, right, toBigInteger(left));
      }
    }
    throw run.error(
        "%s %s %s is not defined"
            .formatted(Operators.describe(left), operator.symbol, Operators.describe(right)));
  }

  static Value negate(Run run, Value value) {
    return switch (Operators.defined(run, value)) {
      case Real number -> new Real(-number.value());
      case Int number -> new Int(number.value().negate());
      case Bool bool -> Int.of(-bool.number());
      default -> throw run.error(Operators.describe(value) + " has no negative");
    };
  }

  static Value plus(Run run, Value value) {
    return switch (Operators.defined(run, value)) {
      case Real number -> number;
      case Int number -> number;
      case Bool bool -> Int.of(bool.number());
      default -> throw run.error(Operators.describe(value) + " is not a number");
    };
  }

  private static BigInteger toBigInteger(Value value) {
    return Operators.asInteger(value).orElseThrow();
  }

  static double toDouble(Value value) {
    return value instanceof Real real ? real.value() : toBigInteger(value).doubleValue();
  }

  /// Fails for integers that no double can hold.
  static double toDouble(Run run, Value value) {
    double result = toDouble(value);
    if (Double.isInfinite(result) && !(value instanceof Real)) {
      throw run.error("an integer is too large for a float");
    }
    return result;
  }

  /// The nearest int.
  static int clamp(BigInteger value) {
    if (value.bitLength() < Integer.SIZE) {
      return value.intValue();
    }
    return value.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
  }

  private static boolean isRepeatable(Value value) {
    return value instanceof Text || value instanceof ListValue;
  }

  private static Value repeat(Run run, Value value, BigInteger times) {
    int count = Math.max(0, clamp(times));
    if (value instanceof Text text) {
      run.allocate((long) count * text.length());
      TextBuilder builder = new TextBuilder();
      for (int i = 0; i < count && !text.isEmpty(); i++) {
        builder.append(text);
      }
      return builder.build().asMarkup(text.isMarkup());
    }
    ListValue list = (ListValue) value;
    run.allocate((long) Run.ELEMENT * count * list.size());
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < count && list.size() > 0; i++) {
      items.addAll(list.items());
    }
    return ListValue.of(run, items, list.kind());
  }

  private static Value integer(Run run, Operator operator, BigInteger a, BigInteger b) {
    return switch (operator) {
      case ADD -> new Int(run.checkSize(a.add(b)));
      case SUBTRACT -> new Int(run.checkSize(a.subtract(b)));
      case MULTIPLY -> {
        run.checkBits((long) a.bitLength() + b.bitLength() - 1);
        yield new Int(a.multiply(b));
      }
      case DIVIDE -> divide(run, a, nonZero(run, b));
      case FLOOR_DIVIDE -> new Int(floorDivide(run.checkSize(a), nonZero(run, b))[0]);
      case MODULO -> new Int(floorDivide(run.checkSize(a), nonZero(run, b))[1]);
      case POWER -> power(run, a, b);
    };
  }

  private static BigInteger nonZero(Run run, BigInteger divisor) {
    if (divisor.signum() == 0) {
      throw run.error("division by zero");
    }
    return divisor;
  }

  private static Value divide(Run run, BigInteger a, BigInteger b) {
    if (a.bitLength() <= 53 && b.bitLength() <= 53) {
      return new Real(a.doubleValue() / b.doubleValue());
    }
    run.checkBits(Math.max(a.bitLength(), b.bitLength()));
    double quotient =
        new BigDecimal(a).divide(new BigDecimal(b), new MathContext(60)).doubleValue();
    if (Double.isInfinite(quotient)) {
      throw run.error("a quotient is too large for a float");
    }
    return new Real(quotient);
  }

  private static BigInteger[] floorDivide(BigInteger a, BigInteger b) {
    BigInteger[] result = a.divideAndRemainder(b);
    if (result[1].signum() != 0 && result[1].signum() != b.signum()) {
      result[0] = result[0].subtract(BigInteger.ONE);
      result[1] = result[1].add(b);
    }
    return result;
  }

  private static Value power(Run run, BigInteger a, BigInteger b) {
    if (b.signum() < 0) {
      return real(run, Operator.POWER, toDouble(run, new Int(a)), toDouble(run, new Int(b)));
    }
    if (a.abs().compareTo(BigInteger.ONE) <= 0) {
      return new Int(b.signum() == 0 || (a.signum() < 0 && !b.testBit(0)) ? BigInteger.ONE : a);
    }
    int exponent = clamp(b);
    run.checkBits((long) (a.bitLength() - 1) * exponent);
    return new Int(run.checkSize(a.pow(exponent)));
  }

  private static Value real(Run run, Operator operator, double a, double b) {
    double result =
        switch (operator) {
          case ADD -> a + b;
          case SUBTRACT -> a - b;
          case MULTIPLY -> a * b;
          case DIVIDE -> a / nonZero(run, b);
          case FLOOR_DIVIDE -> floorDivide(a, nonZero(run, b));
          case MODULO -> modulo(a, nonZero(run, b));
          case POWER -> power(run, a, b);
        };
    return new Real(result);
  }

  private static double nonZero(Run run, double divisor) {
    if (divisor == 0) {
      throw run.error("division by zero");
    }
    return divisor;
  }

  private static double modulo(double a, double b) {
    double rest = a % b;
    if (rest == 0) {
      return Math.copySign(0.0, b);
    }
    return (rest < 0) != (b < 0) ? rest + b : rest;
  }

  private static double floorDivide(double a, double b) {
    double quotient = (a - a % b) / b;
    if (a % b != 0 && (a % b < 0) != (b < 0)) {
      quotient -= 1;
    }
    if (quotient == 0) {
      return Math.copySign(0.0, a / b);
    }
    double floor = Math.floor(quotient);
    return quotient - floor > 0.5 ? floor + 1 : floor;
  }

  private static double power(Run run, double a, double b) {
    if (a == 0 && b < 0) {
      throw run.error("zero has no negative power");
    }
    if (a < 0 && Double.isFinite(a) && Double.isFinite(b) && b != Math.rint(b)) {
      throw run.error("a negative number has no fractional power");
    }
    double result = a == 1 || b == 0 ? 1 : StrictMath.pow(a, b);
    if (Double.isInfinite(result) && Double.isFinite(a) && Double.isFinite(b)) {
      throw run.error("a power is too large for a float");
    }
    return result;
  }
}
