package dev.freehold.mcp;

import dev.freehold.mcp.transport.MessageJson;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// A server made with the protocol's own library, as a program: it adds, echoes, tells its
/// environment, and waits.
public final class SmallServer {
  private SmallServer() {}

  /// @param words `described=TEXT` is the description of `add`
  public static void main(String... words) throws InterruptedException {
    String described = "Adds two numbers.";
    for (String word : words) {
      described = word.startsWith("described=") ? word.substring(10) : described;
    }
    McpJsonMapper json = MessageJson.mapper();
    System.err.println("the small server starts");
    McpServer.sync(new StdioServerTransportProvider(json))
        .serverInfo("small", "1")
        .jsonMapper(json)
        .jsonSchemaValidator(
            (schema, content) -> JsonSchemaValidator.ValidationResponse.asValid("{}"))
        .validateToolInputs(false)
        .capabilities(McpSchema.ServerCapabilities.builder().tools(true).build())
        .toolCall(
            tool("add", described, "a", "b"),
            call(arguments -> "" + (number(arguments, "a") + number(arguments, "b"))))
        .toolCall(
            tool("echo", "Says it again.", "text"),
            call(arguments -> String.valueOf(arguments.get("text"))))
        .toolCall(
            tool("variables", "Its environment."),
            call(arguments -> String.join(" ", System.getenv().keySet())))
        .toolCall(
            tool("folder", "Where it runs."), call(arguments -> System.getProperty("user.dir")))
        .toolCall(tool("wait", "Waits, seconds.", "seconds"), call(SmallServer::await))
        .toolCall(tool("write", "Writes a file.", "text"), call(SmallServer::write))
        .toolCall(
            tool("exit", "Ends the server."),
            call(arguments -> {
              System.err.println("goodbye\u001b[31m");
              Runtime.getRuntime().halt(3);
              return "";
            }))
        .build();
    Thread.sleep(Long.MAX_VALUE);
  }

  private static long number(Map<String, Object> arguments, String name) {
    return arguments.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static String await(Map<String, Object> arguments) {
    try {
      Thread.sleep(number(arguments, "seconds") * 1000);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return "waited";
  }

  private static String write(Map<String, Object> arguments) {
    try {
      Files.writeString(Path.of(String.valueOf(arguments.get("text"))), "x");
      return "written";
    } catch (IOException failure) {
      return failure.toString();
    }
  }

  private static McpSchema.Tool tool(String name, String description, String... parameters) {
    Map<String, Object> properties = new java.util.TreeMap<>();
    for (String parameter : parameters) {
      properties.put(parameter, Map.of("type", parameter.equals("text") ? "string" : "integer"));
    }
    Map<String, Object> schema =
        Map.of("type", "object", "properties", properties, "required", List.of(parameters));
    boolean isReadOnly = !name.equals("exit");
    return McpSchema.Tool.builder(name, schema)
        .description(description)
        .annotations(
            new McpSchema.ToolAnnotations(null, isReadOnly, !isReadOnly, false, false, null))
        .build();
  }

  private static java.util.function.BiFunction<
          io.modelcontextprotocol.server.McpSyncServerExchange,
          McpSchema.CallToolRequest,
          McpSchema.CallToolResult>
      call(Function<Map<String, Object>, String> work) {
    return (exchange, request) ->
        new McpSchema.CallToolResult(
            List.of(new McpSchema.TextContent(work.apply(request.arguments()))),
            false,
            null,
            Map.of());
  }
}
