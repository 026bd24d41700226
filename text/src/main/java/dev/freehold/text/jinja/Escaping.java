package dev.freehold.text.jinja;

/// HTML escaping, which happens only where a template asks for it (`escape`, `safe`).
final class Escaping {
  private Escaping() {}

  /// `left + right`; when one of them is marked safe the other is escaped.
  static Text concat(Run run, Text left, Text right) {
    if (left.isMarkup() == right.isMarkup()) {
      return Text.concat(run, left, right).asMarkup(left.isMarkup());
    }
    return Text.concat(run, escape(run, left), escape(run, right)).asMarkup(true);
  }

  /// The text, marked safe, with `& < > ' "` written as character references.
  static Text escape(Run run, Text text) {
    if (text.isMarkup()) {
      return text;
    }
    run.allocate(6L * text.length());
    return text.map(Escaping::escape).asMarkup(true);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }
}
