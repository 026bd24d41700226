package dev.freehold.text.jinja;

import java.util.List;

/// Filters that lay out text.
final class TextFilters {
  private TextFilters() {}

  /// The filter `indent`: puts white space or a string before all lines but the first.
  static Text indent(Run run, Value subject, Value width, boolean first, boolean blank) {
    if (!(Operators.defined(run, subject) instanceof Text text)) {
      throw run.error("the filter indent needs a string, found " + Operators.describe(subject));
    }
    Text indent = indentation(run, width);
    Text closed = Text.concat(run, text, Text.trusted("\n"));
    List<Value> lines = Splitting.lines(run, closed, false);
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < lines.size(); i++) {
      Text line = (Text) lines.get(i);
      run.allocate(line.length() + indent.length() + 1L);
      if (i > 0) {
        out.append("\n", true);
      }
      boolean indented = i == 0 ? first : blank || !line.isEmpty();
      if (indented) {
        out.append(indent);
      }
      out.append(line);
    }
    return out.build().asMarkup(text.isMarkup());
  }

  private static Text indentation(Run run, Value width) {
    if (width instanceof Text text) {
      return text;
    }
    int spaces =
        Operators.asInteger(Operators.defined(run, width))
            .map(Arithmetic::clamp)
            .orElseThrow(() -> run.error("indent: the width must be an integer or a string"));
    run.allocate(Math.max(0, spaces));
    return Text.trusted(" ".repeat(Math.max(0, spaces)));
  }

  /// The filter `truncate(length=255, killwords=false, end='...', leeway=5)`.
  static Value truncate(Run run, Value subject, Bound arguments) {
    if (!(Operators.defined(run, subject) instanceof Text text)) {
      throw run.error("the filter truncate needs a string, found " + Operators.describe(subject));
    }
    int length = arguments.integer(0, 255);
    Text end = arguments.text(2, Text.trusted("..."));
    int leeway = arguments.integer(3, 5);
    int kept = length - end.codePoints();
    if (kept < 0 || leeway < 0) {
      throw run.error("truncate: the length must hold the end, and the leeway not be negative");
    }
    if (text.codePoints() <= (long) length + leeway) {
      return text;
    }
    Text head = text.slice(0, text.offset(run, kept));
    if (!arguments.truth(1, false)) {
      int space = head.chars().lastIndexOf(' ');
      head = space < 0 ? head : head.slice(0, space);
    }
    run.allocate(kept);
    return Escaping.concat(run, head, end);
  }

  static int wordCount(Run run, Text text) {
    run.work(4L * text.length());
    int words = 0;
    boolean inWord = false;
    for (int at = 0; at < text.length(); ) {
      int c = text.chars().codePointAt(at);
      boolean part = c == '_' || Chars.isLetter(c) || Chars.isNumeric(c);
      words += part && !inWord ? 1 : 0;
      inWord = part;
      at += Character.charCount(c);
    }
    return words;
  }

  /// The filter `format`, which is the operator `%` with the values as arguments.
  static Value format(Run run, Value subject, Arguments arguments) {
    if (!arguments.positional().isEmpty() && !arguments.named().isEmpty()) {
      throw run.error("format takes values by position or by name, not both");
    }
    Value values;
    if (arguments.named().isEmpty()) {
      values = ListValue.of(run, arguments.positional(), ListValue.Kind.TUPLE);
    } else {
      DictValue.Builder named = new DictValue.Builder(run);
      arguments.named().forEach((name, value) -> named.put(Text.trusted(name), value));
      values = named.build();
    }
    return PercentFormat.format(run, Printing.text(run, subject), values);
  }
}
