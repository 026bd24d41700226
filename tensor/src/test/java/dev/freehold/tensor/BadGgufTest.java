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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The families G1 to G12 of broken GGUF files: each is refused with its field and offset.
class BadGgufTest {
  private static final long[] FOUR = {4};

  @TempDir private Path folder;

  private static GgufBytes valid() {
    return new GgufBytes()
        .text("general.architecture", "llama")
        .pair("tokenizer.ggml.tokens", 9, array(8, 2, string("a"), string("bc")))
        .pair("numbers", 9, array(4, 3, u32(1), u32(2), u32(3)))
        .pair("x.count", 4, u32(7))
        .tensor("token_embd.weight", 0, 32, 4, 2)
        .tensor("blk.0.attn_q.weight", 8, 34, 32, 1);
  }

  private static Arguments bad(String name, byte[] bytes, String... says) {
    return Arguments.of(name, bytes, says);
  }

  private static Arguments bad(String name, GgufBytes bytes, String... says) {
    return bad(name, bytes.build(), says);
  }

  /// The bytes of a valid file with some replaced.
  private static byte[] patched(int offset, byte[] replacement) {
    byte[] bytes = valid().build();
    System.arraycopy(replacement, 0, bytes, offset, replacement.length);
    return bytes;
  }

  static List<Arguments> headers() {
    List<Arguments> cases = new ArrayList<>();
    cases.add(bad("G2 magic", patched(0, u32(0x47475546)), "magic at byte 0", "FUGG"));
    for (int version : new int[] {0, 1, 4, 0x03000000, -1}) {
      cases.add(bad("G2 version " + version, patched(4, u32(version)), "version at byte 4"));
    }
    int size = valid().build().length;
    for (long count : new long[] {-1, Long.MIN_VALUE, 1L << 32, size, 1L << 31, 1000}) {
      cases.add(
          bad("G3 tensors " + count, patched(8, u64(count)), "tensor count at byte 8", "hold"));
      cases.add(
          bad("G3 pairs " + count, patched(16, u64(count)), "metadata count at byte 16", "hold"));
    }
    return cases;
  }

  static List<Arguments> strings() {
    List<Arguments> cases = new ArrayList<>();
    int rest = valid().build().length - 32;
    for (long length : new long[] {-1, 1L << 31, 1L << 32, (1L << 31) + 5, rest + 1, 1L << 62}) {
      cases.add(
          bad(
              "G4 key " + length,
              patched(24, u64(length)),
              "metadata key 0 at byte 24",
              "exceeds"));
      byte[] value = string(length, new byte[0]);
      cases.add(
          bad(
              "G4 string " + length,
              new GgufBytes().pair("name", 8, value).pair("a", 4, u32(1)),
              "metadata name at byte 40",
              "exceeds"));
      cases.add(
          bad(
              "G4 element " + length,
              new GgufBytes().pair("name", 9, array(8, 2, string("a"), value)).data(new byte[9]),
              "metadata name[1] at byte 61",
              "exceeds"));
    }
    cases.addAll(lateElements());
    byte[] notUtf8 = {'a', (byte) 0xc3, '('};
    cases.add(
        bad(
            "G5 value not UTF-8",
            new GgufBytes().pair("name", 8, string(3, notUtf8)),
            "metadata name at byte 40",
            "UTF-8"));
    cases.add(
        bad(
            "G5 key not UTF-8",
            new GgufBytes().pair(string(3, notUtf8), 0, new byte[10]),
            "metadata key 0 at byte 24",
            "UTF-8"));
    cases.add(
        bad("G5 empty key", new GgufBytes().text("", "x"), "metadata key 0 at byte 24", "empty"));
    cases.add(bad("G5 NUL in key", new GgufBytes().text("a\0b", "x"), "metadata key 0", "control"));
    cases.add(
        bad(
            "G5 key twice",
            new GgufBytes().text("a", "x").text("b", "y").text("a", "z"),
            "metadata key 2",
            "twice"));
    cases.add(
        bad(
            "G5 key too long",
            new GgufBytes().text("k".repeat(65_536), "x"),
            "metadata key 0 at byte 24",
            "65535"));
    cases.add(
        bad(
            "string too long",
            new GgufBytes().text("name", "k".repeat((16 << 20) + 1)),
            "metadata name at byte 40",
            "limit"));
    return cases;
  }

  /// Ill-formed strings that follow tens of thousands of good ones.
  private static List<Arguments> lateElements() {
    List<Arguments> cases = new ArrayList<>();
    byte[][] good = new byte[50_000][];
    Arrays.fill(good, string("word"));
    for (int[] ill : new int[][] {{0xc3}, {0xc1, 0x80}, {0xc3, 0x28}, {0x80}, {0xe0, 0x80, 0x80}}) {
      byte[] element = {'a', 'b', 'c'};
      for (int i = 0; i < ill.length; i++) {
        element[3 - ill.length + i] = (byte) ill[i];
      }
      cases.add(
          bad(
              "G5 late element not UTF-8 " + Arrays.toString(ill),
              new GgufBytes()
                  .pair("name", 9, array(8, 50_001, join(good), string(3, element)))
                  .data(new byte[9]),
              "metadata name[50000] at byte 600052",
              "the 3 bytes are not valid UTF-8"));
    }
    return cases;
  }

  static List<Arguments> values() {
    List<Arguments> cases = new ArrayList<>();
    for (int type : new int[] {13, 255, -1, Integer.MIN_VALUE}) {
      cases.add(
          bad(
              "G6 type " + type,
              new GgufBytes().pair("name", type, new byte[16]),
              "metadata name type at byte 36"));
      cases.add(
          bad(
              "G6 element type " + type,
              new GgufBytes().pair("name", 9, array(type, 1, new byte[16])),
              "metadata name element type at byte 40"));
    }
    cases.add(
        bad(
            "G6 array of arrays",
            new GgufBytes().pair("name", 9, array(9, 1, array(0, 1, new byte[1]))),
            "metadata name element type at byte 40",
            "arrays of arrays"));
    for (int type = 0; type <= 12; type++) {
      if (type != 9) {
        for (long count : new long[] {1L << 60, -1, 1L << 61, Long.MAX_VALUE, 1L << 31, 400}) {
          cases.add(
              bad(
                  "G6 " + count + " of type " + type,
                  new GgufBytes().pair("name", 9, array(type, count, new byte[64])),
                  "metadata name length at byte 44",
                  "hold at most"));
        }
      }
    }
    cases.add(
        bad(
            "array over the limit",
            new GgufBytes().pair("name", 9, array(0, 1 << 23, new byte[1 << 23])),
            "metadata name length at byte 44",
            "limit"));
    cases.add(bad("bool 2", new GgufBytes().pair("b", 7, new byte[] {2}), "metadata b", "boolean"));
    cases.add(bad("u64 of 2^63", new GgufBytes().pair("b", 10, u64(-1)), "metadata b", "2^63-1"));
    for (int alignment : new int[] {0, 13, 1, 4, 24, Integer.MIN_VALUE, 1 << 17}) {
      cases.add(
          bad(
              "G7 alignment " + alignment,
              new GgufBytes().pair("general.alignment", 4, u32(alignment)).tensor("a", 0, 4, 1),
              "metadata general.alignment at byte 53",
              "power of two"));
    }
    cases.add(
        bad(
            "G7 alignment of type i32",
            new GgufBytes().pair("general.alignment", 5, u32(32)),
            "metadata general.alignment type at byte 49",
            "u32"));
    return cases;
  }

  static List<Arguments> tensors() {
    List<Arguments> cases = new ArrayList<>();
    for (String name : List.of("t".repeat(64), "t".repeat(70_000), "ä".repeat(32))) {
      cases.add(
          bad(
              "G8 name of " + name.length(),
              new GgufBytes().tensor(name, 0, 16, 4),
              "tensor 0 name at byte 24",
              "limit"));
    }
    for (String name : List.of("", "../x", "a/../../b", "/etc/passwd", "..\\x", "a\0b", "..")) {
      cases.add(
          bad(
              "G8 name " + name,
              new GgufBytes().tensor(name, 0, 16, 4),
              "tensor 0 name at byte 24"));
    }
    cases.add(
        bad(
            "G8 name twice",
            new GgufBytes().tensor("a", 0, 16, 4).tensor("a", 0, 16, 4),
            "tensor 1 name",
            "twice"));
    for (int rank : new int[] {0, 5, 1000, -1}) {
      cases.add(
          bad(
              "G9 rank " + rank,
              new GgufBytes().info(string("a"), rank, FOUR, 0, 0).data(new byte[64]),
              "tensor a dimensions at byte 33"));
    }
    long large = 1L << 32;
    for (long[] shape :
        new long[][] {
          {-1},
          {0},
          {4, 0},
          {Long.MAX_VALUE, 2},
          {large, large},
          {large, large, large, large},
          {Long.MAX_VALUE, Long.MAX_VALUE},
          {4, -4},
          {-4, -4},
          {Long.MIN_VALUE, 2}
        }) {
      cases.add(
          bad(
              "G9 shape " + Arrays.toString(shape),
              new GgufBytes().info(string("a"), shape.length, shape, 0, 0).data(new byte[64]),
              "tensor a dimensions at byte 33"));
    }
    for (int type : new int[] {4, 5, 9, 15, 31, 32, 33, 36, 37, 38, 63, 64, 255, -1}) {
      cases.add(
          bad(
              "G12 type " + type,
              new GgufBytes().info(string("a"), 1, new long[] {256}, type, 0).data(new byte[999]),
              "tensor a type at byte 45"));
    }
    cases.add(
        bad(
            "G12 row of 33 in blocks of 32",
            new GgufBytes().info(string("a"), 2, new long[] {33, 32}, 8, 0).data(new byte[9999]),
            "tensor a type at byte 53",
            "blocks of 32"));
    return cases;
  }

  static List<Arguments> offsets() {
    List<Arguments> cases = new ArrayList<>();
    long huge = 0x7FFF_FFFF_FFFF_FFC0L;
    cases.add(
        bad(
            "G10 sizes whose sum overflows",
            new GgufBytes()
                .info(string("a"), 1, new long[] {huge}, 24, 0)
                .info(string("b"), 1, new long[] {huge}, 24, huge)
                .data(new byte[64]),
            "tensor a type at byte 45",
            "exceed"));
    for (long offset : new long[] {32, 4, 1, -32, Long.MIN_VALUE, 1L << 40}) {
      cases.add(
          bad(
              "G11 first offset " + offset,
              new GgufBytes().info(string("a"), 1, FOUR, 0, offset).data(new byte[128]),
              "tensor a at byte 24",
              "expected 0"));
    }
    for (long offset : new long[] {0, 16, 33, 64, 31}) {
      cases.add(
          bad(
              "G11 second offset " + offset,
              new GgufBytes()
                  .info(string("a"), 1, FOUR, 0, 0)
                  .info(string("b"), 1, FOUR, 0, offset)
                  .data(new byte[128]),
              "tensor b at byte 57",
              "expected 32"));
    }
    cases.add(
        bad(
            "G11 out of order",
            new GgufBytes()
                .info(string("a"), 1, FOUR, 0, 32)
                .info(string("b"), 1, FOUR, 0, 0)
                .data(new byte[64]),
            "tensor a at byte 24"));
    cases.add(
        bad(
            "G11 beyond the end",
            new GgufBytes().info(string("a"), 1, new long[] {32}, 0, 0).data(new byte[127]),
            "tensor a at byte 24",
            "truncated at byte 191"));
    cases.add(
        bad(
            "G11 no data",
            new GgufBytes().info(string("a"), 1, FOUR, 0, 0),
            "tensor a at byte 24",
            "truncated"));
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"headers", "strings", "values", "tensors", "offsets"})
  void isRefused(String name, byte[] bytes, String[] says) throws IOException {
    Path file = Files.write(folder.resolve("bad.gguf"), bytes);
    assertThat(Refusal.of(() -> Gguf.open(file).close()))
        .as(name)
        .contains("bad.gguf: ")
        .containsPattern(" at byte \\d+: ")
        .contains(says);
  }

  /// G1: a file cut anywhere is refused; what is whole again without its padding is read.
  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = valid().build();
    int dataEnd = whole.length - 30; // 34 bytes padded to 64
    for (int length = 0; length < dataEnd; length++) {
      Path file = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, length));
      assertThat(Refusal.of(() -> Gguf.open(file).close()))
          .as("first %d bytes", length)
          .containsPattern("cut\\.gguf: .+ at byte \\d+: ");
      assertThat(Refusal.of(() -> ModelFiles.open(file).close())).contains("cut.gguf: ");
    }
    Path file = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, dataEnd));
    Gguf.open(file).close();
  }

  /// Any byte changed: either the file still reads as a valid one, or it is refused by type.
  @Test
  void everyChangedByteIsRefusedOrHarmless() throws IOException {
    byte[] whole = valid().build();
    SplittableRandom random = new SplittableRandom(42);
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(folder.resolve("changed.gguf"), changed);
      try (TensorStore store = Gguf.open(file)) {
        store.tensors().values().forEach(tensor -> store.touch(tensor.data()));
      } catch (TensorException e) {
        assertThat(e.getMessage()).contains("changed.gguf: ").contains(" at byte ");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  /// G8: a header that claims as many tensors as a large file could hold.
  @Test
  void tenMillionTensorsAreRefused() throws IOException {
    Path file = Files.write(folder.resolve("many.gguf"), join(patched(8, u64(10_000_000))));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 30);
    }
    assertThat(Refusal.of(() -> Gguf.open(file).close()))
        .contains("tensor count at byte 8", "limit of 65536");
  }

  /// A file of the greatest number of tensors, whose last one is wrong.
  @Test
  void aLateErrorIsCheapToo() throws IOException {
    GgufBytes bytes = new GgufBytes();
    int count = 65_535;
    for (int i = 0; i < count; i++) {
      bytes.info(string("blk." + i + ".weight"), 1, FOUR, 0, 32L * i);
    }
    bytes.info(string("last"), 1, FOUR, 255, 32L * count);
    Path file = Files.write(folder.resolve("late.gguf"), bytes.build());
    assertThat(Refusal.of(() -> Gguf.open(file).close())).contains("tensor last type at byte");
  }

  @Test
  void longStringsInSumAreLimited() throws IOException {
    byte[] megabytes = new byte[(12 << 20)];
    Arrays.fill(megabytes, (byte) 'x');
    Path file = folder.resolve("strings.gguf");
    byte[] head = join("GGUF".getBytes(StandardCharsets.US_ASCII), u32(3), u64(0), u64(5));
    Files.write(file, head);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(head.length);
      for (int i = 0; i < 5; i++) {
        out.write(join(string("k" + i), u32(8), string(megabytes.length, megabytes)));
      }
    }
    assertThatThrownBy(() -> Gguf.open(file).close())
        .isInstanceOf(TensorException.class)
        .hasMessageContaining("metadata k3")
        .hasMessageContaining("limit");
  }

  @Test
  void splitKeysOfTheWrongTypeAreRefused() throws IOException {
    for (GgufBytes bytes :
        List.of(
            new GgufBytes().text("split.count", "3"),
            new GgufBytes().pair("split.count", 2, u16(3)),
            new GgufBytes().pair("split.count", 5, u32(-3)).pair("split.no", 5, u32(0)),
            new GgufBytes().pair("split.count", 2, u16(0)).pair("split.no", 2, u16(0)))) {
      Path file = Files.write(folder.resolve("m-00001-of-00003.gguf"), bytes.build());
      assertThat(Refusal.of(() -> Gguf.open(file).close())).contains("m-00001", "split.");
    }
  }
}
