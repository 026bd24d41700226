package dev.freehold.text;

import java.util.Set;

/// A token that is found in the text before anything else is done with it.
///
/// @param singleWord only where no letter, digit or mark touches it
/// @param stripLeft takes the white space before it along
/// @param stripRight takes the white space after it along
/// @param normalized is looked for in the normalized text
/// @param special is a mark: left out of shown text, never made from untrusted text
record AddedToken(
    int id,
    String text,
    boolean singleWord,
    boolean stripLeft,
    boolean stripRight,
    boolean normalized,
    boolean special) {

  private static final Set<String> HTML =
      Set.of(
          "a",
          "b",
          "i",
          "u",
          "s",
          "p",
          "br",
          "hr",
          "em",
          "strong",
          "code",
          "pre",
          "sub",
          "sup",
          "table",
          "caption",
          "thead",
          "tbody",
          "tfoot",
          "tr",
          "td",
          "th",
          "col",
          "colgroup",
          "ul",
          "ol",
          "li",
          "dl",
          "dt",
          "dd",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "div",
          "span",
          "img",
          "blockquote",
          "html",
          "head",
          "body",
          "title",
          "strike",
          "small",
          "del",
          "ins",
          "mark");

  /// Whether untrusted text must not become this token: special tokens, and others in angle or
  /// square brackets (such as those around tool calls and thoughts) unless they are HTML tags.
  boolean mark() {
    if (special) {
      return true;
    }
    String bare = text.strip();
    if (bare.length() < 3 || bare.startsWith("<0x")) {
      return false;
    }
    char first = bare.charAt(0);
    char last = bare.charAt(bare.length() - 1);
    if (first == '[' && last == ']') {
      return true;
    }
    if (first != '<' || last != '>') {
      return false;
    }
    String name = bare.substring(1, bare.length() - 1).replace("/", "").strip();
    return !HTML.contains(name);
  }
}
