package dev.freehold.mcp;

import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.Undo;
import dev.freehold.agent.tool.VisibleText;
import dev.freehold.chat.Tool;
import dev.freehold.mcp.configuration.UndoCall;
import dev.freehold.mcp.tool.Definitions;
import dev.freehold.mcp.tool.OfferedTool;
import dev.freehold.mcp.tool.ResultText;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import io.modelcontextprotocol.spec.McpSchema;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;

/// A tool of a server, as a tool of the agent's.
///
/// What it does happens elsewhere, and no server takes an idempotency key: a call in doubt is asked
/// about.
final class ServerTool implements AgentTool {
  private static final int LONGEST_SUBJECT = 400;
  private static final int LONGEST_KEPT = 32_000;

  /// The member of a result's details that holds what a server gave back as JSON.
  private static final String RESULT = "result";

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
    return new Effect(Effect.Reach.OUTSIDE, subject, preview(tool, arguments));
  }

  private static String preview(OfferedTool called, JsonNode arguments) {
    return VisibleText.of(
        "tool \"%s\" of server \"%s\" is called with %s"
            .formatted(
                called.name(),
                called.server(),
                JsonMapper.shared()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(arguments)));
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
    return called(tool, arguments, context);
  }

  private ToolOutcome called(OfferedTool called, JsonNode arguments, ToolContext context) {
    Map<String, Object> given = JsonMapper.shared().convertValue(arguments, OBJECT);
    McpSchema.CallToolResult result;
    try {
      result = server.call(called, given, context.cancellation());
    } catch (CallFailure failure) {
      if (failure.isInDoubt()) {
        throw new ToolException(
            failure.getMessage()
                + ". It is not known whether it was done: look before it is done again",
            true);
      }
      return ToolOutcome.error(String.valueOf(failure.getMessage()));
    }
    ToolOutcome outcome = ResultText.of(result);
    JsonNode structured = JsonMapper.shared().valueToTree(result.structuredContent());
    boolean isKept =
        server.configuration().undo().containsKey(called.name())
            && structured.isObject()
            && structured.toString().length() <= LONGEST_KEPT;
    return isKept
        ? outcome.withDetails(JsonNodeFactory.instance.objectNode().set(RESULT, structured))
        : outcome;
  }

  @Override
  public Optional<Undo> undo(JsonNode arguments, ToolOutcome outcome) {
    UndoCall declared = server.configuration().undo().get(tool.name());
    if (declared == null) {
      return Optional.empty();
    }
    OfferedTool back =
        server
            .usable(declared.tool())
            .orElseThrow(() ->
                new ToolException(
                    "it is taken back by \"%s\" of server \"%s\", which cannot be used"
                        .formatted(declared.tool(), tool.server())));
    JsonNode given;
    try {
      given = declared.filled(arguments, result(outcome));
    } catch (McpException missing) {
      throw new ToolException(String.valueOf(missing.getMessage()), missing);
    }
    return Optional.of(new Undo(preview(back, given), context -> called(back, given, context)));
  }

  /// What a call gave back, as far as it is JSON.
  private static JsonNode result(ToolOutcome outcome) {
    if (outcome.details().has(RESULT)) {
      return outcome.details().path(RESULT);
    }
    try {
      return StrictJson.parse(
          outcome.text().getBytes(StandardCharsets.UTF_8), "the result", StrictJson.Limits.DEFAULT);
    } catch (TensorException noJson) {
      return MissingNode.getInstance();
    }
  }
}
