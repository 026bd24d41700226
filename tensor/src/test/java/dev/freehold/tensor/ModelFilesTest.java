package dev.freehold.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class ModelFilesTest {
  @TempDir private Path folder;

  static final List<Arguments> REFUSED =
      Stream.of(
              Arguments.of("pytorch_model.bin", zip("archive/data.pkl"), FileKind.ZIP),
              Arguments.of("model.keras", zip("config.json"), FileKind.ZIP),
              Arguments.of("pickle.pt", bytes("\u0080\2}q\0."), FileKind.PICKLE),
              Arguments.of("joblib.pkl", bytes("\u0080\4\u0095\10\0\0\0\0\0\0\0"), FileKind.PICKLE),
              Arguments.of("old.ckpt", bytes("(dp0\n."), FileKind.PICKLE),
              Arguments.of(
                  "objects.npy", bytes("\u0093NUMPY\1\0v\0{'descr': '|O'"), FileKind.NUMPY),
              Arguments.of("lambda.h5", bytes("\u0089HDF\r\n\u001a\n\0\0"), FileKind.HDF5),
              Arguments.of("model.onnx", bytes("\10\7\22\7pytorch"), FileKind.ONNX),
              Arguments.of("speech.nemo", tar(), FileKind.TAR),
              Arguments.of("a.7z", bytes("7z\u00bc\u00af'\u001c\0\4"), FileKind.SEVEN_ZIP),
              Arguments.of("a.bin.gz", gzip(), FileKind.GZIP),
              Arguments.of("a.zst", bytes("(\u00b5/\u00fd\0\0\0"), FileKind.ZSTD),
              Arguments.of("a.tflite", bytes("\34\0\0\0TFL3\0\0"), FileKind.TFLITE),
              Arguments.of("ggml-model.bin", bytes("tjgg\1\0\0\0"), FileKind.OLD_GGML),
              Arguments.of("index.html", bytes("<!DOCTYPE html><html>"), FileKind.WEB_PAGE),
              Arguments.of(
                  "lfs",
                  bytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
                  FileKind.GIT_LFS_POINTER))
          .toList();

  private static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] zip(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(new byte[] {(byte) 0x80, 2, '.'});
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] gzip() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(new byte[100]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] tar() {
    byte[] block = new byte[1024];
    System.arraycopy(bytes("./model_config.yaml"), 0, block, 0, 19);
    System.arraycopy(bytes("ustar"), 0, block, 257, 5);
    return block;
  }

  /// P1: whatever the name says, the content decides, and nothing of it is deserialised.
  @ParameterizedTest(name = "{0}")
  @FieldSource("REFUSED")
  void refusedKindsAreNamed(String name, byte[] content, FileKind kind) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    assertThat(FileKind.of(file)).isEqualTo(kind);
    assertThatThrownBy(() -> ModelFiles.open(file))
        .isInstanceOf(TensorException.class)
        .hasMessageContainingAll(name, kind.label(), kind.advice());
    boolean toldByName = kind == FileKind.ONNX || name.equals("old.ckpt");
    for (String disguise : List.of("model.safetensors", "model.gguf")) {
      Path disguised = Files.write(folder.resolve(disguise), content);
      assertThatThrownBy(() -> ModelFiles.open(disguised))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining(toldByName ? "at byte 0" : kind.label());
    }
    assertThatThrownBy(() -> Gguf.open(folder.resolve("model.gguf")))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("magic at byte 0")
        .hasMessageContaining(toldByName ? "unknown" : kind.label());
  }

  @Test
  void archivesAndPicklesAreSaidToNeedConversion() throws IOException {
    Files.write(folder.resolve("pytorch_model.bin"), zip("archive/data.pkl"));
    Files.writeString(folder.resolve("config.json"), "{}");
    assertThatThrownBy(() -> ModelFiles.open(folder))
        .isInstanceOf(TensorException.class)
        .hasMessageContainingAll("pytorch_model.bin", "ZIP archive", "converted to safetensors");
  }

  @Test
  void contentDecidesNotTheName() throws IOException {
    byte[] gguf = new GgufBytes().tensor("a", 0, 4, 1).build();
    byte[] safetensors =
        SafetensorsBytes.file("{" + SafetensorsBytes.tensor("b", "F32", "[1]", 0, 4) + "}", 4);
    try (TensorStore store = ModelFiles.open(Files.write(folder.resolve("sha256-00"), gguf))) {
      assertThat(store.tensors()).containsKey("a");
    }
    try (TensorStore store = ModelFiles.open(Files.write(folder.resolve("x.bin"), safetensors))) {
      assertThat(store.tensors()).containsKey("b");
    }
  }

  @Test
  void folders() throws IOException {
    assertThatThrownBy(() -> ModelFiles.open(folder))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("no model in this folder");
    byte[] gguf = new GgufBytes().tensor("a", 0, 4, 1).build();
    Files.write(folder.resolve("one.gguf"), gguf);
    ModelFiles.open(folder).close();
    Files.write(folder.resolve("two.gguf"), gguf);
    assertThatThrownBy(() -> ModelFiles.open(folder))
        .isInstanceOf(TensorException.class)
        .hasMessageContainingAll("one.gguf", "two.gguf");
    assertThatThrownBy(() -> ModelFiles.open(folder.resolve("absent")))
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("no such file");
  }
}
