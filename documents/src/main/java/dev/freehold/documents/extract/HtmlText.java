package dev.freehold.documents.extract;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.parser.Parser;
import org.jsoup.select.NodeVisitor;

/// The text of an HTML page that a browser would show, with its headings as places.
final class HtmlText implements NodeVisitor {
  private static final Set<String> PARAGRAPHS =
      Set.of(
          "address",
          "article",
          "aside",
          "blockquote",
          "body",
          "caption",
          "dd",
          "details",
          "div",
          "dl",
          "dt",
          "fieldset",
          "figcaption",
          "figure",
          "footer",
          "form",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "header",
          "hr",
          "main",
          "nav",
          "ol",
          "p",
          "pre",
          "section",
          "summary",
          "table",
          "ul");
  private static final Set<String> LINES = Set.of("br", "li", "tr", "option");
  private static final Set<String> CELLS = Set.of("td", "th");

  private final StringBuilder text = new StringBuilder();
  private final List<Place> places = new ArrayList<>();
  private final Outline outline = new Outline();
  private int preformatted;

  private HtmlText() {}

  static Extraction of(byte[] bytes, int maxCharacters) throws IOException {
    Document page = Jsoup.parse(new ByteArrayInputStream(bytes), null, "", Parser.htmlParser());
    HtmlText reading = new HtmlText();
    reading.outline.add(0, page.title());
    reading.places.add(new Place(0, reading.outline.headings(), 0));
    Hidden.remove(page);
    page.traverse(reading);
    if (reading.text.length() > maxCharacters) {
      return new Extraction.Skipped(
          "holds more than %,d characters of text".formatted(maxCharacters));
    }
    return new Extraction.Text(reading.text.toString(), reading.places, List.of());
  }

  @Override
  public void head(Node node, int depth) {
    switch (node) {
      case TextNode words -> add(words);
      case Element element -> {
        String name = element.normalName();
        if (PARAGRAPHS.contains(name)) {
          breakTo("\n\n");
        } else if (LINES.contains(name)) {
          breakTo("\n");
        } else if (CELLS.contains(name) && !endsLine()) {
          text.append(" | ");
        }
        preformatted += name.equals("pre") ? 1 : 0;
        if (isHeading(name)) {
          begin(name.charAt(1) - '0', element.text());
        }
      }
      default -> {}
    }
  }

  @Override
  public void tail(Node node, int depth) {
    if (node instanceof Element element) {
      String name = element.normalName();
      preformatted -= name.equals("pre") ? 1 : 0;
      if (PARAGRAPHS.contains(name)) {
        breakTo("\n\n");
      }
    }
  }

  private static boolean isHeading(String name) {
    return name.length() == 2
        && name.charAt(0) == 'h'
        && name.charAt(1) >= '1'
        && name.charAt(1) <= '6';
  }

  private void begin(int level, String heading) {
    if (!outline.headings().isEmpty()
        && places.size() == 1
        && outline.headings().getFirst().equals(heading.strip())) {
      return; // the page's title again
    }
    outline.add(level, heading);
    if (places.getLast().start() == text.length()) {
      places.removeLast();
    }
    places.add(new Place(text.length(), outline.headings(), 0));
  }

  private void add(TextNode words) {
    String shown = Visible.of(words.getWholeText());
    if (preformatted > 0) {
      text.append(shown);
      return;
    }
    for (int i = 0; i < shown.length(); i++) {
      char c = shown.charAt(i);
      if (!Character.isWhitespace(c) && c != '\u00A0') {
        text.append(c);
      } else if (!endsLine() && text.charAt(text.length() - 1) != ' ') {
        text.append(' ');
      }
    }
  }

  private boolean endsLine() {
    return text.isEmpty() || text.charAt(text.length() - 1) == '\n';
  }

  /// Line breaks, unless there are as many at the end already.
  private void breakTo(String breaks) {
    while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    if (text.isEmpty()) {
      return;
    }
    int there = 0;
    while (there < text.length() && text.charAt(text.length() - 1 - there) == '\n') {
      there++;
    }
    if (there < breaks.length()) {
      text.append(breaks, there, breaks.length());
    }
  }
}
