package dev.freehold.engine.constraint;

import dev.freehold.chat.ChatException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The leaves that all JSON has, as one vocabulary can spell them.
///
/// Whitespace is bounded: nothing, a space, or a line end with an indentation, where JSON allows
/// any; none in front of a colon or comma.
final class JsonLeaves {
  private static final String SPACE = "( |\\n( {0,40}|\\t{0,12}))?";

  /// Most digits before and after the point, where nothing else is said.
  static final int FRACTION_DIGITS = 17;

  private static final String NUMBER =
      "-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?";

  private record Bounds(int min, int max) {}

  private final ByteScope scope;
  private final Map<Bounds, CountedText> counted = new ConcurrentHashMap<>();
  private final Dfa space;
  private final Dfa comma;
  private final Dfa colon;
  private final Dfa objectStart;
  private final Dfa objectEnd;
  private final Dfa arrayStart;
  private final Dfa arrayEnd;
  private final Dfa character;
  private final CountedText string;
  private final Dfa key;
  private final Dfa integer;
  private final Dfa number;
  private final Dfa word;

  JsonLeaves(ByteSet spellable) {
    scope = new ByteScope(spellable, new Meter(Budget.DEFAULT, "response_format"));
    space = pattern(SPACE);
    comma = pattern("," + SPACE);
    colon = pattern(": ?");
    objectStart = pattern("\\{");
    objectEnd = pattern(SPACE + "\\}");
    arrayStart = pattern("\\[");
    arrayEnd = pattern(SPACE + "\\]");
    character = present(CountedText.character(scope));
    string = counted(0, CountedText.UNLIMITED);
    key = present(Leaves.quoted(content(), scope));
    integer =
        present(
            NumberLeaf.of(
                new NumberLeaf.Range(
                    new NumberLeaf.Limit(BigDecimal.valueOf(Long.MIN_VALUE), false),
                    new NumberLeaf.Limit(BigDecimal.valueOf(Long.MAX_VALUE), false),
                    0,
                    1,
                    0),
                scope));
    number = pattern(NUMBER);
    word = pattern("true|false|null");
  }

  private Dfa pattern(String pattern) {
    return present(
        PatternCompiler.compile(
            PatternParser.parse(pattern, scope.meter()),
            PatternCompiler.Match.WHOLE,
            Spelling.PLAIN,
            PatternCompiler.Reading.NARROW,
            scope));
  }

  /// Strings as [Spelling#JSON] spells them, without their quotation marks.
  private Dfa content() {
    Pattern any = new Pattern.One(CodePointSet.ALL, CodePointSet.ALL);
    return present(
        PatternCompiler.compile(
            new Pattern.Repeat(any, 0, Pattern.UNLIMITED),
            PatternCompiler.Match.WHOLE,
            Spelling.JSON,
            PatternCompiler.Reading.NARROW,
            scope));
  }

  private static Dfa present(Optional<Dfa> leaf) {
    return leaf.orElseThrow(() ->
        new ChatException(
            ChatException.Kind.NOT_SUPPORTED,
            "response_format",
            "the vocabulary of this model cannot spell JSON; ask for free text"));
  }

  /// The UTF-8 of a text.
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  Dfa space() {
    return space;
  }

  /// A comma and whitespace.
  Dfa comma() {
    return comma;
  }

  /// A colon and perhaps a space.
  Dfa colon() {
    return colon;
  }

  Dfa objectStart() {
    return objectStart;
  }

  Dfa objectEnd() {
    return objectEnd;
  }

  Dfa arrayStart() {
    return arrayStart;
  }

  Dfa arrayEnd() {
    return arrayEnd;
  }

  boolean has(Leaf leaf) {
    return leaf == string
        || leaf == key
        || leaf == integer
        || leaf == number
        || leaf == word
        || leaf == space
        || leaf == comma
        || leaf == colon
        || leaf == objectStart
        || leaf == objectEnd
        || leaf == arrayStart
        || leaf == arrayEnd;
  }

  /// One character of a string in any spelling.
  Dfa character() {
    return character;
  }

  /// Any string in any spelling.
  CountedText string() {
    return string;
  }

  /// A string of a bounded number of characters; equal bounds share one leaf.
  CountedText counted(int min, int max) {
    return counted.computeIfAbsent(
        new Bounds(min, max), b -> CountedText.of(character, b.min(), b.max()));
  }

  /// Any string with each character in one spelling only, so that names can be left out of it.
  Dfa key() {
    return key;
  }

  Dfa integer() {
    return integer;
  }

  Dfa number() {
    return number;
  }

  /// `true`, `false` and `null`.
  Dfa word() {
    return word;
  }
}
