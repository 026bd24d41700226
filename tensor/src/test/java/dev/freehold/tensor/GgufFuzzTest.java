package dev.freehold.tensor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a GGUF file holds, it is opened or refused with a [TensorException].
///
/// Runs the seeds; with `JAZZER_FUZZ=1` in the environment it searches for a minute.
@Tag("fuzz")
class GgufFuzzTest {
  @TempDir private static Path folder;

  static List<byte[]> seeds() {
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

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void gguf(byte[] bytes) throws IOException {
    FuzzedFile.open(folder, "fuzz.gguf", bytes);
  }
}
