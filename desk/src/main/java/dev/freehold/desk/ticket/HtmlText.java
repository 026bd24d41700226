package dev.freehold.desk.ticket;

import java.util.Locale;

/// The words of a letter in HTML, as plain text: marks, comments, scripts, styles and what a mark
/// hides by its attributes are left out.
final class HtmlText {
  private static final String LEFT_OUT = "\n[hidden text was left out]";

  private final String html;
  private final String lower;
  private final StringBuilder text;
  private boolean hasHidden;

  private HtmlText(String html) {
    this.html = html;
    this.lower = html.toLowerCase(Locale.ROOT);
    this.text = new StringBuilder(html.length() / 2);
  }

  static String of(String html) {
    HtmlText reading = new HtmlText(html);
    reading.read();
    String plain =
        reading
            .text
            .toString()
            .replaceAll("[ \\t\\x0B\\f\\u00a0]+", " ")
            .replaceAll(" ?\\n ?", "\n")
            .replaceAll("\\n{3,}", "\n\n")
            .strip();
    return reading.hasHidden ? plain + LEFT_OUT : plain;
  }

  private void read() {
    int at = 0;
    while (at < html.length()) {
      char c = html.charAt(at);
      if (c == '<') {
        at = mark(at);
      } else if (c == '&') {
        at = reference(html, at, text);
      } else {
        text.append(c == '\r' ? '\n' : c);
        at++;
      }
    }
  }

  /// Goes past a mark that begins at a place, and past what it hides.
  private int mark(int at) {
    if (html.startsWith("<!--", at)) {
      return past("-->", at);
    }
    int end = end(at);
    if (end < 0) {
      return html.length();
    }
    String tag = name(at + 1);
    switch (tag) {
      case "script", "style", "head", "title", "template" -> {
        int close = lower.indexOf("</" + tag, end);
        return close < 0 ? html.length() : past(">", close);
      }
      case "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote" -> text.append('\n');
      default -> {}
    }
    if (!tag.isEmpty() && HiddenMark.hides(tag, html.substring(at + 1 + tag.length(), end))) {
      hasHidden = true;
      return pastElement(tag, end + 1);
    }
    return end + 1;
  }

  /// Goes past the mark that ends an element, with others of its kind in it.
  private int pastElement(String tag, int from) {
    int open = 1;
    int at = html.indexOf('<', from);
    while (at >= 0) {
      if (html.startsWith("<!--", at)) {
        at = html.indexOf('<', past("-->", at));
        continue;
      }
      int end = end(at);
      if (end < 0) {
        break;
      }
      boolean isEnd = html.startsWith("</", at);
      if (name(at + (isEnd ? 2 : 1)).equals(tag)) {
        open += isEnd ? -1 : 1;
      }
      if (open == 0) {
        return end + 1;
      }
      at = html.indexOf('<', end);
    }
    return html.length();
  }

  private String name(int from) {
    int end = from;
    while (end < html.length() && Character.isLetterOrDigit(html.charAt(end))) {
      end++;
    }
    return html.substring(from, end).toLowerCase(Locale.ROOT);
  }

  /// Where a mark ends: at the first `>` that stands in no quotes; negative where it does not.
  private int end(int from) {
    char quote = 0;
    char last = 0;
    for (int at = from; at < html.length(); at++) {
      char c = html.charAt(at);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '>') {
        return at;
      } else if (last == '=' && (c == '"' || c == '\'')) {
        quote = c;
      }
      last = Character.isWhitespace(c) ? last : c;
    }
    return -1;
  }

  private int past(String end, int from) {
    int found = html.indexOf(end, from);
    return found < 0 ? html.length() : found + end.length();
  }

  /// A text with the signs that its references stand for.
  static String withSigns(String raw) {
    StringBuilder plain = new StringBuilder(raw.length());
    int at = 0;
    while (at < raw.length()) {
      if (raw.charAt(at) == '&') {
        at = reference(raw, at, plain);
      } else {
        plain.append(raw.charAt(at++));
      }
    }
    return plain.toString();
  }

  private static int reference(String html, int at, StringBuilder text) {
    int end = html.indexOf(';', at, Math.min(html.length(), at + 11));
    if (end < 0) {
      text.append('&');
      return at + 1;
    }
    String name = html.substring(at + 1, end);
    String sign =
        switch (name) {
          case "amp" -> "&";
          case "lt" -> "<";
          case "gt" -> ">";
          case "quot" -> "\"";
          case "apos" -> "'";
          case "nbsp" -> " ";
          default -> numbered(name);
        };
    text.append(sign.isEmpty() ? "&" + name + ";" : sign);
    return end + 1;
  }

  private static String numbered(String name) {
    if (!name.startsWith("#")) {
      return "";
    }
    boolean isHex = name.startsWith("#x") || name.startsWith("#X");
    try {
      int code = Integer.parseInt(name.substring(isHex ? 2 : 1), isHex ? 16 : 10);
      return Character.isValidCodePoint(code) && code > 0 ? Character.toString(code) : "";
    } catch (NumberFormatException none) {
      return "";
    }
  }
}
