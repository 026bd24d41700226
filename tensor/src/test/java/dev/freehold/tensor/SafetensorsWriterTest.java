package dev.freehold.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written is read back; what is not finished leaves nothing.
class SafetensorsWriterTest {
  @TempDir private Path folder;

  private static final String ODD_NAME = "näme \"quoted\"";

  @Test
  void whatIsWrittenIsReadBack() throws IOException {
    Path path = folder.resolve("m.safetensors");
    try (SafetensorsWriter writer =
        new SafetensorsWriter(path)
            .put("format", "pt")
            .put("note", "line\n\"ü\"")
            .declare("first", Dtype.F32, 2, 3)
            .declare("none", Dtype.BOOL, 0)
            .declare("scalar", Dtype.I8)
            .declare(ODD_NAME, Dtype.BF16, 1, 1)) {
      writer.write(MemorySegment.ofArray(new float[] {1, 2, 3, 4}));
      writer.write(MemorySegment.ofArray(new float[] {5, 6}));
      writer.write(MemorySegment.ofArray(new byte[] {7, 8, 9}));
      assertThat(path).doesNotExist();
      writer.finish();
    }
    try (TensorStore store = Safetensors.open(path)) {
      assertThat(store.metadata().string("note")).isEqualTo("line\n\"ü\"");
      assertThat(store.tensors().keySet()).containsExactly("first", "none", "scalar", ODD_NAME);
      Tensor first = store.tensor("first").orElseThrow();
      assertThat(first.shape()).containsExactly(2L, 3L);
      assertThat(first.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(1, 2, 3, 4, 5, 6);
      Tensor scalar = store.tensor("scalar").orElseThrow();
      assertThat(scalar.shape()).isEmpty();
      assertThat(scalar.data().get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 7);
    }
    long headerBytes = Files.readAllBytes(path)[0] & 0xff;
    assertThat(headerBytes % 8).isZero();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(path);
    }
  }

  @Test
  void filesWithoutTensorsAreWritten() {
    Path path = folder.resolve("m.safetensors");
    try (SafetensorsWriter writer = new SafetensorsWriter(path)) {
      writer.finish();
    }
    try (TensorStore store = ModelFiles.open(path)) {
      assertThat(store.tensors()).isEmpty();
    }
  }

  @Test
  void anUnfinishedFileLeavesNothing() {
    try (SafetensorsWriter writer =
        new SafetensorsWriter(folder.resolve("m")).declare("a", Dtype.F32, 2)) {
      writer.write(MemorySegment.ofArray(new float[1]));
      assertThatThrownBy(writer::finish)
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("4 of 8 bytes");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void wrongCallsAreRefused() {
    try (SafetensorsWriter writer =
        new SafetensorsWriter(folder.resolve("m")).put("k", "v").declare("a", Dtype.F32, 2)) {
      refused(() -> writer.put("k", "w"), "metadata k");
      refused(() -> writer.declare("a", Dtype.F32, 2), "tensor a");
      refused(() -> writer.declare("b", Dtype.Q8_0, 32), "Q8_0 does not exist");
      refused(() -> writer.declare("b", Dtype.F32, -1), "negative");
      refused(() -> writer.declare("b", Dtype.F32, Long.MAX_VALUE), "too large");
      refused(() -> writer.declare("__metadata__", Dtype.F32, 1), "no name");
      refused(() -> writer.write(MemorySegment.ofArray(new float[3])), "more bytes");
      refused(() -> writer.declare("c", Dtype.F32, 1), "after the first bytes");
    }
  }

  private static void refused(Runnable call, String says) {
    assertThatThrownBy(call::run).isInstanceOf(TensorException.class).hasMessageContaining(says);
  }
}
