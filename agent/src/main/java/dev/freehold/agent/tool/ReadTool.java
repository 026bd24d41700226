package dev.freehold.agent.tool;

import dev.freehold.chat.Tool;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Reads a file with line numbers, or lists a folder.
public final class ReadTool implements AgentTool {
  private static final int LINES = 400;
  private static final int MAX_LINE = 600;
  private static final int MAX_TEXT = 40_000;
  private static final int MOST_NAMES = 400;

  @Override
  public Tool definition() {
    return new Tool(
        "read",
        "Reads a text file, with line numbers, or lists a folder.",
        Arguments.schema(
            "path",
            "string",
            "file or folder",
            "from?",
            "integer",
            "first line, default 1",
            "lines?",
            "integer",
            "how many, default " + LINES));
  }

  @Override
  public Effect effect(JsonNode arguments, ToolContext context) {
    Arguments.requireKnown(arguments, List.of("path", "from", "lines"));
    Place place = Place.of(context.workspace(), Arguments.text(arguments, "path"));
    return Effect.none(Effect.Subject.path(place.path()));
  }

  @Override
  public ToolOutcome run(JsonNode arguments, ToolContext context) {
    Place place = Place.of(context.workspace(), Arguments.text(arguments, "path"));
    if (place.isFolder()) {
      return ToolOutcome.of(listing(place));
    }
    int from = Arguments.number(arguments, "from").orElse(1);
    int most = Arguments.number(arguments, "lines").orElse(LINES);
    return ToolOutcome.of(numbered(place, TextFile.lines(TextFile.read(place)), from, most));
  }

  private static String numbered(Place place, List<String> lines, int from, int most) {
    if (lines.isEmpty()) {
      return "(%s is empty)".formatted(place.path());
    }
    if (from > lines.size()) {
      throw new ToolException("%s: has %d lines".formatted(place.path(), lines.size()));
    }
    StringBuilder text = new StringBuilder();
    int next = from;
    while (next <= lines.size() && next - from < most && text.length() < MAX_TEXT) {
      String line = lines.get(next - 1);
      String cut =
          line.length() <= MAX_LINE
              ? line
              : line.substring(0, MAX_LINE)
                  + " [... %,d more characters]".formatted(line.length() - MAX_LINE);
      text.append(next).append('\t').append(cut).append('\n');
      next++;
    }
    if (next <= lines.size()) {
      text.append(
          String.format(
              Locale.ROOT,
              "[lines %d to %d of %d; go on with \"from\": %d]%n",
              from,
              next - 1,
              lines.size(),
              next));
    }
    return text.toString();
  }

  private static String listing(Place place) {
    TreeSet<String> names = new TreeSet<>();
    int count = 0;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(place.file())) {
      for (Path child : children) {
        count++;
        if (names.size() < MOST_NAMES) {
          boolean isFolder = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS);
          names.add(child.getFileName() + (isFolder ? "/" : ""));
        }
      }
    } catch (IOException failure) {
      throw new ToolException("%s: cannot be read: %s".formatted(place.path(), failure), failure);
    }
    String more = count > names.size() ? "\n[... %,d more]".formatted(count - names.size()) : "";
    return names.isEmpty() ? "(an empty folder)" : String.join("\n", names) + more;
  }
}
