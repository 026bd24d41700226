package dev.freehold.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// S8: a file that changes after it was mapped is reported, and the process lives.
///
/// Windows refuses to truncate or replace a file that is mapped.
@DisabledOnOs(OS.WINDOWS)
class ChangedFileTest {
  @TempDir private Path folder;

  private Path model() throws IOException {
    byte[] bytes = new GgufBytes().tensor("a", 24, 100_000, 100_000).build();
    return Files.write(folder.resolve("model.gguf"), bytes);
  }

  private static void refused(TensorStore store, String... says) {
    assertThat(Refusal.of(store::checkUnchanged)).contains("model.gguf changed").contains(says);
  }

  @Test
  void unchangedFilesPass() throws IOException {
    try (TensorStore store = Gguf.open(model())) {
      store.checkUnchanged();
      store.touch(store.tensor("a").orElseThrow().data());
      store.checkUnchanged();
    }
  }

  @Test
  void aFileThatShrankGrewOrWasWrittenIsReported() throws IOException {
    Path file = model();
    try (TensorStore store = Gguf.open(file);
        RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
      long size = writer.length();
      writer.setLength(size + 1);
      refused(store, "its size was", "is now " + (size + 1));
      writer.setLength(size - 1);
      refused(store, "its size was", "is now " + (size - 1));
      writer.setLength(size);
      Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
      refused(store, "it was written at");
    }
  }

  @Test
  void aFileThatWasReplacedOrRemovedIsReported() throws IOException {
    Path file = model();
    FileTime modified = Files.getLastModifiedTime(file);
    Path other = Files.copy(file, folder.resolve("other"));
    Files.setLastModifiedTime(other, modified);
    try (TensorStore store = Gguf.open(file)) {
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      refused(store, "another file took its place");
      Files.delete(file);
      refused(store, "can no longer be read");
    }
  }

  @Test
  void touchingPagesThatAreGoneIsReported() throws IOException {
    Path file = model();
    try (TensorStore store = Gguf.open(file)) {
      truncate(file);
      Tensor tensor = store.tensor("a").orElseThrow();
      assertThatThrownBy(() -> store.touch(tensor.data()))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("model.gguf");
    }
  }

  /// In a process of its own, with compiled code: a crash would end that process by a signal.
  @Test
  void theProcessLivesWithCompiledCode() throws IOException, InterruptedException {
    Path file = model();
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xbatch",
                    "-XX:-CreateCoredumpOnCrash",
                    "-XX:ErrorFile=" + folder.resolve("crash"),
                    "-cp",
                    classes(TensorStore.class) + File.pathSeparator + classes(Truncation.class),
                    Truncation.class.getName(),
                    file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
    String printed = Files.readString(output);
    assertThat(process.exitValue()).as(printed).isZero();
    assertThat(printed)
        .contains("check refused: " + file + " changed after it was opened: its size was")
        .contains("touch refused: ")
        .contains("sum refused: ")
        .contains("alive");
  }

  private static String classes(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String place = String.valueOf(type.getResource("/" + name));
    assertThat(place).startsWith("file:");
    return Path.of(URI.create(place.substring(0, place.length() - name.length()))).toString();
  }

  static void truncate(Path file) throws IOException {
    try (RandomAccessFile writer = new RandomAccessFile(file.toFile(), "rw")) {
      writer.setLength(1);
    }
  }
}
