package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/// The servers that a repository's `.mcp.json` asks for: data, until the person has consented to
/// the very bytes of it.
///
/// Its programs are confined, whatever it says, and it names no secrets.
///
/// @param digest SHA-256 of the file
/// @param text as it was read
/// @param servers what it asks for
public record WorkspaceServers(String digest, String text, List<ServerConfiguration> servers) {
  /// Its name, in the folder itself.
  public static final String NAME = ".mcp.json";

  private static final int MOST_BYTES = 64 << 10;

  public WorkspaceServers {
    servers = List.copyOf(servers);
  }

  /// Reads the file; empty where there is none. A link is not followed.
  ///
  /// @throws McpException where it is not as it must be
  public static Optional<WorkspaceServers> of(Path folder) {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      bytes = in.readNBytes(MOST_BYTES + 1);
    } catch (IOException failure) {
      throw new McpException("%s: cannot be read: %s".formatted(file, failure), failure);
    }
    if (bytes.length > MOST_BYTES) {
      throw new McpException("%s: has more than %,d bytes".formatted(file, MOST_BYTES));
    }
    try {
      return Optional.of(
          new WorkspaceServers(
              digest(bytes),
              new String(bytes, StandardCharsets.UTF_8),
              new ServerFields(Optional.empty(), false)
                  .servers(
                      StrictJson.parse(bytes, file.toString(), ServersFile.LIMITS),
                      file.toString())));
    } catch (TensorException failure) {
      throw new McpException(String.valueOf(failure.getMessage()), failure);
    }
  }

  private static String digest(byte[] bytes) {
    MessageDigest digest = Sha256.begin();
    digest.update(bytes);
    return Sha256.finish(digest);
  }
}
