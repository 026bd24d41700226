package dev.freehold.text.jinja;

import java.math.BigInteger;

/// What an expression evaluates to: the types of JSON, and the few things that templates make.
///
/// All values but [Generator], [Namespace], [Loop] and [Cycler] are immutable.
sealed interface Value
    permits Text,
        Value.Bool,
        Value.Int,
        Value.Real,
        Value.None,
        Value.Undefined,
        ListValue,
        DictValue,
        DictView,
        Value.Range,
        Generator,
        Namespace,
        Callable {

  /// How errors name the type.
  String type();

  /// Levels of lists and mappings inside, at least 1 for a list.
  default int nesting() {
    return 0;
  }

  /// true or false, which also count as 1 and 0.
  enum Bool implements Value {
    FALSE(0),
    TRUE(1);

    private final int number;

    Bool(int number) {
      this.number = number;
    }

    /// What the boolean counts as in arithmetic.
    int number() {
      return number;
    }

    static Bool of(boolean value) {
      return value ? TRUE : FALSE;
    }

    @Override
    public String type() {
      return "boolean";
    }
  }

  /// An integer of any size that [Run] allows.
  record Int(BigInteger value) implements Value {
    static final Int ZERO = new Int(BigInteger.ZERO);

    static Int of(long value) {
      return new Int(BigInteger.valueOf(value));
    }

    @Override
    public String type() {
      return "integer";
    }
  }

  /// A double.
  record Real(double value) implements Value {
    @Override
    public String type() {
      return "float";
    }
  }

  /// JSON's null.
  enum None implements Value {
    NONE;

    @Override
    public String type() {
      return "none";
    }
  }

  /// A name, key or element that is not there; prints as nothing and fails when it is used.
  record Undefined(String reason) implements Value {
    @Override
    public String type() {
      return "undefined value";
    }
  }

  /// The integers from `start` in steps of `step`, `size` of them.
  record Range(long start, long step, int size) implements Value {
    Value at(int index) {
      return Int.of(start + step * index);
    }

    @Override
    public String type() {
      return "range";
    }
  }
}
