package dev.freehold.mcp.tool;

import dev.freehold.agent.tool.VisibleText;
import dev.freehold.chat.Tool;
import dev.freehold.tensor.Sha256;
import io.modelcontextprotocol.spec.McpSchema;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Checks what a server says of its tools: a tool that goes over a bound, or hides something where
/// it cannot be shown, is refused, and the others stay.
public final class Definitions {
  /// Of one server.
  public static final int MOST_TOOLS = 128;

  static final int LONGEST_DESCRIPTION = 8_000;
  static final int LONGEST_SCHEMA = 32_000;
  static final int LONGEST_NAME = 64;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_./-]{1,128}");

  /// Members of a schema that are there to be read.
  private static final Set<String> PROSE = Set.of("description", "title", "examples", "$comment");

  private static final JsonMapper JSON = JsonMapper.shared();

  private Definitions() {}

  /// A tool that is refused, and why.
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String why) {
      super(why);
    }
  }

  /// What of a server's list can be used.
  public static Offer check(String server, List<McpSchema.Tool> listed) {
    List<OfferedTool> tools = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    Set<String> names = new TreeSet<>();
    for (McpSchema.Tool tool : listed) {
      String name = String.valueOf(tool.name());
      try {
        if (tools.size() >= MOST_TOOLS) {
          throw new Refused("the server has more than %d".formatted(MOST_TOOLS));
        }
        OfferedTool checked = checked(server, name, tool);
        if (!names.add(checked.definition().name())) {
          throw new Refused("another of its tools has the same name");
        }
        tools.add(checked);
      } catch (Refused why) {
        refused.add(
            "%s: tool \"%s\": %s".formatted(server, VisibleText.line(name, 60), why.getMessage()));
      }
      if (refused.size() > MOST_TOOLS) {
        break;
      }
    }
    return new Offer(tools, refused);
  }

  private static OfferedTool checked(String server, String name, McpSchema.Tool tool)
      throws Refused {
    if (!NAME.matcher(name).matches()) {
      throw new Refused("its name has other characters than letters, digits, _ - . and /");
    }
    String description = Optional.ofNullable(tool.description()).orElse("");
    if (description.length() > LONGEST_DESCRIPTION) {
      throw new Refused(
          "its description has %,d characters, more than %,d"
              .formatted(description.length(), LONGEST_DESCRIPTION));
    }
    Map<String, Object> given = Optional.ofNullable(tool.inputSchema()).orElse(Map.of());
    JsonNode schema = sorted(JSON.valueToTree(given));
    int length = schema.toString().length();
    if (length > LONGEST_SCHEMA) {
      throw new Refused(
          "its schema has %,d characters, more than %,d".formatted(length, LONGEST_SCHEMA));
    }
    ObjectNode said = JsonNodeFactory.instance.objectNode();
    said.put("name", name).put("description", description);
    said.set("schema", schema);
    said.put("readOnly", isReadOnly(tool));
    ObjectNode shown = visible(schema, "").asObject();
    shown.remove("$schema");
    if (!shown.has("type")) {
      shown.put("type", "object");
    }
    return new OfferedTool(
        server,
        name,
        new Tool(offeredName(server, name), VisibleText.of(description).strip(), shown),
        said,
        digest(said));
  }

  private static boolean isReadOnly(McpSchema.Tool tool) {
    return tool.annotations() != null && Boolean.TRUE.equals(tool.annotations().readOnlyHint());
  }

  /// SHA-256 of what a server says of a tool.
  public static String digest(JsonNode said) {
    MessageDigest digest = Sha256.begin();
    digest.update(said.toString().getBytes(StandardCharsets.UTF_8));
    return Sha256.finish(digest);
  }

  /// What models call the tool: servers of models take 64 letters, digits, `_` and `-`.
  private static String offeredName(String server, String name) {
    String whole = server + "__" + name.replaceAll("[./]", "_");
    if (whole.length() <= LONGEST_NAME) {
      return whole;
    }
    String mark = digest(JsonNodeFactory.instance.stringNode(name)).substring(0, 8);
    return whole.substring(0, LONGEST_NAME - mark.length() - 1) + "_" + mark;
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isObject()) {
      ObjectNode ordered = JsonNodeFactory.instance.objectNode();
      Map<String, JsonNode> members = new TreeMap<>();
      node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
      members.forEach((key, value) -> ordered.set(key, sorted(value)));
      return ordered;
    }
    if (node.isArray()) {
      ArrayNode same = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> same.add(sorted(element)));
      return same;
    }
    return node;
  }

  /// The schema with hidden characters spelled out in what is there to be read.
  ///
  /// @param within the member that the value is of; elements of a list are of the list's
  /// @throws Refused where they are elsewhere: there, spelling them out would change what is meant
  private static JsonNode visible(JsonNode node, String within) throws Refused {
    if (node.isObject()) {
      ObjectNode shown = JsonNodeFactory.instance.objectNode();
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        if (VisibleText.hidesSomething(member.getKey())) {
          throw new Refused("a name in its schema has characters that are not seen");
        }
        shown.set(member.getKey(), visible(member.getValue(), member.getKey()));
      }
      return shown;
    }
    if (node.isArray()) {
      ArrayNode shown = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : node) {
        shown.add(visible(element, within));
      }
      return shown;
    }
    if (node.isString() && VisibleText.hidesSomething(node.stringValue())) {
      if (!PROSE.contains(within)) {
        throw new Refused(
            "\"%s\" in its schema has characters that are not seen".formatted(within));
      }
      return JsonNodeFactory.instance.stringNode(VisibleText.of(node.stringValue()));
    }
    return node;
  }
}
