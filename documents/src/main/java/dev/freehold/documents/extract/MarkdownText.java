package dev.freehold.documents.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Markdown as it is written, with its headings as places; what a rendered page would not show is
/// taken out: comments, and reference definitions that serve as such.
final class MarkdownText {
  private static final Pattern HEADING = Pattern.compile(" {0,3}(#{1,6})(?:[ \\t]+(.*))?");
  private static final Pattern CLOSING = Pattern.compile("[ \\t]+#+[ \\t]*$");
  private static final Pattern UNDERLINE = Pattern.compile(" {0,3}(=+|-{2,})[ \\t]*");
  private static final Pattern FENCE = Pattern.compile(" {0,3}(`{3,}|~{3,}).*");
  private static final Pattern HIDDEN_LINE =
      Pattern.compile(" {0,3}\\[[^\\]]*\\]:[ \\t]+(?:#|<>).*");
  private static final String COMMENT = "<!--";
  private static final String COMMENT_END = "-->";

  private final StringBuilder text = new StringBuilder();
  private final List<Place> places = new ArrayList<>(List.of(Place.WHOLE));
  private final Outline outline = new Outline();
  private String fence = "";
  private boolean isInComment;
  private String paragraph = "";
  private int paragraphStart;
  private int paragraphLines;

  private MarkdownText() {}

  static Extraction.Text of(String markdown) {
    MarkdownText reading = new MarkdownText();
    markdown.lines().forEach(reading::add);
    return new Extraction.Text(reading.text.toString(), reading.places, List.of());
  }

  private void add(String line) {
    Matcher fences = FENCE.matcher(line);
    if (fence.isEmpty() && !isInComment && fences.matches()) {
      fence = fences.group(1);
    } else if (!fence.isEmpty()) {
      if (line.strip().startsWith(fence)) {
        fence = "";
      }
    } else {
      addProse(withoutComments(line));
      return;
    }
    append(line);
    paragraphLines = 0;
  }

  private void addProse(String line) {
    if (HIDDEN_LINE.matcher(line).matches()) {
      return;
    }
    Matcher heading = HEADING.matcher(line);
    Matcher underline = UNDERLINE.matcher(line);
    if (heading.matches()) {
      String title = heading.group(2) == null ? "" : heading.group(2);
      begin(text.length(), heading.group(1).length(), CLOSING.matcher(title).replaceFirst(""));
      paragraphLines = 0;
    } else if (underline.matches() && paragraphLines == 1) {
      begin(paragraphStart, underline.group(1).startsWith("=") ? 1 : 2, paragraph);
      paragraphLines = 0;
    } else if (line.isBlank()) {
      paragraphLines = 0;
    } else {
      if (paragraphLines == 0) {
        paragraphStart = text.length();
        paragraph = line;
      }
      paragraphLines++;
    }
    append(line);
  }

  private void begin(int start, int level, String heading) {
    outline.add(level, heading);
    if (places.getLast().start() == start) {
      places.removeLast();
    }
    places.add(new Place(start, outline.headings(), 0));
  }

  private void append(String line) {
    text.append(line).append('\n');
  }

  private String withoutComments(String line) {
    StringBuilder shown = new StringBuilder();
    int at = 0;
    while (at < line.length()) {
      if (isInComment) {
        int end = line.indexOf(COMMENT_END, at);
        at = end < 0 ? line.length() : end + COMMENT_END.length();
        isInComment = end < 0;
      } else {
        int begin = line.indexOf(COMMENT, at);
        shown.append(line, at, begin < 0 ? line.length() : begin);
        at = begin < 0 ? line.length() : begin + COMMENT.length();
        isInComment = begin >= 0;
      }
    }
    return shown.toString();
  }
}
