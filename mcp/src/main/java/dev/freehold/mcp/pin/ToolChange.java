package dev.freehold.mcp.pin;

import dev.freehold.agent.tool.VisibleText;
import dev.freehold.agent.workspace.LineDifference;
import dev.freehold.mcp.tool.OfferedTool;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tool that nobody gave leave to use as it is now.
///
/// @param before what it was when leave was given; empty for a new one
public record ToolChange(OfferedTool now, Optional<Pin> before) {
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

  private static String text(JsonNode said) {
    String changes =
        said.path("readOnly").asBoolean(false)
            ? "says that it changes nothing"
            : "may change something";
    return VisibleText.of(
        said.path("description").asString("").strip()
            + "\n("
            + changes
            + ")\narguments: "
            + JsonMapper.shared()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(said.path("schema"))
            + "\n");
  }
}
