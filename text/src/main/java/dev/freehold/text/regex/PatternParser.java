package dev.freehold.text.regex;

import dev.freehold.text.TextException;
import dev.freehold.text.regex.Node.Anchor;
import dev.freehold.text.regex.Node.Mode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Parses the expressions that tokenizers use, in the syntax of Oniguruma (which the `tokenizers`
/// library uses): classes with intersection, properties, groups, counted, lazy and possessive
/// repeats, look-ahead, look-behind of one character, anchors, `(?i)`.
///
/// Failures: a [TextException] with the pattern and the offset for what is not supported
/// (back-references, conditions, calls, long look-behind) or not well-formed.
final class PatternParser {
  private static final int MAX_DEPTH = 60;
  private static final int MAX_REPEAT = 1000;
  private static final int MAX_LENGTH = 20_000;

  private final String pattern;
  private final Map<String, CharSet> properties = new HashMap<>();
  private int at;
  private int depth;
  private boolean ignoreCase;

  private PatternParser(String pattern) {
    this.pattern = pattern;
  }

  static Node parse(String pattern) {
    if (pattern.length() > MAX_LENGTH) {
      throw new TextException(
          "pattern of %d characters: at most %d are taken".formatted(pattern.length(), MAX_LENGTH));
    }
    PatternParser parser = new PatternParser(pattern);
    Node node = parser.choice();
    if (parser.at < pattern.length()) {
      throw parser.error("a ) without its (");
    }
    return node;
  }

  private TextException error(String what) {
    String shown = pattern.length() > 200 ? pattern.substring(0, 200) + "…" : pattern;
    return new TextException("pattern %s: offset %d: %s".formatted(shown, at, what));
  }

  private boolean more() {
    return at < pattern.length();
  }

  private boolean eat(String text) {
    if (pattern.startsWith(text, at)) {
      at += text.length();
      return true;
    }
    return false;
  }

  private void expect(String text) {
    if (!eat(text)) {
      throw error("expected " + text);
    }
  }

  private Node choice() {
    if (++depth > MAX_DEPTH) {
      throw error("groups nested more than " + MAX_DEPTH + " deep");
    }
    boolean outerCase = ignoreCase;
    List<Node> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (eat("|"));
    ignoreCase = outerCase;
    depth--;
    return parts.size() == 1 ? parts.getFirst() : new Node.Choice(parts);
  }

  private Node sequence() {
    List<Node> parts = new ArrayList<>();
    while (more() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
      if (inlineOption()) {
        continue;
      }
      parts.add(repeats(atom()));
    }
    return parts.size() == 1 ? parts.getFirst() : new Node.Sequence(parts);
  }

  /// `(?i)` and `(?-i)`, which hold to the end of the group.
  private boolean inlineOption() {
    if (eat("(?i)")) {
      ignoreCase = true;
      return true;
    }
    if (eat("(?-i)")) {
      ignoreCase = false;
      return true;
    }
    return false;
  }

  private Node repeats(Node atom) {
    Node node = atom;
    while (more()) {
      int start = at;
      int min;
      int max;
      boolean counted = false;
      if (eat("*")) {
        min = 0;
        max = Node.UNLIMITED;
      } else if (eat("+")) {
        min = 1;
        max = Node.UNLIMITED;
      } else if (eat("?")) {
        min = 0;
        max = 1;
      } else {
        int[] bounds = bounds();
        if (bounds.length == 0) {
          return node;
        }
        counted = true;
        min = bounds[0];
        max = bounds[1];
      }
      Mode mode = Mode.GREEDY;
      if (eat("?")) {
        mode = Mode.LAZY;
      } else if (!counted && eat("+")) {
        mode = Mode.POSSESSIVE;
      }
      if (Nullable.test(node) && max > 1) {
        at = start;
        throw error("a repeat of what can match nothing is not supported");
      }
      node = new Node.Repeat(node, min, max, mode);
    }
    return node;
  }

  /// `{n}`, `{n,}`, `{n,m}`, `{,m}`; empty if the brace is no repeat.
  private int[] bounds() {
    int start = at;
    if (!eat("{")) {
      return new int[0];
    }
    int min = digits();
    int max = min;
    if (eat(",")) {
      max = digits();
      if (min < 0 && max < 0) {
        at = start;
        return new int[0];
      }
      min = Math.max(0, min);
      max = max < 0 ? Node.UNLIMITED : max;
    }
    if (min < 0 || !eat("}")) {
      at = start;
      return new int[0];
    }
    if (min > MAX_REPEAT || (max != Node.UNLIMITED && max > MAX_REPEAT) || max < min) {
      throw error("repeat {%d,%d}: expected at most %d".formatted(min, max, MAX_REPEAT));
    }
    return new int[] {min, max};
  }

  private int digits() {
    int start = at;
    while (more() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9' && at - start < 6) {
      at++;
    }
    return at == start ? -1 : Integer.parseInt(pattern.substring(start, at));
  }

  private Node atom() {
    if (eat("(")) {
      Node node = group();
      expect(")");
      return node;
    }
    if (eat("[")) {
      return new Node.One(cased(new ClassParser(pattern, at, properties, this::moveTo).parse()));
    }
    if (eat(".")) {
      return new Node.One(CharSet.range('\n', '\n').not());
    }
    if (eat("^")) {
      return new Node.At(Anchor.LINE_START);
    }
    if (eat("$")) {
      return new Node.At(Anchor.LINE_END);
    }
    if (eat("\\")) {
      return escape();
    }
    if ("*+?".indexOf(pattern.charAt(at)) >= 0) {
      throw error("nothing to repeat");
    }
    int cp = pattern.codePointAt(at);
    at += Character.charCount(cp);
    return new Node.One(cased(CharSet.range(cp, cp)));
  }

  private void moveTo(int offset) {
    at = offset;
  }

  private CharSet cased(CharSet set) {
    return ignoreCase ? set.ignoringCase() : set;
  }

  private Node group() {
    if (!eat("?")) {
      return choice();
    }
    if (eat(":")) {
      return choice();
    }
    if (eat("i:")) {
      boolean outer = ignoreCase;
      ignoreCase = true;
      Node node = choice();
      ignoreCase = outer;
      return node;
    }
    if (eat("-i:")) {
      boolean outer = ignoreCase;
      ignoreCase = false;
      Node node = choice();
      ignoreCase = outer;
      return node;
    }
    if (eat("=")) {
      return new Node.LookAhead(choice(), false);
    }
    if (eat("!")) {
      return new Node.LookAhead(choice(), true);
    }
    if (eat("<=")) {
      return new Node.LookBehind(single(choice()), false);
    }
    if (eat("<!")) {
      return new Node.LookBehind(single(choice()), true);
    }
    if (eat(">")) {
      return new Node.Atomic(choice());
    }
    throw error("this kind of group is not supported");
  }

  private CharSet single(Node node) {
    return switch (node) {
      case Node.One one -> one.set();
      case Node.Choice choice ->
          choice.parts().stream().map(this::single).reduce(CharSet.EMPTY, CharSet::or);
      default -> throw error("look-behind of other than one character is not supported");
    };
  }

  private Node escape() {
    if (!more()) {
      throw error("a \\ at the end");
    }
    return switch (pattern.charAt(at)) {
      case 'b' -> anchor(Anchor.WORD_EDGE);
      case 'B' -> anchor(Anchor.NO_WORD_EDGE);
      case 'A' -> anchor(Anchor.TEXT_START);
      case 'z' -> anchor(Anchor.TEXT_END);
      case 'Z' -> anchor(Anchor.TEXT_END_BEFORE_LINE_FEED);
      case 'R', 'X', 'K', 'G', 'k', 'g', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
          throw error("\\" + pattern.charAt(at) + " is not supported");
      default ->
          new Node.One(cased(new ClassParser(pattern, at, properties, this::moveTo).escape()));
    };
  }

  private Node anchor(Anchor anchor) {
    at++;
    return new Node.At(anchor);
  }
}
