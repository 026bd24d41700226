package dev.freehold.tensor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a safetensors file holds, it is opened or refused with a [TensorException].
///
/// Runs the seeds; with `JAZZER_FUZZ=1` in the environment it searches for a minute.
@Tag("fuzz")
class SafetensorsFuzzTest {
  @TempDir private static Path folder;

  static List<byte[]> seeds() {
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

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void safetensors(byte[] bytes) throws IOException {
    FuzzedFile.open(folder, "fuzz.safetensors", bytes);
  }
}
