package dev.freehold.tensor;

import static dev.freehold.tensor.GgufBytes.u16;
import static dev.freehold.tensor.GgufBytes.u32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufSplitTest {
  @TempDir private Path folder;

  private static GgufBytes part(int number, int count, int tensors) {
    GgufBytes bytes = new GgufBytes();
    if (number == 0) {
      bytes.text("general.architecture", "llama").text("general.name", "split");
    }
    return bytes
        .pair("split.no", 2, u16(number))
        .pair("split.count", 2, u16(count))
        .pair("split.tensors.count", 5, u32(tensors));
  }

  private Path file(int number) {
    return folder.resolve("model-%05d-of-00003.gguf".formatted(number + 1));
  }

  @BeforeEach
  void writeParts() throws IOException {
    Files.write(file(0), part(0, 3, 3).build());
    Files.write(file(1), part(1, 3, 3).tensor("a", 0, 8, 2).tensor("b", 0, 4, 1).build());
    Files.write(file(2), part(2, 3, 3).tensor("c", 0, 4, 1).build());
  }

  private void refused(String... says) {
    for (int i = 0; i < 3; i++) {
      Path asked = file(i);
      if (Files.exists(asked)) {
        assertThatThrownBy(() -> Gguf.open(asked))
            .isInstanceOf(TensorException.class)
            .hasMessageContainingAll(says);
      }
    }
  }

  @Test
  void anyPartOpensAll() {
    for (int i = 0; i < 3; i++) {
      try (TensorStore store = Gguf.open(file(i))) {
        assertThat(store.tensors().keySet()).containsExactly("a", "b", "c");
        assertThat(store.metadata().string("general.name")).isEqualTo("split");
        assertThat(store.files()).containsExactly(file(0), file(1), file(2));
        store.checkUnchanged();
      }
    }
    try (TensorStore store = ModelFiles.open(folder)) {
      assertThat(store.tensors()).hasSize(3);
    }
  }

  @Test
  void missingPart() throws IOException {
    Files.delete(file(1));
    refused("part 2 of 3 is missing", "model-00002-of-00003.gguf");
  }

  @Test
  void wrongTotal() throws IOException {
    Files.write(file(2), part(2, 4, 3).tensor("c", 0, 4, 1).build());
    refused("split.count");
  }

  @Test
  void wrongTensorTotal() throws IOException {
    for (int i = 0; i < 3; i++) {
      Files.write(file(i), part(i, 3, 9).tensor("t" + i, 0, 4, 1).build());
    }
    refused("split.tensors.count", "hold 3 tensors");
  }

  @Test
  void samePartTwice() throws IOException {
    Files.write(file(2), Files.readAllBytes(file(1)));
    refused("split.no");
  }

  @Test
  void sameTensorTwice() throws IOException {
    Files.write(file(2), part(2, 3, 3).tensor("a", 0, 4, 1).build());
    refused("tensor a", "earlier part");
  }

  @Test
  void otherMetadata() throws IOException {
    Files.write(file(2), part(2, 3, 3).text("general.name", "other").tensor("c", 0, 4, 1).build());
    refused("general.name", "differs");
  }

  @Test
  void otherName() throws IOException {
    Path renamed = Files.move(file(0), folder.resolve("model.gguf"));
    assertThatThrownBy(() -> Gguf.open(renamed))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("-00001-of-00003.gguf");
  }
}
