package dev.freehold.mcp;

import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.VisibleText;
import dev.freehold.chat.Tool;
import dev.freehold.mcp.tool.Definitions;
import dev.freehold.mcp.tool.OfferedTool;
import dev.freehold.mcp.tool.ResultText;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tool of a server, as a tool of the agent's.
///
/// What it does happens elsewhere, and no server takes an idempotency key: a call in doubt is asked
/// about.
final class ServerTool implements AgentTool {
  private static final int LONGEST_SUBJECT = 400;
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private final Server server;
  private final OfferedTool tool;

  ServerTool(Server server, OfferedTool tool) {
    this.server = server;
    this.tool = tool;
  }

  @Override
  public Tool definition() {
    return tool.definition();
  }

  @Override
  public Effect effect(JsonNode arguments, ToolContext context) {
    Effect.Subject subject = Effect.Subject.other(subject(arguments));
    if (tool.isReadOnly() && server.configuration().trustsAnnotations()) {
      return Effect.none(subject);
    }
    String preview =
        "tool \"%s\" of server \"%s\" is called with %s"
            .formatted(
                tool.name(),
                tool.server(),
                JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(arguments));
    return new Effect(Effect.Reach.OUTSIDE, subject, VisibleText.of(preview));
  }

  /// The arguments in one line, so that no two of them are the same.
  private static String subject(JsonNode arguments) {
    String text = arguments.toString();
    return text.length() <= LONGEST_SUBJECT
        ? text
        : text.substring(0, LONGEST_SUBJECT) + "… sha256 " + Definitions.digest(arguments);
  }

  @Override
  public ToolOutcome run(JsonNode arguments, ToolContext context) {
    Map<String, Object> given = JsonMapper.shared().convertValue(arguments, OBJECT);
    try {
      return ResultText.of(server.call(tool, given, context.cancellation()));
    } catch (CallFailure failure) {
      String known =
          failure.isInDoubt()
              ? ". It is not known whether it was done: look before it is done again"
              : "";
      return ToolOutcome.error(failure.getMessage() + known);
    }
  }
}
