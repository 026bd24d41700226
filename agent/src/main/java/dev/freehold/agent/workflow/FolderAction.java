package dev.freehold.agent.workflow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Writes each payload as a file of JSON into a folder, whole or not at all, under the name of its
/// key: done again, it is the same file.
public final class FolderAction implements WorkflowAction {
  private final Path folder;

  public FolderAction(Path folder) {
    this.folder = folder;
  }

  @Override
  public boolean knowsKeys() {
    return true;
  }

  @Override
  public JsonNode perform(JsonNode payload, String key) {
    if (!key.matches("[A-Za-z0-9-]{1,100}")) {
      throw new IllegalArgumentException("no key that can name a file");
    }
    Path file = folder.resolve(key + ".json");
    byte[] bytes = (payload.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, key, ".part");
      try {
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
          ByteBuffer left = ByteBuffer.wrap(bytes);
          while (left.hasRemaining()) {
            channel.write(left);
          }
          channel.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync();
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException failure) {
      throw new StepException("%s: cannot be written: %s".formatted(file, failure), true);
    }
    return JsonNodeFactory.instance.objectNode().put("file", String.valueOf(file.getFileName()));
  }

  /// After this the file's name is on the disk too.
  private void sync() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
