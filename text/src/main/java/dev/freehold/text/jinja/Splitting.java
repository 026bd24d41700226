package dev.freehold.text.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Cutting strings at separators and lines, and replacing parts of them.
final class Splitting {
  private Splitting() {}

  /// `text.split(separator, limit)`; without a separator, at runs of white space.
  static ListValue split(Run run, Text text, Optional<Text> separator, int limit) {
    return ListValue.list(
        run,
        separator.isPresent()
            ? splitAt(run, text, separator.get().chars(), limit)
            : splitAtSpace(run, text, limit));
  }

  private static List<Value> splitAt(Run run, Text text, String separator, int limit) {
    Search search = new Search(run, separator);
    List<Value> parts = new ArrayList<>();
    int start = 0;
    while (limit < 0 || parts.size() < limit) {
      int found = search.in(text.chars(), start);
      if (found < 0) {
        break;
      }
      add(run, parts, text, start, found);
      start = found + separator.length();
    }
    add(run, parts, text, start, text.length());
    return parts;
  }

  private static void add(Run run, List<Value> parts, Text text, int from, int to) {
    run.allocate(3L * Run.ELEMENT + to - from);
    parts.add(text.slice(from, to));
  }

  private static List<Value> splitAtSpace(Run run, Text text, int limit) {
    String chars = text.chars();
    run.work(chars.length());
    List<Value> parts = new ArrayList<>();
    int start = Chars.skipSpace(chars, 0);
    while (start < chars.length()) {
      int end = start;
      if (limit >= 0 && parts.size() == limit) {
        end = chars.length();
      } else {
        while (end < chars.length() && !Chars.isSpace(chars.charAt(end))) {
          end++;
        }
      }
      add(run, parts, text, start, end);
      start = Chars.skipSpace(chars, end);
    }
    return parts;
  }

  /// `text.rsplit(separator, limit)`
  static ListValue splitFromEnd(Run run, Text text, Optional<Text> separator, int limit) {
    if (limit < 0) {
      return split(run, text, separator, limit);
    }
    String chars = text.chars();
    List<Value> parts = new ArrayList<>();
    int end = separator.isPresent() ? chars.length() : Chars.endWithoutSpace(chars, 0);
    while (parts.size() < limit) {
      int found = previous(run, chars, separator, end);
      if (found < 0) {
        break;
      }
      int width = separator.isPresent() ? separator.get().length() : 1;
      add(run, parts, text, found + width, end);
      end = found;
      while (separator.isEmpty() && end > 0 && Chars.isSpace(chars.charAt(end - 1))) {
        end--;
      }
    }
    if (separator.isPresent() || end > 0) {
      add(run, parts, text, 0, end);
    }
    Collections.reverse(parts);
    return ListValue.list(run, parts);
  }

  private static int previous(Run run, String chars, Optional<Text> separator, int end) {
    if (separator.isPresent()) {
      return lastIndexOf(run, chars, separator.get().chars(), end);
    }
    int at = end - 1;
    while (at >= 0 && !Chars.isSpace(chars.charAt(at))) {
      at--;
    }
    run.work((long) end - at);
    return at;
  }

  /// The last index where a part ends at or before `end`, or -1.
  static int lastIndexOf(Run run, String chars, String part, int end) {
    int at = end - part.length();
    while (at >= 0 && !chars.startsWith(part, at)) {
      run.work(part.length());
      at--;
    }
    return Math.max(at, -1);
  }

  /// `text.partition(separator)`: before, the separator, after.
  static ListValue partition(Run run, Text text, Text separator, boolean last) {
    String chars = text.chars();
    int found =
        last
            ? lastIndexOf(run, chars, separator.chars(), chars.length())
            : new Search(run, separator.chars()).in(chars, 0);
    run.allocate(chars.length());
    if (found < 0) {
      return last
          ? ListValue.tuple(run, Text.EMPTY, Text.EMPTY, text)
          : ListValue.tuple(run, text, Text.EMPTY, Text.EMPTY);
    }
    return ListValue.tuple(
        run,
        text.slice(0, found),
        text.slice(found, found + separator.length()),
        text.slice(found + separator.length(), text.length()));
  }

  static List<Value> lines(Run run, Text text, boolean keepEnds) {
    String chars = text.chars();
    run.work(chars.length());
    List<Value> lines = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < chars.length(); ) {
      int lineBreak = Chars.lineBreakAt(chars, at);
      if (lineBreak == 0) {
        at++;
        continue;
      }
      add(run, lines, text, start, keepEnds ? at + lineBreak : at);
      at += lineBreak;
      start = at;
    }
    if (start < chars.length()) {
      add(run, lines, text, start, chars.length());
    }
    return lines;
  }

  static int count(Run run, Text text, String part) {
    if (part.isEmpty()) {
      return text.codePoints() + 1;
    }
    Search search = new Search(run, part);
    int count = 0;
    int found = search.in(text.chars(), 0);
    while (found >= 0) {
      count++;
      found = search.in(text.chars(), found + part.length());
    }
    return count;
  }

  /// `text.replace(old, with, limit)`; what is put in keeps its own origin.
  static Text replace(Run run, Text text, Text old, Text with, int limit) {
    if (old.isEmpty()) {
      return insertEverywhere(run, text, with, limit);
    }
    Search search = new Search(run, old.chars());
    TextBuilder out = new TextBuilder();
    int start = 0;
    for (int count = 0; limit < 0 || count < limit; count++) {
      int found = search.in(text.chars(), start);
      if (found < 0) {
        break;
      }
      run.allocate((long) found - start + with.length());
      out.append(text, start, found).append(with);
      start = found + old.length();
    }
    if (start == 0) {
      return text;
    }
    run.allocate(text.length() - start);
    return out.append(text, start, text.length()).build().asMarkup(text.isMarkup());
  }

  private static Text insertEverywhere(Run run, Text text, Text with, int limit) {
    TextBuilder out = new TextBuilder();
    int at = 0;
    for (int count = 0; limit < 0 || count < limit; count++) {
      run.allocate(with.length() + 2L);
      out.append(with);
      if (at == text.length()) {
        break;
      }
      int end = at + Character.charCount(text.chars().codePointAt(at));
      out.append(text, at, end);
      at = end;
    }
    run.allocate(text.length() - at);
    return out.append(text, at, text.length()).build().asMarkup(text.isMarkup());
  }
}
