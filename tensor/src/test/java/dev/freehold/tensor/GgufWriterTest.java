package dev.freehold.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is written is read back; what is not finished leaves nothing.
class GgufWriterTest {
  @TempDir Path folder;

  private static GgufWriter write(Path path) {
    return new GgufWriter(path)
        .put("general.architecture", "none")
        .put("a.count", 7)
        .put("a.rate", 0.5f)
        .put("a.flag", true)
        .put("a.words", List.of("x", "ü"))
        .put("a.ids", new int[] {1, -2, 3})
        .put("a.scores", new float[] {0.25f})
        .declare("first", Dtype.F32, 2, 3)
        .declare("second", Dtype.Q8_0, 1, 32);
  }

  @Test
  void whatIsWrittenIsReadBack() {
    Path path = folder.resolve("m.gguf");
    try (GgufWriter writer = write(path)) {
      writer.write(MemorySegment.ofArray(new float[] {1, 2, 3, 4}));
      writer.write(MemorySegment.ofArray(new float[] {5, 6}));
      writer.write(MemorySegment.ofArray(new byte[34]));
      writer.finish();
    }
    try (TensorStore store = Gguf.open(path)) {
      Metadata metadata = store.metadata();
      assertThat(metadata.integer("a.count")).isEqualTo(7);
      assertThat(metadata.real("a.rate")).isEqualTo(0.5);
      assertThat(metadata.bool("a.flag")).isTrue();
      assertThat(metadata.strings("a.words")).containsExactly("x", "ü");
      assertThat(metadata.integers("a.ids")).containsExactly(1, -2, 3);
      assertThat(metadata.reals("a.scores")).containsExactly(0.25);
      Tensor first = store.tensor("first").orElseThrow();
      assertThat(first.shape()).containsExactly(2L, 3L);
      assertThat(first.data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED))
          .containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(store.tensor("second").orElseThrow().dtype()).isEqualTo(Dtype.Q8_0);
    }
  }

  @Test
  void anUnfinishedFileLeavesNothing() {
    Path path = folder.resolve("m.gguf");
    try (GgufWriter writer = write(path)) {
      writer.write(MemorySegment.ofArray(new float[6]));
      assertThatThrownBy(writer::finish)
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("1 of 2");
    }
    assertThat(folder).isEmptyDirectory();
    assertThat(Files.exists(path)).isFalse();
  }

  @Test
  void tooManyBytesAreRefused() {
    try (GgufWriter writer = write(folder.resolve("m.gguf"))) {
      assertThatThrownBy(() -> writer.write(MemorySegment.ofArray(new float[7])))
          .isInstanceOf(TensorException.class)
          .hasMessageContaining("more bytes");
    }
  }
}
