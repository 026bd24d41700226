package dev.freehold.mcp.pin;

import dev.freehold.mcp.McpException;
import dev.freehold.mcp.configuration.OwnFile;
import dev.freehold.mcp.tool.Definitions;
import dev.freehold.mcp.tool.OfferedTool;
import dev.freehold.tensor.StrictJson;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The person's file of pins: by server and tool, what was said when leave was given.
public final class PinFile {
  private static final int FORMAT = 1;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(32 << 20, 70, 1 << 20, 128, 1 << 12);

  private final OwnFile file;

  public PinFile(Path file) {
    this.file = new OwnFile(file, LIMITS);
  }

  /// The pins of a server, by the server's names of its tools.
  ///
  /// @throws McpException where the file cannot be read or a pin is not what was written
  public Map<String, Pin> of(String server) {
    Map<String, Pin> pins = new TreeMap<>();
    for (var member : servers(file.read()).path(server).properties()) {
      JsonNode said = member.getValue().path("said");
      String digest = member.getValue().path("sha256").asString("");
      if (!Definitions.digest(said).equals(digest)) {
        throw new McpException(
            "%s: the pin of \"%s\" of server \"%s\" is damaged; remove the server and add it again"
                .formatted(file, member.getKey(), server));
      }
      pins.put(member.getKey(), new Pin(digest, said));
    }
    return pins;
  }

  private JsonNode servers(Optional<ObjectNode> root) {
    if (root.isPresent() && root.get().path("format").asInt(0) != FORMAT) {
      throw new McpException(
          "%s: expected \"format\": %d, found %s"
              .formatted(file, FORMAT, root.get().path("format")));
    }
    return root.map(found -> found.path("servers"))
        .orElseGet(tools.jackson.databind.node.MissingNode::getInstance);
  }

  /// Pins tools as they are now.
  public void put(String server, Collection<OfferedTool> tools) {
    change(servers -> {
      ObjectNode pins =
          servers.path(server).isObject()
              ? servers.path(server).asObject()
              : servers.putObject(server);
      for (OfferedTool tool : tools) {
        pins.putObject(tool.name()).put("sha256", tool.digest()).set("said", tool.said());
      }
    });
  }

  /// Forgets the pins of a server.
  public void remove(String server) {
    change(servers -> servers.remove(server));
  }

  private void change(Consumer<ObjectNode> change) {
    file.change(root -> {
      servers(root.isEmpty() ? Optional.empty() : Optional.of(root));
      root.put("format", FORMAT);
      JsonNode servers = root.path("servers");
      change.accept(servers.isObject() ? servers.asObject() : root.putObject("servers"));
    });
  }
}
