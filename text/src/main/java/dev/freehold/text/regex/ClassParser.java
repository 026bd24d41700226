package dev.freehold.text.regex;

import dev.freehold.text.TextException;
import dev.freehold.text.unicode.Categories;
import dev.freehold.text.unicode.Unicode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;

/// Parses `[...]` and the escapes that stand for sets.
final class ClassParser {
  private static final int MAX_DEPTH = 30;
  private static final CharSet DIGIT = CharSet.categories(1 << Character.DECIMAL_DIGIT_NUMBER);
  // the property White_Space: separators and the controls that count as space
  private static final CharSet SPACE =
      CharSet.categories(Categories.SEPARATOR)
          .or(CharSet.range('\t', '\r'))
          .or(CharSet.range(0x85, 0x85));

  private final String pattern;
  private final Map<String, CharSet> properties;
  private final IntConsumer moveTo;
  private int at;
  private int depth;

  /// @param properties the sets of properties that the pattern has named so far
  ClassParser(String pattern, int at, Map<String, CharSet> properties, IntConsumer moveTo) {
    this.pattern = pattern;
    this.at = at;
    this.properties = properties;
    this.moveTo = moveTo;
  }

  private TextException error(String what) {
    String shown = pattern.length() > 200 ? pattern.substring(0, 200) + "…" : pattern;
    return new TextException("pattern %s: offset %d: %s".formatted(shown, at, what));
  }

  /// The set whose `[` has just been read.
  CharSet parse() {
    CharSet set = set();
    moveTo.accept(at);
    return set;
  }

  /// The set of an escape whose `\` has just been read.
  CharSet escape() {
    CharSet set = escaped();
    moveTo.accept(at);
    return set;
  }

  private char peek() {
    if (at >= pattern.length()) {
      throw error("a [ without its ]");
    }
    return pattern.charAt(at);
  }

  private boolean eat(String text) {
    if (pattern.startsWith(text, at)) {
      at += text.length();
      return true;
    }
    return false;
  }

  private CharSet set() {
    if (++depth > MAX_DEPTH) {
      throw error("classes nested more than " + MAX_DEPTH + " deep");
    }
    boolean negative = eat("^");
    CharSet all = CharSet.ALL;
    CharSet set = CharSet.EMPTY;
    boolean first = true;
    while (peek() != ']' || first) {
      if (eat("&&")) {
        all = all.and(set);
        set = CharSet.EMPTY;
      } else {
        set = set.or(item());
      }
      first = false;
    }
    at++;
    depth--;
    CharSet result = all == CharSet.ALL ? set : all.and(set);
    return negative ? result.not() : result;
  }

  private CharSet item() {
    if (eat("[:")) {
      return posix();
    }
    if (eat("[")) {
      return set();
    }
    CharSet start;
    int low;
    if (peek() == '\\') {
      at++;
      start = escaped();
      low = lastPoint;
      if (low < 0) {
        return start;
      }
    } else {
      low = pattern.codePointAt(at);
      at += Character.charCount(low);
      start = CharSet.range(low, low);
    }
    if (!pattern.startsWith("-", at) || pattern.startsWith("-]", at)) {
      return start;
    }
    if (pattern.startsWith("-[", at) || pattern.startsWith("-&&", at)) {
      return start;
    }
    at++;
    int high = rangeEnd();
    if (high < low) {
      throw error("range from %X to %X".formatted(low, high));
    }
    return CharSet.range(low, high);
  }

  private int rangeEnd() {
    if (peek() == '\\') {
      at++;
      escaped();
      if (lastPoint < 0) {
        throw error("a range that ends in a set");
      }
      return lastPoint;
    }
    int high = pattern.codePointAt(at);
    at += Character.charCount(high);
    return high;
  }

  // the code point of the last escape, or -1 if it stood for a set
  private int lastPoint;

  private CharSet escaped() {
    if (at >= pattern.length()) {
      throw error("a \\ at the end");
    }
    int c = pattern.codePointAt(at);
    at += Character.charCount(c);
    lastPoint = -1;
    switch (c) {
      case 's':
        return SPACE;
      case 'S':
        return SPACE.not();
      case 'd':
        return DIGIT;
      case 'D':
        return DIGIT.not();
      case 'w':
        return Words.SET;
      case 'W':
        return Words.SET.not();
      case 'h':
        return hexDigits();
      case 'H':
        return hexDigits().not();
      case 'p':
        return property();
      case 'P':
        return property().not();
      default:
        lastPoint = point(c);
        return CharSet.range(lastPoint, lastPoint);
    }
  }

  private static final class Words {
    static final CharSet SET = CharSet.where(Unicode::isWord);
  }

  private static CharSet hexDigits() {
    return CharSet.range('0', '9').or(CharSet.range('A', 'F')).or(CharSet.range('a', 'f'));
  }

  private int point(int c) {
    return switch (c) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'f' -> '\f';
      case 'v' -> 0x0B;
      case 'a' -> 7;
      case 'e' -> 0x1B;
      case 'b' -> 8;
      case '0' -> 0;
      case 'x' -> eat("{") ? hex(1, 6, true) : hex(1, 2, false);
      case 'u' -> hex(4, 4, false);
      default -> {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
          throw error("\\" + Character.toString(c) + " is not supported");
        }
        yield c;
      }
    };
  }

  private int hex(int min, int max, boolean braced) {
    int start = at;
    int value = 0;
    while (at < pattern.length() && at - start < max && hexDigit(pattern.charAt(at)) >= 0) {
      value = value << 4 | hexDigit(pattern.charAt(at++));
    }
    if (at - start < min || (braced && !eat("}")) || value >= Unicode.CODE_POINTS) {
      throw error("expected a code point in hexadecimal digits");
    }
    return value;
  }

  private static int hexDigit(char c) {
    return "0123456789abcdef".indexOf(c >= 'A' && c <= 'F' ? (char) (c + 32) : c);
  }

  private CharSet property() {
    if (!eat("{")) {
      char name = peek();
      at++;
      return named(String.valueOf(name));
    }
    int end = pattern.indexOf('}', at);
    if (end < 0) {
      throw error("a \\p{ without its }");
    }
    boolean negative = eat("^");
    CharSet set = named(pattern.substring(at, end));
    at = end + 1;
    return negative ? set.not() : set;
  }

  private CharSet posix() {
    int end = pattern.indexOf(":]", at);
    if (end < 0) {
      throw error("a [: without its :]");
    }
    boolean negative = eat("^");
    CharSet set = named(pattern.substring(at, end));
    at = end + 2;
    return negative ? set.not() : set;
  }

  private CharSet named(String name) {
    CharSet known = properties.get(name);
    if (known == null) {
      known = property(name);
      properties.put(name, known);
    }
    return known;
  }

  private CharSet property(String name) {
    int categories = Categories.named(name);
    if (categories != 0) {
      return CharSet.categories(categories);
    }
    switch (name.toLowerCase(Locale.ROOT).replace("_", "")) {
      case "any":
        return CharSet.ALL;
      case "ascii":
        return CharSet.range(0, 127);
      case "alpha", "alphabetic":
        return CharSet.where(Unicode::isAlphabetic);
      case "digit":
        return DIGIT;
      case "alnum":
        return DIGIT.or(CharSet.where(Unicode::isAlphabetic));
      case "upper", "uppercase":
        return CharSet.categories(1 << Character.UPPERCASE_LETTER);
      case "lower", "lowercase":
        return CharSet.categories(1 << Character.LOWERCASE_LETTER);
      case "space", "whitespace":
        return SPACE;
      case "blank":
        return CharSet.categories(1 << Character.SPACE_SEPARATOR).or(CharSet.range('\t', '\t'));
      case "cntrl":
        return CharSet.categories(1 << Character.CONTROL);
      case "punct":
        // Oniguruma counts the nine ASCII symbols as punctuation here
        return CharSet.categories(Categories.PUNCTUATION)
            .or(CharSet.categories(Categories.SYMBOL).and(CharSet.range(0, 127)));
      case "word":
        return Words.SET;
      case "xdigit":
        return hexDigits();
      default:
        Optional<Integer> script = Unicode.script(name);
        if (script.isPresent()) {
          int number = script.get();
          return CharSet.where(cp -> Unicode.script(cp) == number);
        }
        throw error("property " + name + " is not known");
    }
  }
}
