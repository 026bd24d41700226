package dev.freehold.tensor;

import static dev.freehold.tensor.GgufBytes.array;
import static dev.freehold.tensor.GgufBytes.join;
import static dev.freehold.tensor.GgufBytes.string;
import static dev.freehold.tensor.GgufBytes.u16;
import static dev.freehold.tensor.GgufBytes.u32;
import static dev.freehold.tensor.GgufBytes.u64;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufTest {
  @TempDir private Path folder;

  private Path write(GgufBytes bytes) throws IOException {
    return Files.write(folder.resolve("model.gguf"), bytes.build());
  }

  @Test
  void metadataOfEveryTypeIsRead() throws IOException {
    Path file =
        write(
            new GgufBytes()
                .pair("u8", 0, new byte[] {(byte) 200})
                .pair("i8", 1, new byte[] {-3})
                .pair("u16", 2, u16(65_000))
                .pair("i16", 3, u16(-5))
                .pair("u32", 4, u32(-1))
                .pair("i32", 5, u32(-1))
                .pair("f32", 6, u32(Float.floatToIntBits(1e-5f)))
                .pair("bool", 7, new byte[] {1})
                .pair("string", 8, string("größe ▁\uFFFD 🙂"))
                .pair("u64", 10, u64(Long.MAX_VALUE))
                .pair("i64", 11, u64(-7))
                .pair("f64", 12, u64(Double.doubleToLongBits(Math.PI)))
                .pair("strings", 9, array(8, 3, string("a"), string(""), string("é")))
                .pair("floats", 9, array(6, 2, u32(Float.floatToIntBits(0.5f)), u32(0)))
                .pair("ints", 9, array(5, 2, u32(-2), u32(9)))
                .pair("bools", 9, array(7, 2, new byte[] {1, 0}))
                .pair("empty", 9, array(8, 0)));
    try (TensorStore store = Gguf.open(file)) {
      Metadata metadata = store.metadata();
      assertThat(metadata.integer("u8")).isEqualTo(200);
      assertThat(metadata.integer("i8")).isEqualTo(-3);
      assertThat(metadata.integer("u16")).isEqualTo(65_000);
      assertThat(metadata.integer("i16")).isEqualTo(-5);
      assertThat(metadata.integer("u32")).isEqualTo(0xffff_ffffL);
      assertThat(metadata.integer("i32")).isEqualTo(-1);
      assertThat(metadata.real("f32")).isEqualTo(1e-5f);
      assertThat(metadata.bool("bool")).isTrue();
      assertThat(metadata.string("string")).isEqualTo("größe ▁\uFFFD 🙂");
      assertThat(metadata.integer("u64")).isEqualTo(Long.MAX_VALUE);
      assertThat(metadata.integer("i64")).isEqualTo(-7);
      assertThat(metadata.real("f64")).isEqualTo(Math.PI);
      assertThat(metadata.strings("strings")).containsExactly("a", "", "é");
      assertThat(metadata.reals("floats")).containsExactly(0.5, 0);
      assertThat(metadata.integers("ints")).containsExactly(-2, 9);
      assertThat(metadata.integers("bools")).containsExactly(1, 0);
      assertThat(metadata.strings("empty")).isEmpty();
      assertThat(store.tensors()).isEmpty();
      assertThat(metadata.asMap().keySet().iterator().next()).isEqualTo("u8");
    }
  }

  @Test
  void tensorsAreFoundWithShapeTurnedAroundAndTheirBytes() throws IOException {
    byte[] data = join(u32(Float.floatToIntBits(1)), u32(Float.floatToIntBits(2)), new byte[24]);
    Path file =
        write(
            new GgufBytes()
                .version(2)
                .text("general.architecture", "llama")
                .info(string("norm"), 1, new long[] {2}, 0, 0)
                .info(string("matrix"), 2, new long[] {32, 3}, 8, 32)
                .data(data)
                .data(new byte[102]));
    try (TensorStore store = Gguf.open(file)) {
      assertThat(store.tensors().keySet()).containsExactly("norm", "matrix");
      Tensor norm = store.tensor("norm").orElseThrow();
      assertThat(norm.shape()).containsExactly(2L);
      assertThat(norm.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4)).isEqualTo(2);
      Tensor matrix = store.tensor("matrix").orElseThrow();
      assertThat(matrix.dtype()).isEqualTo(Dtype.Q8_0);
      assertThat(matrix.shape()).containsExactly(3L, 32L);
      assertThat(store.files()).containsExactly(file);
      store.checkUnchanged();
    }
  }

  @Test
  void alignmentFromTheFileIsUsed() throws IOException {
    Path file =
        write(
            new GgufBytes()
                .alignment(64)
                .pair("general.alignment", 4, u32(64))
                .tensor("a", 0, 4, 1)
                .tensor("b", 24, 3, 3));
    try (TensorStore store = Gguf.open(file)) {
      assertThat(store.tensors().keySet()).containsExactly("a", "b");
    }
  }

  @Test
  void stringsLongerThanTheReadBufferAndAcrossItsEdgesAreWhole() throws IOException {
    String longText = "ä".repeat(200_000);
    GgufBytes bytes = new GgufBytes();
    byte[][] words = new byte[40_000][];
    for (int i = 0; i < words.length; i++) {
      words[i] = string("word" + i);
    }
    bytes.pair("words", 9, array(8, words.length, words)).text("long", longText).text("end", "x");
    try (TensorStore store = Gguf.open(write(bytes))) {
      List<String> read = store.metadata().strings("words");
      for (int i = 0; i < words.length; i++) {
        assertThat(read.get(i)).isEqualTo("word" + i);
      }
      assertThat(store.metadata().string("long")).isEqualTo(longText);
      assertThat(store.metadata().string("end")).isEqualTo("x");
    }
  }

  @Test
  void arraysAcrossTheReadBuffersEdgesAreWhole() throws IOException {
    String[] units = {
      "a", "\u00e9", "\u6f22", "\uD83D\uDE42", "\u0120word", "a\u00e9\u6f22\u00e9b"
    };
    byte[][] words = new byte[90_000][];
    byte[][] numbers = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      words[i] = string(units[i % units.length].repeat(i % 7));
      numbers[i] = u32(i % 2 == 0 ? i : -i);
    }
    words[5] = string("\u00e9".repeat(200_000));
    words[6] = string("x".repeat(70_000));
    GgufBytes bytes = new GgufBytes();
    bytes.pair("words", 9, array(8, words.length, words));
    bytes.pair("signed", 9, array(5, numbers.length, numbers));
    bytes.pair("unsigned", 9, array(4, numbers.length, numbers));
    try (TensorStore store = Gguf.open(write(bytes))) {
      List<String> read = store.metadata().strings("words");
      assertThat(read).hasSize(words.length);
      for (int i = 0; i < words.length; i++) {
        assertThat(string(read.get(i))).isEqualTo(words[i]);
        int number = i % 2 == 0 ? i : -i;
        assertThat(store.metadata().integers("signed")[i]).isEqualTo(number);
        assertThat(store.metadata().integers("unsigned")[i]).isEqualTo(number & 0xffff_ffffL);
      }
    }
  }

  @Test
  void filesBeyondFourGibibytesAreMapped() throws IOException {
    long rows = 5L << 20;
    GgufBytes header =
        new GgufBytes()
            .info(string("large"), 2, new long[] {1024, rows}, 24, 0)
            .info(string("last"), 1, new long[] {4}, 24, 1024 * rows);
    Path file = write(header);
    long start = Files.size(file);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(start + 1024 * rows + 4);
      sparse.seek(start + 1024 * rows);
      sparse.write(new byte[] {1, 2, 3, 4});
    }
    try (TensorStore store = Gguf.open(file)) {
      assertThat(store.tensor("large").orElseThrow().data().byteSize()).isEqualTo(1024 * rows);
      assertThat(store.tensor("last").orElseThrow().data().get(ValueLayout.JAVA_BYTE, 3))
          .isEqualTo((byte) 4);
    }
  }

  /// G16: what the numbers are is not the reader's business.
  @Test
  void weightsThatAreNoNumbersAreLoaded() throws IOException {
    byte[] nan = join(u32(Float.floatToIntBits(Float.NaN)), u32(0x7f80_0000), new byte[24]);
    Path file = write(new GgufBytes().info(string("norm"), 1, new long[] {2}, 0, 0).data(nan));
    try (TensorStore store = Gguf.open(file)) {
      Tensor norm = store.tensor("norm").orElseThrow();
      assertThat(norm.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isNaN();
      assertThat(norm.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4))
          .isEqualTo(Float.POSITIVE_INFINITY);
    }
  }

  /// The vocabulary and tensor count of an 8B model: 128,256 tokens, 280,147 merges, 291 tensors.
  @Test
  void aLargeVocabularyOpensFast() {
    Path file = folder.resolve("large.gguf");
    try (GgufWriter writer = new GgufWriter(file)) {
      writer
          .put("tokens", IntStream.range(0, 128_256).mapToObj(i -> "Ġtoken" + i).toList())
          .put("merges", IntStream.range(0, 280_147).mapToObj(i -> "Ġtok en" + i).toList())
          .put("types", new int[128_256]);
      for (int i = 0; i < 291; i++) {
        writer.declare("blk." + i, Dtype.I8, 1);
      }
      for (int i = 0; i < 291; i++) {
        writer.write(MemorySegment.ofArray(new byte[1]));
      }
      writer.finish();
    }
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long nanos = threads.getCurrentThreadCpuTime();
    Gguf.open(file).close();
    assertThat(threads.getCurrentThreadCpuTime() - nanos).isLessThan(500_000_000);
  }

  @Test
  void bytesAreGoneAfterClose() throws IOException {
    TensorStore store = Gguf.open(write(new GgufBytes().tensor("a", 0, 4, 1)));
    Tensor tensor = store.tensor("a").orElseThrow();
    store.close();
    store.close();
    assertThatThrownBy(() -> tensor.data().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void referenceModelsAreRead() {
    List<Path> files = Oracle.files("gguf", ".gguf");
    assertThat(files).hasSizeGreaterThan(40);
    for (Path file : files) {
      try (TensorStore store = Gguf.open(file)) {
        assertThat(store.metadata().string("general.architecture")).isNotEmpty();
        assertThat(store.tensors()).as(file.toString()).containsKey("token_embd.weight");
        long bytes = store.tensors().values().stream().mapToLong(t -> t.data().byteSize()).sum();
        assertThat(bytes).isLessThanOrEqualTo(file.toFile().length());
      }
    }
  }

  @Test
  void referenceVocabulariesAndBlocksAreRead() {
    for (Path file : Oracle.files("tokenizers", ".gguf")) {
      try (TensorStore store = Gguf.open(file)) {
        assertThat(store.metadata().strings("tokenizer.ggml.tokens")).hasSizeGreaterThan(10_000);
        assertThat(store.tensors()).isEmpty();
      }
    }
    try (TensorStore store = Gguf.open(Oracle.folder("quants").resolve("blocks.gguf"))) {
      assertThat(store.tensors().values().stream().map(Tensor::dtype).distinct())
          .hasSizeGreaterThanOrEqualTo(28);
    }
  }
}
