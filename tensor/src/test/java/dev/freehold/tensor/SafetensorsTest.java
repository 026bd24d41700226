package dev.freehold.tensor;

import static dev.freehold.tensor.SafetensorsBytes.file;
import static dev.freehold.tensor.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {
  @TempDir private Path folder;

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private void shards(String weightMap) throws IOException {
    write("a.safetensors", file("{" + tensor("x", "F32", "[2]", 0, 8) + "}", 8));
    write("b.safetensors", file("{" + tensor("y", "BF16", "[3,1]", 0, 6) + "}", 6));
    Files.writeString(
        folder.resolve(Safetensors.INDEX_NAME),
        "{\"metadata\": {\"total_size\": 14}, \"weight_map\": " + weightMap + "}");
  }

  @Test
  void tensorsAndMetadataAreRead() throws IOException {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\",\"ключ\":\"знач\"},"
            + String.join(
                ",",
                tensor("late", "F16", "[2,3]", 4, 16),
                tensor("scalar", "F32", "[]", 0, 4),
                tensor("none", "I64", "[0,7]", 4, 4))
            + "}   ";
    byte[] bytes = file(header, 16);
    bytes[bytes.length - 16] = 1;
    try (TensorStore store = Safetensors.open(write("m.safetensors", bytes))) {
      assertThat(store.metadata().asMap())
          .containsExactlyInAnyOrderEntriesOf(Map.of("format", "pt", "ключ", "знач"));
      assertThat(store.tensors().keySet()).containsExactly("late", "scalar", "none");
      Tensor late = store.tensor("late").orElseThrow();
      assertThat(late.dtype()).isEqualTo(Dtype.F16);
      assertThat(late.shape()).containsExactly(2L, 3L);
      assertThat(store.tensor("scalar").orElseThrow().data().get(ValueLayout.JAVA_BYTE, 0))
          .isEqualTo((byte) 1);
      assertThat(store.tensor("none").orElseThrow().elements()).isZero();
      store.checkUnchanged();
      store.touch(late.data());
    }
  }

  @Test
  void folderWithShardsIsOneStore() throws IOException {
    shards("{\"y\": \"b.safetensors\", \"x\": \"a.safetensors\"}");
    for (Path path : List.of(folder, folder.resolve(Safetensors.INDEX_NAME))) {
      try (TensorStore store = ModelFiles.open(path)) {
        assertThat(store.tensors().keySet()).containsExactlyInAnyOrder("x", "y");
        assertThat(store.files()).hasSize(2);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"x\": \"../a.safetensors\"}",
        "{\"x\": \"/etc/passwd\"}",
        "{\"x\": \"..\"}",
        "{\"x\": \"\"}",
        "{\"x\": \"sub/a.safetensors\"}",
        "{\"x\": \"C:\\\\a.safetensors\"}",
        "{\"x\": \"a.safetensors\\u0000\"}",
        "{\"x\": \"gone.safetensors\"}",
        "{\"x\": \"b.safetensors\", \"y\": \"b.safetensors\"}",
        "{\"x\": \"a.safetensors\", \"z\": \"a.safetensors\"}",
        "{\"x\": 5}",
        "{\"x\": \"a.safetensors\", \"x\": \"b.safetensors\"}",
        "[]",
        "{}",
      })
  void wrongIndexIsRefused(String weightMap) throws IOException {
    shards(weightMap);
    assertThatThrownBy(() -> Safetensors.open(folder))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining(Safetensors.INDEX_NAME);
  }

  @Test
  void linksStayInTheModelOrItsRepository() throws IOException {
    shards("{\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}");
    Path repository = Files.createDirectories(folder.resolve("models--o--m"));
    Path snapshot = Files.createDirectories(repository.resolve("snapshots/0123"));
    Path blobs = Files.createDirectories(repository.resolve("blobs"));
    for (String name : List.of("a.safetensors", "b.safetensors", Safetensors.INDEX_NAME)) {
      Files.move(folder.resolve(name), blobs.resolve("blob-" + name));
      Files.createSymbolicLink(
          snapshot.resolve(name), Path.of("../../blobs").resolve("blob-" + name));
    }
    try (TensorStore store = ModelFiles.open(snapshot)) {
      assertThat(store.tensors()).hasSize(2);
    }
    Path outside = Files.move(blobs.resolve("blob-b.safetensors"), folder.resolve("outside"));
    Files.delete(snapshot.resolve("b.safetensors"));
    Files.createSymbolicLink(snapshot.resolve("b.safetensors"), outside);
    assertThatThrownBy(() -> ModelFiles.open(snapshot))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("link that leads out");
  }

  @Test
  void sameTensorInTwoShardsIsRefused() throws IOException {
    shards("{\"x\": \"a.safetensors\", \"y\": \"b.safetensors\"}");
    write("b.safetensors", file("{" + tensor("x", "F32", "[2]", 0, 8) + "}", 8));
    assertThatThrownBy(() -> Safetensors.open(folder))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("tensor x is in a.safetensors as well");
  }

  @Test
  void referenceModelsAreRead() {
    List<Path> files = Oracle.files("models", "model.safetensors");
    assertThat(files).hasSizeGreaterThanOrEqualTo(30);
    for (Path file : files) {
      try (TensorStore store = ModelFiles.open(file.resolveSibling("."))) {
        assertThat(store.tensors()).isNotEmpty();
        assertThat(store.metadata().string("format")).isEqualTo("pt");
      }
    }
    assertThat(Oracle.files("models", "tokenizer.json"))
        .isNotEmpty()
        .allSatisfy(json -> assertThat(StrictJson.parse(json).has("model")).isTrue());
  }
}
