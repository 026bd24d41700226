package dev.freehold.agent.tool;

import dev.freehold.chat.Tool;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Replaces a text that stands in a file exactly once.
public final class EditTool implements AgentTool {
  private final Predicate<String> isProtected;

  /// @param isProtected paths within the workspace that are not changed
  public EditTool(Predicate<String> isProtected) {
    this.isProtected = isProtected;
  }

  /// A file and what it becomes.
  private record Edit(Place place, String before, String after, int at) {}

  @Override
  public Tool definition() {
    return new Tool(
        "edit",
        "Replaces text in a file. \"old\" must stand in it exactly once, blanks included.",
        Arguments.schema(
            "path",
            "string",
            "file",
            "old",
            "string",
            "text to replace, without line numbers",
            "new",
            "string",
            "what takes its place",
            "all?",
            "boolean",
            "replace it wherever it stands"));
  }

  @Override
  public Effect effect(JsonNode arguments, ToolContext context) {
    Arguments.requireKnown(arguments, List.of("path", "old", "new", "all"));
    Edit edit = edit(arguments, context);
    return new Effect(
        Effect.Reach.WORKSPACE,
        Effect.Subject.path(edit.place().path()),
        Guarded.preview(edit.before(), edit.after()));
  }

  @Override
  public ToolOutcome run(JsonNode arguments, ToolContext context) {
    Edit edit = edit(arguments, context);
    TextFile.write(edit.place(), edit.after());
    int line =
        1 + (int) edit.before().substring(0, edit.at()).chars().filter(c -> c == '\n').count();
    return ToolOutcome.of("%s: changed at line %d".formatted(edit.place().path(), line));
  }

  private Edit edit(JsonNode arguments, ToolContext context) {
    String old = Arguments.text(arguments, "old");
    String replacement = Arguments.text(arguments, "new");
    Place place = Guarded.place(context, Arguments.text(arguments, "path"), isProtected);
    if (old.isEmpty()) {
      throw new ToolException("\"old\" is empty; to write a new file use write");
    }
    if (old.equals(replacement)) {
      throw new ToolException("\"old\" and \"new\" are the same");
    }
    String text = TextFile.read(place);
    boolean isDos = text.contains("\r\n") && !old.contains("\r") && !text.contains(old);
    String wanted = isDos ? old.replace("\n", "\r\n") : old;
    String placed = isDos ? replacement.replace("\n", "\r\n") : replacement;
    int at = text.indexOf(wanted);
    if (at < 0) {
      throw new ToolException(
          "%s: \"old\" does not stand in it%s".formatted(place.path(), near(text, old)));
    }
    boolean isEverywhere = Arguments.flag(arguments, "all");
    if (!isEverywhere && text.indexOf(wanted, at + 1) >= 0) {
      throw new ToolException(
          ("%s: \"old\" stands in it more than once; give more of the lines around it, or"
                  + " \"all\": true")
              .formatted(place.path()));
    }
    return new Edit(place, text, text.replace(wanted, placed), at);
  }

  /// Where the text would be found if blanks did not count.
  private static String near(String text, String old) {
    String wanted = old.strip().lines().findFirst().orElse("").strip();
    List<String> lines = TextFile.lines(text);
    if (wanted.length() >= 3) {
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).strip().equals(wanted)) {
          return "; its first line stands at line %d, with other text or blanks around it: read it"
                  .formatted(i + 1)
              + " again";
        }
      }
    }
    return "; read the file again and copy the text exactly";
  }
}
