package dev.freehold.desk.ticket;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Tells of a mark of HTML whether what stands in it is not shown, by its own attributes; rules of
/// style sheets are not looked at.
final class HiddenMark {
  private static final Set<String> EMPTY =
      Set.of("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr");
  private static final Pattern ATTRIBUTE =
      Pattern.compile(
          "([^\\s\"'>/=]++)(?:\\s*+=\\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\\s\"'>]++)))?+");
  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
  private static final Pattern HIDING =
      Pattern.compile(
          "(?:^|;)(?:display:none|visibility:(?:hidden|collapse)|color:transparent"
              + "|(?:opacity|font-size|(?:max-)?(?:height|width)):"
              + "(?:0++(?:\\.0*+)?|\\.0++)[a-z%]*+(?=[;!]|$))");

  private HiddenMark() {}

  /// @param tag its name, in small letters
  /// @param attributes what stands after the name
  static boolean hides(String tag, String attributes) {
    if (EMPTY.contains(tag)) {
      return false;
    }
    Matcher found = ATTRIBUTE.matcher(attributes);
    while (found.find()) {
      String name = found.group(1).toLowerCase(Locale.ROOT);
      if (name.equals("hidden") || name.equals("style") && isHiding(value(found))) {
        return true;
      }
    }
    return false;
  }

  private static String value(Matcher attribute) {
    for (int group = 2; group <= 4; group++) {
      if (attribute.group(group) != null) {
        return HtmlText.withSigns(attribute.group(group));
      }
    }
    return "";
  }

  private static boolean isHiding(String style) {
    String plain =
        COMMENT.matcher(style.toLowerCase(Locale.ROOT)).replaceAll("").replaceAll("\\s+", "");
    return HIDING.matcher(plain).find();
  }
}
