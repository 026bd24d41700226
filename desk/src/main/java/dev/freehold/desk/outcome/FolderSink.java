package dev.freehold.desk.outcome;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import tools.jackson.databind.node.ObjectNode;

/// Answers as files of a folder, one for each ticket. A file is there whole or not at all, and is
/// never written twice.
public final class FolderSink implements ReplySink {
  private final Path folder;

  public FolderSink(Path folder) {
    this.folder = folder;
  }

  @Override
  public void send(Reply reply, String key) {
    Path place = folder.resolve(reply.ticket() + ".json");
    ObjectNode json = reply.asJson().put("key", key);
    byte[] bytes = json.toPrettyString().getBytes(StandardCharsets.UTF_8);
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, ".", ".part");
      try {
        Files.write(draft, bytes);
        try (FileChannel file = FileChannel.open(draft, StandardOpenOption.WRITE)) {
          file.force(true);
        }
        Files.createLink(place, draft); // fails where there is one
        try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
          entries.force(true);
        }
      } catch (FileAlreadyExistsException there) {
        requireSame(place, key);
      } finally {
        Files.deleteIfExists(draft);
      }
    } catch (IOException failure) {
      throw new ReplyException("%s: cannot be written: %s".formatted(place, failure), false);
    }
  }

  private static void requireSame(Path place, String key) {
    String other;
    try {
      other = StrictJson.parse(place).path("key").asString("");
    } catch (TensorException unreadable) {
      other = "";
    }
    if (!other.equals(key)) {
      throw new ReplyException(
          "%s: another answer to this ticket went out before".formatted(place), true);
    }
  }
}
