package dev.freehold.mcp.configuration;

import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The person's file of consents: which bytes of which repository's `.mcp.json` may be obeyed.
public final class ConsentFile {
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(4 << 20, 8, 1 << 12, 64, 1 << 13);

  private final OwnFile file;

  public ConsentFile(Path file) {
    this.file = new OwnFile(file, LIMITS);
  }

  /// Whether the person consented to what the folder's file says now.
  public boolean has(Path folder, WorkspaceServers servers) {
    return file.read()
        .map(root -> root.path("consents").path(key(folder)).asString(""))
        .filter(servers.digest()::equals)
        .isPresent();
  }

  /// Writes the consent down, in the place of an older one.
  public void give(Path folder, WorkspaceServers servers) {
    file.change(root -> consents(root).put(key(folder), servers.digest()));
  }

  /// Takes a consent back.
  public void takeBack(Path folder) {
    file.change(root -> consents(root).remove(key(folder)));
  }

  private static ObjectNode consents(ObjectNode root) {
    JsonNode consents = root.path("consents");
    return consents.isObject() ? consents.asObject() : root.putObject("consents");
  }

  private static String key(Path folder) {
    try {
      return folder.toRealPath().toString();
    } catch (IOException gone) {
      return folder.toAbsolutePath().normalize().toString();
    }
  }
}
