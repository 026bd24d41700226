package dev.freehold.server.responses;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolChoice;
import dev.freehold.server.Fields;
import dev.freehold.server.wire.Named;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The tools of a request, and what the model sees of them.
///
/// Functions are seen as they are. A custom tool, which takes plain text, is seen as a function
/// with one string, `input`. A tool of a namespace is seen under both names joined by `__`. Tools
/// that the service itself would run (web search, code interpreter, ...) cannot be offered: agents
/// list them beside their own in every request, so they are left out, and the answer's `tools` tell
/// what was offered. Where none is left, or one of them must be called, the request is refused.
final class ToolSet {
  /// How a tool's calls are told to the client.
  ///
  /// @param namespace empty where there is none
  record Wire(String name, String namespace, boolean isCustom) {}

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_TOOLS = 1_000;
  private static final String INPUT = "input";

  private final Map<String, Tool> tools = new LinkedHashMap<>();
  private final Map<String, Wire> wires = new LinkedHashMap<>();
  private final ArrayNode declared = JSON.arrayNode();
  private ToolChoice choice = ToolChoice.AUTO;

  private ToolSet() {}

  /// @throws ChatException where `tools` or `tool_choice` are not as they must be
  static ToolSet read(Fields body) {
    ToolSet set = new ToolSet();
    List<Fields> given = body.objects("tools", MAX_TOOLS);
    for (Fields tool : given) {
      if (set.add(tool, "")) {
        set.declared.add(tool.object().deepCopy());
      }
    }
    if (!given.isEmpty() && set.tools.isEmpty()) {
      throw new ChatException(
          body.at("tools"),
          "none of them can be offered; give tools of the type function or custom, which the client"
              + " runs");
    }
    body.value("tool_choice").ifPresent(value -> set.choose(body, value));
    return set;
  }

  /// The tools as the model sees them.
  List<Tool> tools() {
    return List.copyOf(tools.values());
  }

  ToolChoice choice() {
    return choice;
  }

  /// The declarations of the tools that are offered, as they were given.
  ArrayNode declared() {
    return declared;
  }

  /// How a call of the tool that the model calls by `name` is told.
  Wire wire(String name) {
    return wires.getOrDefault(name, new Wire(name, "", false));
  }

  /// The name under which the model sees a tool.
  static String seenName(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + (namespace.endsWith("__") ? "" : "__") + name;
  }

  /// The arguments by which a model calls a custom tool with a text.
  static ObjectNode arguments(String input) {
    return JSON.objectNode().put(INPUT, input);
  }

  /// The text with which a custom tool is called.
  static Optional<String> input(JsonNode arguments) {
    JsonNode input = arguments.path(INPUT);
    return input.isString() ? Optional.of(input.stringValue()) : Optional.empty();
  }

  private boolean add(Fields tool, String namespace) {
    String type = tool.requiredString("type");
    return switch (type) {
      case "function" -> {
        JsonNode parameters = tool.value("parameters").orElseGet(JSON::objectNode);
        put(tool, namespace, tool.string("description", ""), parameters, false);
        yield true;
      }
      case "custom" -> {
        put(tool, namespace, customDescription(tool), textParameters(), true);
        yield true;
      }
      case "namespace" -> addNamespace(tool, namespace);
      default -> false;
    };
  }

  private boolean addNamespace(Fields tool, String outer) {
    if (!outer.isEmpty()) {
      throw new ChatException(tool.at("type"), "a namespace holds functions, found a namespace");
    }
    String name = tool.requiredString("name");
    boolean hasAny = false;
    for (Fields member : tool.objects("tools", MAX_TOOLS)) {
      hasAny |= add(member, name);
    }
    return hasAny;
  }

  private void put(
      Fields tool, String namespace, String description, JsonNode parameters, boolean isCustom) {
    String name = tool.requiredString("name");
    String seen = name.isEmpty() ? "" : seenName(namespace, name);
    Tool read =
        Named.as(
            tool,
            "name",
            "tools.name",
            () ->
                Named.as(
                    tool,
                    "parameters",
                    "tools.parameters",
                    () -> new Tool(seen, description, parameters)));
    if (tools.put(seen, read) != null) {
      throw new ChatException(tool.at("name"), "another tool has this name already");
    }
    wires.put(seen, new Wire(name, namespace, isCustom));
  }

  /// A custom tool's description, with the grammar of its texts where there is one.
  private static String customDescription(Fields tool) {
    String description = tool.string("description", "");
    Optional<String> grammar = tool.object("format").flatMap(format -> format.string("definition"));
    return grammar.isEmpty()
        ? description
        : description + "\n\nThe input follows this grammar:\n" + grammar.get();
  }

  private static ObjectNode textParameters() {
    ObjectNode parameters = JSON.objectNode().put("type", "object");
    parameters
        .putObject("properties")
        .putObject(INPUT)
        .put("type", "string")
        .put("description", "The tool's input as plain text");
    parameters.putArray("required").add(INPUT);
    return parameters.put("additionalProperties", false);
  }

  private void choose(Fields body, JsonNode value) {
    if (value.isString()) {
      choice =
          switch (value.stringValue()) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> new ToolChoice.None();
            case "required" -> required(body.at("tool_choice"));
            default ->
                throw new ChatException(
                    body.at("tool_choice"),
                    "expected auto, none, required or an object, found " + Fields.shown(value));
          };
      return;
    }
    Fields chosen = Fields.of(value, body.at("tool_choice"));
    String type = chosen.requiredString("type");
    choice =
        switch (type) {
          case "function", "custom" -> new ToolChoice.Named(offered(chosen));
          case "allowed_tools" -> allow(chosen);
          default ->
              throw new ChatException(
                  chosen.at("type"),
                  "expected function, custom or allowed_tools, found %s; those are not run here"
                      .formatted(Fields.shown(chosen.required("type"))));
        };
  }

  private ToolChoice required(String field) {
    if (tools.isEmpty()) {
      throw new ChatException(field, "a call is required and tools are missing");
    }
    return new ToolChoice.Required();
  }

  private String offered(Fields chosen) {
    String seen = seenName(chosen.string("namespace", ""), chosen.requiredString("name"));
    if (!tools.containsKey(seen)) {
      throw new ChatException(chosen.at("name"), "names no tool in tools");
    }
    return seen;
  }

  private ToolChoice allow(Fields chosen) {
    Set<String> allowed = new HashSet<>();
    List<Fields> names = new ArrayList<>(chosen.objects("tools", MAX_TOOLS));
    for (Fields name : names) {
      if (name.requiredString("type").equals("function")
          || name.requiredString("type").equals("custom")) {
        allowed.add(offered(name));
      }
    }
    String mode =
        chosen
            .oneOf("mode", List.of("auto", "required"))
            .orElseThrow(() -> new ChatException(chosen.at("mode"), "is missing"));
    tools.keySet().retainAll(allowed);
    return mode.equals("auto") ? ToolChoice.AUTO : required(chosen.at("tools"));
  }
}
