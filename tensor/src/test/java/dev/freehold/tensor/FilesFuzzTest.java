package dev.freehold.tensor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a file holds, it is opened or refused with a [TensorException].
///
/// Runs the seeds; with `JAZZER_FUZZ=1` in the environment each target searches for a minute.
@Tag("fuzz")
class FilesFuzzTest {
  @TempDir private static Path folder;

  static List<byte[]> ggufSeeds() {
    return List.of(
        new GgufBytes().build(),
        new GgufBytes()
            .text("general.architecture", "llama")
            .pair("general.alignment", 4, GgufBytes.u32(64))
            .pair("a", 9, GgufBytes.array(8, 2, GgufBytes.string("x"), GgufBytes.string("ü")))
            .pair("b", 9, GgufBytes.array(6, 2, new byte[8]))
            .pair("c", 10, GgufBytes.u64(1))
            .pair("d", 7, new byte[] {1})
            .alignment(64)
            .tensor("t", 0, 24, 3, 2)
            .tensor("q", 8, 34, 32)
            .build());
  }

  @MethodSource("ggufSeeds")
  @FuzzTest(maxDuration = "1m")
  void gguf(byte[] bytes) throws IOException {
    open("fuzz.gguf", bytes);
  }

  static List<byte[]> safetensorsSeeds() {
    return List.of(
        SafetensorsBytes.file("{}", 0),
        SafetensorsBytes.file(
            "{\"__metadata__\":{\"format\":\"pt\"},"
                + SafetensorsBytes.tensor("a", "F32", "[2,3]", 0, 24)
                + ","
                + SafetensorsBytes.tensor("b", "BF16", "[]", 24, 26)
                + "}",
            26));
  }

  @MethodSource("safetensorsSeeds")
  @FuzzTest(maxDuration = "1m")
  void safetensors(byte[] bytes) throws IOException {
    open("fuzz.safetensors", bytes);
  }

  static List<byte[]> jsonSeeds() {
    return List.of(
        "{\"a\": [1, -2.5e3, true, null], \"ü\": {\"b\": \"\\u00e9\\n\"}}"
            .getBytes(StandardCharsets.UTF_8),
        "[[[]]]".getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("jsonSeeds")
  @FuzzTest(maxDuration = "1m")
  void json(byte[] bytes) {
    try {
      String text = StrictJson.parse(bytes, "fuzz.json").toString();
      StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "again.json");
    } catch (TensorException e) {
      checkMessage(e);
    }
  }

  private static void open(String name, byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve(name), bytes);
    try (TensorStore store = ModelFiles.open(file)) {
      for (Tensor tensor : store.tensors().values()) {
        store.touch(tensor.data());
      }
    } catch (TensorException e) {
      checkMessage(e);
    }
  }

  private static void checkMessage(TensorException e) {
    String message = String.valueOf(e.getMessage());
    if (!message.contains("fuzz.") || message.length() > 1500) {
      throw new AssertionError("a message that does not say which file: " + message, e);
    }
  }
}
