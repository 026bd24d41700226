package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import dev.freehold.tensor.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The person's file of servers, `{"mcpServers": {"NAME": {...}}}` as other programs have it, too.
public final class ServersFile {
  static final String MEMBER = "mcpServers";
  static final StrictJson.Limits LIMITS = new StrictJson.Limits(1 << 20, 16, 1 << 16, 64, 256);

  private final OwnFile file;
  private final ServerFields fields;

  /// @param home what `~/` in paths stands for
  public ServersFile(Path file, Path home) {
    this.file = new OwnFile(file, LIMITS);
    this.fields = new ServerFields(Optional.of(home), true);
  }

  /// The servers, in the file's order; none without a file.
  ///
  /// @throws McpException where the file holds anything unknown
  public List<ServerConfiguration> read() {
    return file.read().map(root -> fields.servers(root, file.toString())).orElseGet(List::of);
  }

  /// Adds a server, or puts it in the place of the one with its name.
  ///
  /// @param server its members, as the file has them
  /// @return as it is read again
  /// @throws McpException where they are not as they must be; nothing is written then
  public ServerConfiguration put(String name, ObjectNode server) {
    ObjectNode alone = JsonNodeFactory.instance.objectNode();
    alone.putObject(MEMBER).set(name, server);
    ServerConfiguration read = fields.servers(alone, "the new server").getFirst();
    file.change(root -> {
      fields.servers(root, file.toString());
      JsonNode servers = root.path(MEMBER);
      ObjectNode all = servers.isObject() ? servers.asObject() : root.putObject(MEMBER);
      all.set(name, server);
    });
    return read;
  }

  /// Takes a server out.
  ///
  /// @return whether it was there
  public boolean remove(String name) {
    List<JsonNode> removed = new ArrayList<>();
    file.change(root -> {
      fields.servers(root, file.toString());
      if (root.path(MEMBER).has(name)) {
        removed.add(root.path(MEMBER).asObject().remove(name));
      }
    });
    return !removed.isEmpty();
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
