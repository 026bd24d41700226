package dev.freehold.engine.constraint;

import dev.freehold.engine.constraint.PatternCompiler.Match;
import dev.freehold.engine.constraint.PatternCompiler.Reading;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The leaves of strings and numbers that facts describe; patterns are compiled once per schema.
final class TextLeaves {
  private record Key(String pattern, Match match, Spelling spelling, Reading reading) {}

  private static final String WHOLE_NUMBERS_LOW = "-9223372036854775808";
  private static final String WHOLE_NUMBERS_HIGH = "9223372036854775807";
  private static final String NUMBERS_HIGH = "999999999999999999";

  /// More digits after the point are not asked for.
  private static final int ANY_FRACTION = 100_000;

  private final ByteScope scope;
  private final JsonLeaves leaves;
  private final Map<Key, Optional<Dfa>> patterns = new HashMap<>();

  TextLeaves(JsonLeaves leaves, ByteScope scope) {
    this.leaves = leaves;
    this.scope = scope;
  }

  private Meter meter() {
    return scope.meter();
  }

  private Optional<Dfa> pattern(String pattern, Match match, Spelling spelling, Reading reading) {
    Key key = new Key(pattern, match, spelling, reading);
    Optional<Dfa> known = patterns.get(key);
    if (known == null) {
      known =
          PatternCompiler.compile(
              PatternParser.parse(pattern, meter()), match, spelling, reading, scope);
      patterns.put(key, known);
    }
    return known;
  }

  /// Names that a pattern finds itself in, as JSON spells them, quotation marks included.
  Optional<Dfa> names(Located pattern, Reading reading) {
    meter().at(pattern.pointer());
    String text = JsonValue.whole(pattern.node().stringValue(), meter());
    return pattern(text, Match.ANYWHERE, Spelling.JSON, reading)
        .flatMap(content -> Leaves.quoted(content, scope));
  }

  /// The strings that facts allow; empty where there are none.
  Optional<? extends Leaf> strings(Facts facts) {
    if (facts.minLength() > facts.maxLength()) {
      return Optional.empty();
    }
    List<Optional<Dfa>> contents = new ArrayList<>();
    for (Located pattern : facts.patterns()) {
      meter().at(pattern.pointer());
      String text = JsonValue.whole(pattern.node().stringValue(), meter());
      contents.add(pattern(text, Match.ANYWHERE, Spelling.JSON, Reading.NARROW));
    }
    for (Located format : facts.formats()) {
      meter().at(format.pointer());
      Formats.pattern(format, meter())
          .ifPresent(
              text -> contents.add(pattern(text, Match.WHOLE, Spelling.JSON, Reading.NARROW)));
    }
    boolean isBounded = facts.minLength() > 0 || facts.maxLength() < Integer.MAX_VALUE;
    if (contents.isEmpty()) {
      return Optional.of(isBounded ? counted(facts) : leaves.string());
    }
    Optional<Dfa> all = contents.getFirst();
    for (Optional<Dfa> content : contents.subList(1, contents.size())) {
      all = all.flatMap(a -> content.flatMap(b -> Leaves.both(a, b, scope)));
    }
    Optional<Dfa> quoted = all.flatMap(content -> Leaves.quoted(content, scope));
    return isBounded ? quoted.flatMap(text -> Leaves.both(text, counted(facts), scope)) : quoted;
  }

  private CountedText counted(Facts facts) {
    if (facts.minLength() > CountedText.MOST) {
      throw meter()
          .refusal(
              "strings of more than %d characters are not written".formatted(CountedText.MOST));
    }
    int max =
        facts.maxLength() == Integer.MAX_VALUE
            ? CountedText.UNLIMITED
            : Math.min(facts.maxLength(), CountedText.MOST);
    return CountedText.of(leaves.character(), facts.minLength(), max);
  }

  /// Whether a string is one that facts allow, by each reading of their patterns.
  boolean allows(String text, Facts facts) {
    int length = text.codePointCount(0, text.length());
    if (length < facts.minLength() || length > facts.maxLength()) {
      return false;
    }
    byte[] bytes = JsonLeaves.utf8(text);
    meter().work(bytes.length);
    for (Located pattern : facts.patterns()) {
      meter().at(pattern.pointer());
      String source = JsonValue.whole(pattern.node().stringValue(), meter());
      if (!matches(pattern(source, Match.ANYWHERE, Spelling.PLAIN, Reading.NARROW), bytes)) {
        return false;
      }
    }
    for (Located format : facts.formats()) {
      meter().at(format.pointer());
      Optional<String> source = Formats.pattern(format, meter());
      if (source.isPresent()
          && !matches(pattern(source.get(), Match.WHOLE, Spelling.PLAIN, Reading.NARROW), bytes)) {
        return false;
      }
    }
    return true;
  }

  /// Whether a pattern finds itself in a name.
  boolean finds(Located pattern, String name, Reading reading) {
    meter().at(pattern.pointer());
    String source = JsonValue.whole(pattern.node().stringValue(), meter());
    return matches(pattern(source, Match.ANYWHERE, Spelling.PLAIN, reading), JsonLeaves.utf8(name));
  }

  private static boolean matches(Optional<Dfa> leaf, byte[] bytes) {
    return leaf.isPresent() && leaf.get().matches(bytes);
  }

  /// The numbers that facts allow; empty where there are none.
  Optional<Dfa> numbers(Facts facts, boolean areIntegers) {
    if (facts.low().isEmpty() && facts.high().isEmpty() && facts.multiples().isEmpty()) {
      return Optional.of(areIntegers ? leaves.integer() : leaves.number());
    }
    int divisor = 1;
    int scale = ANY_FRACTION;
    if (!facts.multiples().isEmpty()) {
      int[] found = NumberLeaf.divisor(facts.multiples(), meter());
      divisor = found[0];
      scale = found[1];
    }
    NumberLeaf.Limit low = facts.low().orElseGet(() -> ownLimit(facts.high(), areIntegers, false));
    NumberLeaf.Limit high = facts.high().orElseGet(() -> ownLimit(facts.low(), areIntegers, true));
    int fraction = areIntegers ? 0 : Math.min(scale, fraction(low, high));
    return NumberLeaf.of(new NumberLeaf.Range(low, high, fraction, divisor, scale), scope);
  }

  private static int fraction(NumberLeaf.Limit low, NumberLeaf.Limit high) {
    int most = Math.max(low.value().scale(), high.value().scale());
    return Math.max(JsonLeaves.FRACTION_DIGITS, most + 1);
  }

  /// A bound where none is given: what common number types hold, or beyond the other bound.
  private static NumberLeaf.Limit ownLimit(
      Optional<NumberLeaf.Limit> other, boolean areIntegers, boolean isHigh) {
    String text = WHOLE_NUMBERS_HIGH;
    if (!areIntegers) {
      text = isHigh ? NUMBERS_HIGH : "-" + NUMBERS_HIGH;
    } else if (!isHigh) {
      text = WHOLE_NUMBERS_LOW;
    }
    BigDecimal own = new BigDecimal(text);
    BigDecimal beyond = other.map(o -> o.value().abs().movePointRight(1)).orElse(BigDecimal.ZERO);
    if (own.abs().compareTo(beyond) < 0) {
      own = isHigh ? beyond : beyond.negate();
    }
    return new NumberLeaf.Limit(own, false);
  }

  /// Whether a number is one that facts allow.
  static boolean allows(BigDecimal value, Facts facts) {
    boolean isAbove =
        facts.low().map(l -> value.compareTo(l.value()) > (l.isExclusive() ? 0 : -1)).orElse(true);
    boolean isBelow =
        facts.high().map(l -> value.compareTo(l.value()) < (l.isExclusive() ? 0 : 1)).orElse(true);
    return isAbove
        && isBelow
        && facts.multiples().stream().allMatch(m -> value.remainder(m).signum() == 0);
  }

  /// Whether a value that is no array or object is one that facts allow.
  boolean allowsScalar(JsonNode value, Facts facts) {
    return switch (JsonValue.type(value)) {
      case STRING -> allows(value.stringValue(), facts);
      case NUMBER, INTEGER -> {
        BigDecimal number = value.decimalValue();
        meter().at("");
        NumberLeaf.checkDigits(number, meter());
        yield allows(number, facts);
      }
      case BOOLEAN, NULL, OBJECT, ARRAY -> true;
    };
  }
}
