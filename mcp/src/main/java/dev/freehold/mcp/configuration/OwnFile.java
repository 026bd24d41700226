package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A JSON object in a file of the person's, which they alone read and which is changed as a whole.
public final class OwnFile {
  private final Path file;
  private final StrictJson.Limits limits;

  public OwnFile(Path file, StrictJson.Limits limits) {
    this.file = file;
    this.limits = limits;
  }

  /// What is in it; empty where there is no file.
  ///
  /// @throws McpException where it is no JSON object
  public Optional<ObjectNode> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode root = StrictJson.parse(file, limits);
      if (!root.isObject()) {
        throw new McpException(file + ": expected a JSON object");
      }
      return Optional.of(root.asObject());
    } catch (TensorException failure) {
      throw new McpException(String.valueOf(failure.getMessage()), failure);
    }
  }

  /// Changes it; one process at a time does.
  public void change(Consumer<ObjectNode> change) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      Path lock = file.resolveSibling(file.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        ObjectNode root = read().orElseGet(JsonNodeFactory.instance::objectNode);
        change.accept(root);
        write(root);
      }
    } catch (IOException failure) {
      throw new McpException("%s: cannot be written: %s".formatted(file, failure), failure);
    }
  }

  private void write(ObjectNode root) throws IOException {
    String text =
        JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    Path part = file.resolveSibling(file.getFileName() + ".partial");
    Files.deleteIfExists(part);
    Files.createFile(part, ownerAlone());
    Files.write(part, text.getBytes(StandardCharsets.UTF_8));
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private FileAttribute<?>[] ownerAlone() {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
