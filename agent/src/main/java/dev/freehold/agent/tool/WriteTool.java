package dev.freehold.agent.tool;

import dev.freehold.chat.Tool;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Writes a whole file.
public final class WriteTool implements AgentTool {
  private final Predicate<String> isProtected;

  /// @param isProtected paths within the workspace that are not changed
  public WriteTool(Predicate<String> isProtected) {
    this.isProtected = isProtected;
  }

  @Override
  public Tool definition() {
    return new Tool(
        "write",
        "Writes a file, new or whole. To change a part of one use edit.",
        Arguments.schema("path", "string", "file", "content", "string", "all of its text"));
  }

  @Override
  public Effect effect(JsonNode arguments, ToolContext context) {
    Arguments.requireKnown(arguments, List.of("path", "content"));
    String content = Arguments.text(arguments, "content");
    Place place = Guarded.place(context, Arguments.text(arguments, "path"), isProtected);
    String before = "";
    if (place.exists()) {
      try {
        before = TextFile.read(place);
      } catch (ToolException binary) {
        if (!place.isFile()) {
          throw binary;
        }
      }
    }
    return new Effect(
        Effect.Reach.WORKSPACE,
        Effect.Subject.path(place.path()),
        Guarded.preview(before, content));
  }

  @Override
  public ToolOutcome run(JsonNode arguments, ToolContext context) {
    String content = Arguments.text(arguments, "content");
    Place place = Guarded.place(context, Arguments.text(arguments, "path"), isProtected);
    boolean isNew = !place.exists();
    TextFile.write(place, content);
    return ToolOutcome.of(
        "%s: %s, %d lines"
            .formatted(
                place.path(), isNew ? "new" : "overwritten", TextFile.lines(content).size()));
  }
}
