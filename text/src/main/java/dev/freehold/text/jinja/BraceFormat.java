package dev.freehold.text.jinja;

/// `text.format(...)` with `{}`, `{0}` and `{name}`; no access into values, no format codes.
final class BraceFormat {
  private BraceFormat() {}

  static Text format(Run run, Text format, Arguments arguments) {
    String chars = format.chars();
    TextBuilder out = new TextBuilder();
    int plain = 0;
    int automatic = 0;
    for (int at = 0; at < chars.length(); at++) {
      char c = chars.charAt(at);
      if (c != '{' && c != '}') {
        continue;
      }
      run.allocate(at - plain);
      out.append(format, plain, at);
      if (chars.startsWith(c == '{' ? "{{" : "}}", at)) {
        out.append(format, at, at + 1);
        at++;
      } else {
        int end = c == '{' ? chars.indexOf('}', at) : -1;
        if (end < 0) {
          throw run.error("format: a single '" + c + "' in the string");
        }
        String field = chars.substring(at + 1, end);
        Text value =
            Printing.text(run, value(run, arguments, field.isEmpty() ? "" + automatic++ : field));
        run.allocate(value.length());
        out.append(format.isMarkup() ? Escaping.escape(run, value) : value);
        at = end;
      }
      plain = at + 1;
    }
    run.allocate(chars.length() - plain);
    return out.append(format, plain, chars.length()).build().asMarkup(format.isMarkup());
  }

  private static Value value(Run run, Arguments arguments, String field) {
    if (!field.chars().allMatch(c -> Chars.isNamePart((char) c))) {
      throw run.error("format: only {}, {0} and {name} are available, found {" + field + "}");
    }
    if (field.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int index = field.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(field);
      if (index >= arguments.positional().size()) {
        throw run.error("format: there is no argument " + field);
      }
      return arguments.positional().get(index);
    }
    Value named = arguments.named().get(field);
    if (named == null) {
      throw run.error("format: there is no argument '" + field + "'");
    }
    return named;
  }
}
