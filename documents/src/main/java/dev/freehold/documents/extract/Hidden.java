package dev.freehold.documents.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.select.Selector.SelectorParseException;

/// Takes out of a page what a browser would not show, as far as its markup and its own style sheets
/// tell; scripts are not run and other files are not read.
final class Hidden {
  /// Rules of a page's style sheets that hide something; those beyond are not looked at.
  private static final int MAX_RULES = 200;

  private static final int MAX_SELECTOR = 500;

  private static final Set<String> NOT_SHOWN =
      Set.of(
          "audio",
          "canvas",
          "datalist",
          "embed",
          "head",
          "iframe",
          "noembed",
          "noframes",
          "noscript",
          "object",
          "script",
          "select",
          "style",
          "svg",
          "template",
          "textarea",
          "title",
          "video");

  private static final Pattern RULE = Pattern.compile("([^{}]*)\\{([^{}]*)\\}");
  private static final Pattern CSS_COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern HIDING =
      Pattern.compile(
          "(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|content-visibility:hidden"
              + "|opacity:(?:0+\\.?0*|\\.0+)%?(?=;|!|$)"
              + "|font-size:(?:0+\\.?0*|\\.0+)[a-z%]*(?=;|!|$)"
              + "|(?:max-)?(?:height|width):0(?:px)?(?=;|!|$)|color:transparent"
              + "|(?:left|right|top|bottom|text-indent|margin-left|margin-top):-\\d{3,}"
              + "|clip:rect\\(0|clip-path:inset\\((?:50|100)%)");
  private static final Pattern COLOR = Pattern.compile("(?:^|;)color:([^;!]+)");
  private static final Pattern BACKGROUND =
      Pattern.compile("(?:^|;)background(?:-color)?:([^;!]+)");

  private Hidden() {}

  static void remove(Document page) {
    List<String> selectors = hidingSelectors(page);
    for (String selector : selectors) {
      try {
        page.select(selector).remove();
      } catch (SelectorParseException | IllegalArgumentException unknown) {
        continue; // a selector of browsers alone
      }
    }
    List<Element> hidden = new ArrayList<>();
    page.traverse((node, depth) -> {
      if (node instanceof Element element && isHidden(element)) {
        hidden.add(element);
      }
    });
    hidden.forEach(Element::remove);
  }

  private static boolean isHidden(Element element) {
    return NOT_SHOWN.contains(element.normalName())
        || element.hasAttr("hidden")
        || element.normalName().equals("dialog") && !element.hasAttr("open")
        || element.hasAttr("style") && hides(element.attr("style"));
  }

  /// Whether declarations of a style hide what they apply to.
  static boolean hides(String style) {
    String plain =
        CSS_COMMENT.matcher(style.toLowerCase(Locale.ROOT)).replaceAll("").replaceAll("\\s+", "");
    Matcher color = COLOR.matcher(plain);
    Matcher background = BACKGROUND.matcher(plain);
    return HIDING.matcher(plain).find()
        || color.find() && background.find() && color.group(1).equals(background.group(1));
  }

  private static List<String> hidingSelectors(Document page) {
    List<String> selectors = new ArrayList<>();
    for (Element sheet : page.select("style")) {
      if (sheet.attr("media").toLowerCase(Locale.ROOT).contains("print")) {
        continue;
      }
      Matcher rules = RULE.matcher(CSS_COMMENT.matcher(sheet.data()).replaceAll(""));
      while (rules.find() && selectors.size() < MAX_RULES) {
        String selector = rules.group(1).strip();
        if (!selector.isEmpty()
            && selector.length() <= MAX_SELECTOR
            && !selector.startsWith("@")
            && hides(rules.group(2))) {
          selectors.add(selector);
        }
      }
    }
    return selectors;
  }
}
