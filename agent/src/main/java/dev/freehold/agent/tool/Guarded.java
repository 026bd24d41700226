package dev.freehold.agent.tool;

import dev.freehold.agent.workspace.LineDifference;
import java.util.Locale;
import java.util.function.Predicate;

/// What tools that change files share: paths that stay as they are, and what a change looks like.
final class Guarded {
  private static final int MAX_PREVIEW = 64_000;

  private Guarded() {}

  /// The place that a model wants changed.
  ///
  /// @throws ToolException where it is protected
  static Place place(ToolContext context, String named, Predicate<String> isProtected) {
    Place place = Place.of(context.workspace(), named);
    if (place.path().isEmpty()) {
      throw new ToolException("\"path\": names the workspace itself, expected a file in it");
    }
    if (isProtected.test(place.path())) {
      throw new ToolException(
          "%s: is protected, since programs run what stands there; it cannot be changed"
              .formatted(place.path()));
    }
    return place;
  }

  /// How a file's text would change, for who is asked.
  static String preview(String before, String after) {
    String difference =
        LineDifference.between(before, after)
            .map(LineDifference::text)
            .orElseGet(() ->
                String.format(
                    Locale.ROOT, "%,d characters become %,d%n", before.length(), after.length()));
    return Excerpt.of(difference, MAX_PREVIEW);
  }
}
