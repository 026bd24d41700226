package dev.freehold.desk.ticket;

import java.util.Locale;

/// The words of a letter in HTML, as plain text: marks, comments, scripts and styles are left out.
///
/// Good enough to read a letter by; what a browser would hide is not known here.
final class HtmlText {
  private HtmlText() {}

  static String of(String html) {
    StringBuilder text = new StringBuilder(html.length() / 2);
    int at = 0;
    while (at < html.length()) {
      char c = html.charAt(at);
      if (c == '<') {
        at = mark(html, at, text);
      } else if (c == '&') {
        at = reference(html, at, text);
      } else {
        text.append(c == '\r' ? '\n' : c);
        at++;
      }
    }
    return text.toString()
        .replaceAll("[ \\t\\x0B\\f\\u00a0]+", " ")
        .replaceAll(" ?\\n ?", "\n")
        .replaceAll("\\n{3,}", "\n\n")
        .strip();
  }

  /// Goes past a mark that begins at a place.
  private static int mark(String html, int at, StringBuilder text) {
    if (html.startsWith("<!--", at)) {
      return past(html, "-->", at);
    }
    int end = html.indexOf('>', at);
    if (end < 0) {
      return html.length();
    }
    int name = at + 1;
    while (name < end && Character.isLetterOrDigit(html.charAt(name))) {
      name++;
    }
    String tag = html.substring(at + 1, name).toLowerCase(Locale.ROOT);
    switch (tag) {
      case "script", "style", "head", "title" -> {
        int close = html.toLowerCase(Locale.ROOT).indexOf("</" + tag, end);
        return close < 0 ? html.length() : past(html, ">", close);
      }
      case "br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote" -> text.append('\n');
      default -> {}
    }
    return end + 1;
  }

  private static int past(String html, String end, int from) {
    int found = html.indexOf(end, from);
    return found < 0 ? html.length() : found + end.length();
  }

  private static int reference(String html, int at, StringBuilder text) {
    int end = html.indexOf(';', at);
    if (end < 0 || end - at > 10) {
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
