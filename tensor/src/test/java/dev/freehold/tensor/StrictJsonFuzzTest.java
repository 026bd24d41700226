package dev.freehold.tensor;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a JSON text holds, it is read or refused with a [TensorException], and what was
/// read is the same when written and read again.
///
/// Runs the seeds; with `JAZZER_FUZZ=1` in the environment it searches for a minute.
@Tag("fuzz")
class StrictJsonFuzzTest {
  static List<byte[]> seeds() {
    return List.of(
        "{\"a\": [1, -2.5e3, true, null], \"ü\": {\"b\": \"\\u00e9\\n\"}}"
            .getBytes(StandardCharsets.UTF_8),
        "[[[]]]".getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1m")
  void json(byte[] bytes) {
    try {
      String text = StrictJson.parse(bytes, "fuzz.json").toString();
      byte[] again = text.getBytes(StandardCharsets.UTF_8);
      if (!StrictJson.parse(again, "again.json").toString().equals(text)) {
        throw new AssertionError("reads otherwise the second time: " + text);
      }
    } catch (TensorException e) {
      FuzzedFile.checkMessage(e);
    }
  }
}
