package dev.freehold.engine.constraint;

import dev.freehold.chat.ChatException;
import java.util.ArrayList;
import java.util.List;

/// Reads the regular subset of ECMAScript's regular expressions (with the `u` flag), which is what
/// JSON Schema recommends; `\A`, `\z` and POSIX-like extras of other dialects are not read.
///
/// Refused by name: lookaround, back references, word boundaries, atomic groups, possessive
/// quantifiers, flags. Lazy quantifiers are read as greedy ones, since the texts are the same.
///
/// Source: ECMA-262, section 22.2.1.
final class PatternParser {
  private static final int MAX_LENGTH = 20_000;
  private static final int MAX_NESTING = 100;
  private static final int MAX_COUNT = 100_000;

  private final int[] points;
  private final Meter meter;
  private int at;
  private int nesting;

  private PatternParser(String pattern, Meter meter) {
    this.points = pattern.codePoints().toArray();
    this.meter = meter;
  }

  static Pattern parse(String pattern, Meter meter) {
    if (pattern.length() > MAX_LENGTH) {
      throw meter.refusal(
          "pattern of %d characters: at most %d are read".formatted(pattern.length(), MAX_LENGTH));
    }
    PatternParser parser = new PatternParser(pattern, meter);
    Pattern parsed = parser.choice();
    if (parser.at < parser.points.length) {
      throw parser.refusal("a closing parenthesis without an opening one");
    }
    return parsed;
  }

  private ChatException refusal(String what) {
    return meter.refusal("pattern, character %d: %s".formatted(at + 1, what));
  }

  private ChatException unsupported(String what) {
    return refusal(what + " is not supported: it has no meaning while text is being written");
  }

  private int peek() {
    return at < points.length ? points[at] : -1;
  }

  private boolean take(int point) {
    if (peek() == point) {
      at++;
      return true;
    }
    return false;
  }

  private Pattern choice() {
    List<Pattern> parts = new ArrayList<>();
    parts.add(sequence());
    while (take('|')) {
      parts.add(sequence());
    }
    return parts.size() == 1 ? parts.getFirst() : new Pattern.Choice(parts);
  }

  private Pattern sequence() {
    List<Pattern> parts = new ArrayList<>();
    while (peek() >= 0 && peek() != '|' && peek() != ')') {
      parts.add(repeated());
      meter.work(1);
    }
    return parts.size() == 1 ? parts.getFirst() : new Pattern.Sequence(parts);
  }

  private Pattern repeated() {
    int start = at;
    Pattern part = single();
    int[] counts = quantifier();
    if (counts.length == 0) {
      return part;
    }
    if (part instanceof Pattern.Begin || part instanceof Pattern.End) {
      at = start;
      throw refusal("an anchor cannot be repeated");
    }
    if (take('+')) {
      at--;
      throw unsupported("a possessive quantifier");
    }
    boolean isLazy = take('?');
    if (!isLazy && (peek() == '*' || peek() == '?')) {
      throw refusal("a quantifier after a quantifier");
    }
    return new Pattern.Repeat(part, counts[0], counts[1]);
  }

  /// Least and most repetitions, or nothing.
  private int[] quantifier() {
    if (take('*')) {
      return new int[] {0, Pattern.UNLIMITED};
    }
    if (take('+')) {
      return new int[] {1, Pattern.UNLIMITED};
    }
    if (take('?')) {
      return new int[] {0, 1};
    }
    if (!take('{')) {
      return new int[0];
    }
    int min = count();
    int max = min;
    if (take(',')) {
      max = peek() == '}' ? Pattern.UNLIMITED : count();
    }
    if (!take('}')) {
      throw refusal("expected } after the counts of a repetition");
    }
    if (max < min) {
      throw refusal("a repetition of at least %d and at most %d".formatted(min, max));
    }
    return new int[] {min, max};
  }

  private int count() {
    int start = at;
    int value = 0;
    while (peek() >= '0' && peek() <= '9') {
      value = value * 10 + points[at++] - '0';
      if (value > MAX_COUNT) {
        throw refusal("a repetition of more than %d times".formatted(MAX_COUNT));
      }
    }
    if (at == start) {
      throw refusal("expected a number after {; a brace that stands for itself is written \\{");
    }
    return value;
  }

  private Pattern single() {
    int point = peek();
    switch (point) {
      case '(' -> {
        return group();
      }
      case '[' -> {
        at++;
        CharacterClass set = new ClassParser().parse();
        return new Pattern.One(set.narrow(), set.wide());
      }
      case '.' -> {
        at++;
        return new Pattern.One(CharacterClass.NO_LINE_END, CodePointSet.ALL);
      }
      case '^' -> {
        at++;
        return new Pattern.Begin();
      }
      case '$' -> {
        at++;
        return new Pattern.End();
      }
      case '\\' -> {
        at++;
        CharacterClass set = escape(false);
        return new Pattern.One(set.narrow(), set.wide());
      }
      case '*', '+', '?', '{' -> throw refusal("nothing before a quantifier");
      default -> {
        at++;
        CodePointSet set = CodePointSet.of(point);
        return new Pattern.One(set, set);
      }
    }
  }

  private Pattern group() {
    if (++nesting > MAX_NESTING) {
      throw refusal("more than %d nested groups".formatted(MAX_NESTING));
    }
    at++;
    if (take('?')) {
      groupKind();
    }
    Pattern part = choice();
    if (!take(')')) {
      throw refusal("a group that is not closed");
    }
    nesting--;
    return part;
  }

  private void groupKind() {
    if (take(':')) {
      return;
    }
    if (peek() == '=' || peek() == '!') {
      throw unsupported("a lookahead");
    }
    if (peek() == '>') {
      throw unsupported("an atomic group");
    }
    take('P');
    if (!take('<')) {
      throw unsupported("a group with flags");
    }
    if (peek() == '=' || peek() == '!') {
      throw unsupported("a lookbehind");
    }
    while (peek() >= 0 && peek() != '>') {
      at++;
    }
    if (!take('>')) {
      throw refusal("a group name that is not closed");
    }
  }

  /// What follows a backslash.
  private CharacterClass escape(boolean inClass) {
    int point = peek();
    if (point < 0) {
      throw refusal("a backslash at the end");
    }
    CharacterClass named = CharacterClass.named(point);
    if (!named.isEmpty()) {
      at++;
      return named;
    }
    if ((point == 'b' && !inClass) || point == 'B') {
      throw unsupported("a word boundary");
    }
    if ((point >= '1' && point <= '9') || point == 'k') {
      throw unsupported("a back reference");
    }
    if (point == 'p' || point == 'P') {
      at++;
      return property(point == 'P');
    }
    at++;
    return CharacterClass.exactly(CodePointSet.of(character(point)));
  }

  private int character(int letter) {
    return switch (letter) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'b' -> '\b';
      case 'a' -> throw unsupported("the escape \\a");
      case '0' -> {
        if (peek() >= '0' && peek() <= '9') {
          throw unsupported("an octal escape");
        }
        yield 0;
      }
      case 'x' -> hex(2);
      case 'u' -> unicode();
      case 'c' -> {
        int control = peek();
        if (control > 127 || !Character.isLetter(control)) {
          throw refusal("expected a letter after \\c");
        }
        at++;
        yield control & 0x1F;
      }
      default -> {
        if (letter < 128 && Character.isLetterOrDigit(letter)) {
          at--;
          throw refusal("the escape \\%c is not known".formatted(letter));
        }
        yield letter;
      }
    };
  }

  private int unicode() {
    if (take('{')) {
      int start = at;
      int value = 0;
      while (Character.digit(peek(), 16) >= 0 && peek() < 128 && at - start < 7) {
        value = value * 16 + Character.digit(points[at++], 16);
      }
      if (at == start || !take('}') || value > Character.MAX_CODE_POINT) {
        throw refusal("expected a code point in \\u{...}");
      }
      return scalar(value);
    }
    int unit = hex(4);
    boolean paired =
        Character.isHighSurrogate((char) unit)
            && peek() == '\\'
            && at + 1 < points.length
            && points[at + 1] == 'u';
    if (paired) {
      at += 2;
      int low = hex(4);
      if (!Character.isLowSurrogate((char) low)) {
        throw refusal("half of a surrogate pair");
      }
      return Character.toCodePoint((char) unit, (char) low);
    }
    return scalar(unit);
  }

  private int scalar(int value) {
    if (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE) {
      throw refusal("half of a surrogate pair is no character");
    }
    return value;
  }

  private int hex(int digits) {
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = peek() >= 0 && peek() < 128 ? Character.digit(peek(), 16) : -1;
      if (digit < 0) {
        throw refusal("expected %d hexadecimal digits".formatted(digits));
      }
      value = value * 16 + digit;
      at++;
    }
    return value;
  }

  private CharacterClass property(boolean negated) {
    String name;
    if (take('{')) {
      StringBuilder text = new StringBuilder();
      while (peek() >= 0 && peek() != '}') {
        text.appendCodePoint(points[at++]);
      }
      if (!take('}')) {
        throw refusal("a property name that is not closed");
      }
      name = text.toString();
    } else {
      throw refusal("expected { after \\p");
    }
    CodePointSet set = UnicodeProperty.named(name);
    if (set.isEmpty()) {
      throw unsupported("the property \"" + Meter.shown(name) + "\"");
    }
    return CharacterClass.exactly(negated ? set.not() : set);
  }

  /// What stands between square brackets.
  private final class ClassParser {
    private CodePointSet narrow = CodePointSet.EMPTY;
    private CodePointSet wide = CodePointSet.EMPTY;

    CharacterClass parse() {
      boolean negated = take('^');
      while (peek() >= 0 && peek() != ']') {
        item();
        meter.work(1L + wide.ranges());
      }
      if (!take(']')) {
        throw refusal("a character class that is not closed");
      }
      CharacterClass set = new CharacterClass(narrow, wide);
      return negated ? set.not() : set;
    }

    private void item() {
      CharacterClass first = member();
      if (peek() != '-' || at + 1 >= points.length || points[at + 1] == ']') {
        add(first);
        return;
      }
      at++;
      CharacterClass last = member();
      if (!first.isSingle() || !last.isSingle()) {
        throw refusal("a range between classes; a hyphen that stands for itself goes last");
      }
      int low = first.narrow().first(0);
      int high = last.narrow().first(0);
      if (low > high) {
        throw refusal("a range in the wrong order");
      }
      add(CharacterClass.exactly(CodePointSet.range(low, high)));
    }

    private CharacterClass member() {
      if (take('\\')) {
        return escape(true);
      }
      if (peek() == '[' && at + 1 < points.length && ":.=".indexOf(points[at + 1]) >= 0) {
        throw unsupported("a POSIX class");
      }
      if (peek() < 0) {
        throw refusal("a character class that is not closed");
      }
      return CharacterClass.exactly(CodePointSet.of(points[at++]));
    }

    private void add(CharacterClass set) {
      narrow = narrow.or(set.narrow());
      wide = wide.or(set.wide());
    }
  }
}
