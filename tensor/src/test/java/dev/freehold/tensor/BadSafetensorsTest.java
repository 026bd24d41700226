package dev.freehold.tensor;

import static dev.freehold.tensor.GgufBytes.join;
import static dev.freehold.tensor.GgufBytes.u64;
import static dev.freehold.tensor.SafetensorsBytes.file;
import static dev.freehold.tensor.SafetensorsBytes.tensor;
import static org.assertj.core.api.Assertions.assertThat;

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

/// The families S1 to S6 of broken safetensors files (S7 is in [SafetensorsTest], S8 in
/// [ChangedFileTest]): each is refused with its field and offset.
class BadSafetensorsTest {
  @TempDir private Path folder;

  private static byte[] valid() {
    return file(
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + tensor("a", "F32", "[2,3]", 0, 24)
            + ","
            + tensor("b", "BF16", "[4]", 24, 32)
            + "}  ",
        32);
  }

  private static Arguments bad(String name, byte[] bytes, String... says) {
    return Arguments.of(name, bytes, says);
  }

  private static Arguments header(String name, String header, int data, String... says) {
    return bad(name, file(header, data), says);
  }

  static List<Arguments> lengths() {
    List<Arguments> cases = new ArrayList<>();
    for (long length : new long[] {0, 1, 7, 1L << 63, -1, 100_000_001, 1L << 31, 1L << 32}) {
      cases.add(bad("S1 length " + length, join(u64(length), new byte[64]), "header"));
    }
    byte[] bytes = valid();
    System.arraycopy(u64(bytes.length), 0, bytes, 0, 8);
    cases.add(bad("S1 length of the file", bytes, "header length at byte 0", "exceeds"));
    return cases;
  }

  static List<Arguments> texts() {
    String a = tensor("a", "F32", "[1]", 0, 4);
    byte[] notUtf8 = ("{" + a + "}").getBytes(StandardCharsets.US_ASCII);
    notUtf8[2] = (byte) 0xff;
    return List.of(
        header("S2 array", "[" + a + "]", 4, "header at byte 8", "{"),
        header("S2 space first", " {" + a + "}", 4, "header at byte 8", "{"),
        bad("S2 not UTF-8", file(notUtf8, 4), "not UTF-8 at byte 2"),
        header("S2 tensor twice", "{" + a + "," + a + "}", 4, "at byte", "Duplicate"),
        header(
            "S2 key twice",
            "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
            4,
            "tensor a",
            "Duplicate"),
        header("S2 more after it", "{" + a + "} {}", 4, "header at byte", "more after"),
        header("S2 NUL padding", "{" + a + "}\0\0", 4, "header at byte"),
        header("S2 no end", "{" + a, 4, "at byte"),
        header("S2 nested", "{\"a\":" + "[".repeat(1_000_000), 4, "tensor a at byte"),
        header("S2 nested object", "{\"a\":" + "{\"a\":".repeat(500_000), 4, "tensor a", "at byte"),
        header(
            "S2 nested shape",
            "{\"a\":{\"shape\":" + "[".repeat(1_000_000),
            4,
            "tensor a shape at byte"),
        header("S2 not JSON", "{'a': 1}", 4, "at byte"),
        header("S2 value", "{\"a\":3}", 4, "tensor a at byte", "start object"),
        header(
            "S2 unknown key", "{\"a\":{\"dtype\":\"F32\",\"code\":1}}", 4, "tensor a code at byte"),
        header("S2 missing keys", "{\"a\":{\"dtype\":\"F32\"}}", 4, "tensor a at byte", "needs"),
        header("name", "{" + tensor("../a", "F32", "[1]", 0, 4) + "}", 4, "tensor ../a at byte"),
        header("empty name", "{" + tensor("", "F32", "[1]", 0, 4) + "}", 4, "name is empty"),
        header("long name", "{\"" + "n".repeat(1 << 20) + "\":1}", 4, "at byte"),
        header("S6 object", "{\"__metadata__\":{\"a\":{}}}", 0, "__metadata__.a at byte"),
        header("S6 number", "{\"__metadata__\":{\"a\":1}}", 0, "__metadata__.a at byte"),
        header("S6 array", "{\"__metadata__\":[]}", 0, "__metadata__ at byte"),
        header(
            "S6 50 MB",
            "{\"__metadata__\":{\"a\":\"" + "x".repeat(50_000_000) + "\"}}",
            0,
            "__metadata__.a at byte"),
        header(
            "S6 many keys",
            "{\"__metadata__\":{" + manyKeys(1_000_000) + "}}",
            0,
            "__metadata__.k16384 at byte",
            "limits"));
  }

  private static String manyKeys(int count) {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < count; i++) {
      keys.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":\"\"");
    }
    return keys.toString();
  }

  private static Arguments ranges(String name, int data, String says, String... tensors) {
    return header(name, "{" + String.join(",", tensors) + "}", data, says, "at byte");
  }

  static List<Arguments> tensors() {
    List<Arguments> cases =
        new ArrayList<>(
            List.of(
                ranges("S3 hole at start", 8, "hole", tensor("a", "F32", "[1]", 4, 8)),
                ranges(
                    "S3 hole",
                    12,
                    "hole",
                    tensor("a", "F32", "[1]", 0, 4),
                    tensor("b", "F32", "[1]", 8, 12)),
                ranges(
                    "S3 overlap",
                    8,
                    "overlaps",
                    tensor("a", "F32", "[1]", 0, 4),
                    tensor("b", "F32", "[1]", 2, 6)),
                ranges("S3 reversed", 8, "data_offsets", tensor("a", "F32", "[1]", 4, 0)),
                ranges("S3 beyond", 7, "truncated", tensor("a", "F32", "[2]", 0, 8)),
                ranges("S3 more bytes", 9, "1 bytes more", tensor("a", "F32", "[2]", 0, 8)),
                ranges("S3 size", 8, "needs 8 bytes", tensor("a", "F32", "[2]", 0, 4)),
                ranges(
                    "S3 end overflows",
                    8,
                    "beyond",
                    tensor("a", "F32", "[0]", Long.MAX_VALUE, Long.MAX_VALUE)),
                ranges("S3 negative", 8, "at least 0", tensor("a", "F32", "[1]", -4, 0)),
                ranges("S4 negative", 8, "at least 0", tensor("a", "F32", "[-1]", 0, 4)),
                ranges("S4 fraction", 8, "expected number int", tensor("a", "F32", "[1.5]", 0, 4)),
                ranges("S4 text", 8, "expected number int", tensor("a", "F32", "[\"1\"]", 0, 4)),
                ranges(
                    "S4 64 bits",
                    8,
                    "tensor a shape",
                    tensor("a", "F32", "[99999999999999999999]", 0, 4)),
                ranges(
                    "S4 digits",
                    8,
                    "tensor a",
                    tensor("a", "F32", "[" + "9".repeat(999) + "]", 0, 4)),
                ranges(
                    "S4 overflow",
                    8,
                    "overflows",
                    tensor("a", "F32", "[4294967296,4294967296]", 0, 4)),
                ranges(
                    "S4 bytes overflow",
                    8,
                    "overflows",
                    tensor("a", "F64", "[4611686018427387904]", 0, 4)),
                ranges(
                    "S4 rank",
                    8,
                    "more than 16",
                    tensor("a", "F32", "[" + "1,".repeat(99) + "1]", 0, 4))));
    for (String dtype : List.of("F4", "F7", "f32", "", "F6_E2M3", "C64", "object")) {
      cases.add(ranges("S4 dtype " + dtype, 4, "tensor a dtype", tensor("a", dtype, "[3]", 0, 4)));
    }
    String[] bomb = new String[20_000];
    for (int i = 0; i < bomb.length; i++) {
      bomb[i] = tensor("t" + i, "F32", "[1000]", 0, 4000);
    }
    cases.add(ranges("S5 one range for many", 4000, "overlaps", bomb));
    byte[] zip = join(valid(), new byte[] {'P', 'K', 3, 4}, new byte[40]);
    cases.add(bad("S3 polyglot with zip", zip, "44 bytes more", "at byte"));
    return cases;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"lengths", "texts", "tensors"})
  void isRefused(String name, byte[] bytes, String[] says) throws IOException {
    Path file = Files.write(folder.resolve("bad.safetensors"), bytes);
    assertThat(Refusal.of(() -> Safetensors.open(file).close()))
        .as(name)
        .contains("bad.safetensors: ")
        .containsPattern("at byte \\d+")
        .contains(says);
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = valid();
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(whole, length));
      assertThat(Refusal.of(() -> Safetensors.open(file).close()))
          .as("first %d bytes", length)
          .containsPattern("cut\\.safetensors: .*at byte \\d+");
      assertThat(Refusal.of(() -> ModelFiles.open(file).close())).contains("cut.safetensors");
    }
  }

  @Test
  void everyChangedByteIsRefusedOrHarmless() throws IOException {
    byte[] whole = valid();
    SplittableRandom random = new SplittableRandom(43);
    int refused = 0;
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Path file = Files.write(folder.resolve("changed.safetensors"), changed);
      try (TensorStore store = Safetensors.open(file)) {
        store.tensors().values().forEach(tensor -> store.touch(tensor.data()));
      } catch (TensorException e) {
        assertThat(e.getMessage()).contains("changed.safetensors");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(60);
  }

  /// S1: a header of 100,000,001 bytes in a file that has them.
  @Test
  void headerOverTheLimitIsRefusedUnread() throws IOException {
    Path file = Files.write(folder.resolve("large.safetensors"), u64(100_000_001));
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 28);
    }
    assertThat(Refusal.of(() -> Safetensors.open(file).close()))
        .contains("header length at byte 0", "limit of 100000000");
  }

  @Test
  void moreTensorsThanTheLimitAreRefused() throws IOException {
    String[] tensors = new String[65_537];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = tensor("layer." + i, "U8", "[1]", i, i + 1);
    }
    Path file =
        Files.write(
            folder.resolve("many.safetensors"),
            file("{" + String.join(",", tensors) + "}", tensors.length));
    assertThat(Refusal.of(() -> Safetensors.open(file).close())).contains("65536 tensors");
  }
}
