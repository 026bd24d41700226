package dev.freehold.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A folder is replaced whole or stays, at whatever moment its writer is stopped.
class DurableFolderTest {
  @TempDir private Path parent = Path.of("");

  private void put(String content) throws IOException {
    DurableFolder.replace(
        parent.resolve("step"),
        part -> DurableFolder.write(part.resolve("file"), content.getBytes()));
  }

  private String content() throws IOException {
    return Files.readString(parent.resolve("step/file"));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(parent)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void oneThatIsThereIsReplaced() throws IOException {
    put("first");
    put("second");
    assertThat(content()).isEqualTo("second");
    assertThat(names()).containsExactly("step");
  }

  @Test
  void aFailureWhileWritingLeavesTheOldOneAndFreesTheRoom() throws IOException {
    put("first");
    assertThatThrownBy(() ->
            DurableFolder.replace(
                parent.resolve("step"),
                part -> {
                  Files.writeString(part.resolve("file"), "half");
                  throw new IOException("no room");
                }))
        .hasMessage("no room");
    assertThat(content()).isEqualTo("first");
    assertThat(names()).containsExactly("step");
  }

  @Test
  void aKillBetweenTheTwoRenamesIsMended() throws IOException {
    put("first");
    Files.move(parent.resolve("step"), parent.resolve("step.old"));
    Files.createDirectory(parent.resolve("step.part"));
    DurableFolder.recover(parent);
    assertThat(content()).isEqualTo("first");
    put("second");
    assertThat(content()).isEqualTo("second");
    assertThat(names()).containsExactly("step");
  }

  @Test
  void aKillBeforeTheOldOneIsRemovedIsMended() throws IOException {
    put("second");
    Files.createDirectory(parent.resolve("step.old"));
    Files.writeString(parent.resolve("step.old/file"), "first");
    DurableFolder.recover(parent);
    assertThat(content()).isEqualTo("second");
    assertThat(names()).containsExactly("step");
  }
}
