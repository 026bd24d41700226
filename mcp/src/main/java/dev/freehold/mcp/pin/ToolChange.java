package dev.freehold.mcp.pin;

import dev.freehold.agent.tool.VisibleText;
import dev.freehold.agent.workspace.LineDifference;
import dev.freehold.mcp.tool.OfferedTool;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tool that nobody gave leave to use as it is now.
///
/// @param before what it was when leave was given; empty for a new one
public record ToolChange(OfferedTool now, Optional<Pin> before) {
  private static final int MAX_LINE = 200;
  private static final int MAX_ARGUMENTS = 50;

  /// What is new of it, for whoever is asked: all, or the difference.
  public String shown() {
    String is = text(now.said());
    if (before.isEmpty()) {
      return is;
    }
    String was = text(before.get().said());
    return LineDifference.between(was, is)
        .map(LineDifference::text)
        .orElseGet(() -> "was:\n" + was + "is:\n" + is);
  }

  /// The same in a few lines: of a new tool the first line of what it says and its arguments, of a
  /// changed one the difference.
  public String summary() {
    if (before.isPresent()) {
      return shown();
    }
    JsonNode said = now.said();
    List<String> lines = said.path("description").asString("").strip().lines().toList();
    String first = lines.isEmpty() ? "(says nothing of itself)" : lines.getFirst();
    JsonNode schema = said.path("schema");
    Set<String> required = new HashSet<>();
    schema.path("required").forEach(name -> required.add(name.asString("")));
    String arguments =
        schema.path("properties").propertyNames().stream()
            .limit(MAX_ARGUMENTS)
            .map(name -> required.contains(name) ? name : "[" + name + "]")
            .collect(Collectors.joining(" "));
    return VisibleText.line(first, MAX_LINE)
        + (lines.size() > 1 ? "\n... %d more lines".formatted(lines.size() - 1) : "")
        + "\n(%s)\narguments: ".formatted(effect(said))
        + VisibleText.line(arguments.isEmpty() ? "none" : arguments, MAX_LINE)
        + "\n";
  }

  private static String effect(JsonNode said) {
    return said.path("readOnly").asBoolean(false)
        ? "says that it changes nothing"
        : "may change something";
  }

  private static String text(JsonNode said) {
    return VisibleText.of(
        said.path("description").asString("").strip()
            + "\n("
            + effect(said)
            + ")\narguments: "
            + JsonMapper.shared()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(said.path("schema"))
            + "\n");
  }
}
