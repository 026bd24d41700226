package dev.freehold.train.data.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the `zstd` program packs is read as it was; damaged files end in an error of their kind.
///
/// The golden files are the contents below, packed by `zstd` 1.5.4: `NAME-LEVEL.zst` at that level
/// (22 with `--ultra --long=27`, lines-22 from a pipe and without checksum), the others at level 3,
/// blocks at 19. Between them they have raw, repeated and compressed blocks, raw literals, literals
/// in one stream and in four, codes taken over from the block before, and predefined, described and
/// repeated tables.
class ZstdStreamTest {
  private static byte[] content(String name) {
    return switch (name) {
      case "empty" -> new byte[0];
      case "same" -> "a".repeat(300_000).getBytes(StandardCharsets.US_ASCII);
      case "noise" -> letters(400, 256, 0);
      case "letters" -> letters(3_000, 12, 3);
      case "blocks" -> letters(140_000, 2, 40);
      case "lines" -> lines();
      case "far" -> far();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static byte[] letters(int length, int kinds, int skew) {
    byte[] bytes = new byte[length];
    long state = 88172645463325252L;
    for (int i = 0; i < length; i++) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      int letter = (int) ((state >>> 33) % (kinds + skew));
      bytes[i] = (byte) (kinds == 256 ? letter : 'a' + Math.max(0, letter - skew));
    }
    return bytes;
  }

  private static byte[] lines() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1_500; i++) {
      text.append("{\"text\": \"line ").append(i).append(" of ").append(i * 7919 % 1000);
      text.append(i % 3 == 0 ? ", red" : i % 5 == 0 ? ", green" : ", blue").append("\"}\n");
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] far() {
    byte[] noise = letters(700, 256, 0);
    byte[] far = new byte[3_000_000];
    System.arraycopy(noise, 0, far, 0, noise.length);
    System.arraycopy(noise, 0, far, far.length - noise.length, noise.length);
    return far;
  }

  private static byte[] golden(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ZstdStreamTest.class.getResourceAsStream(name + ".zst"))) {
      return in.readAllBytes();
    }
  }

  private static byte[] unpack(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    try (ZstdStream in = new ZstdStream(new ByteArrayInputStream(all.toByteArray()))) {
      return in.readAllBytes();
    }
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "empty",
        "same",
        "noise",
        "letters",
        "blocks",
        "lines-1",
        "lines-3",
        "lines-19",
        "lines-22",
        "far-22"
      })
  void whatWasPackedIsRead(String name) throws IOException {
    byte[] expected = content(name.replaceFirst("-.*", ""));
    assertThat(Arrays.mismatch(unpack(golden(name)), expected)).isEqualTo(-1);
  }

  @Test
  void framesFollowOneAnotherAndSomeAreSkipped() throws IOException {
    byte[] skipped = hex("5a2a4d18 03000000 010203");
    byte[] noise = content("noise");
    byte[] twice = Arrays.copyOf(noise, 2 * noise.length);
    System.arraycopy(noise, 0, twice, noise.length, noise.length);
    byte[] frame = golden("noise");
    assertThat(unpack(skipped, frame, skipped, golden("empty"), frame, skipped)).isEqualTo(twice);
    try (ZstdStream in = new ZstdStream(new ByteArrayInputStream(golden("letters")))) {
      for (byte expected : content("letters")) {
        assertThat(in.read()).isEqualTo(expected & 0xff);
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  /// Frames by hand: magic number, descriptor, and what is wrong after it.
  @ParameterizedTest
  @CsvSource({
    "28b52ffd 08 50, a frame header that is not known",
    "28b52ffd 20 05 07 0000, a block of type 3 and 0 bytes",
    "28b52ffd 20 05 39 0000 61626364656667, a block of type 0 and 7 bytes",
    "28b52ffd 20 05 21 0000 61626364, a frame of 4 bytes that should have 5",
    "28b52ffd 24 05 29 0000 6162636465 00000000, a frame whose checksum is another",
    "28b52ffd 20 05 15 0000 2000, literals that go beyond their block",
    "28b52ffd 20 05 1d 0000 030000, literals by a code that was never given",
    "28b52ffd e0 ffffffffffffffff 010000, a frame of more than 2^63 bytes",
    "50 4b 03 04 00 00, no zstd data: it begins with 04034b50",
  })
  void damageIsNamed(String frame, String message) {
    assertThatThrownBy(() -> unpack(hex(frame)))
        .isInstanceOf(ZipException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({
    "28b52ffd 21 2a 05 290000 6162636465, compressed with the dictionary 42",
    "28b52ffd 00 90 010000, needs a window of 268435456 bytes",
    "28b52ffd a0 01000010 010000, needs a window of 268435457 bytes",
  })
  void whatIsNotReadIsNamedBeforeMemoryIsTaken(String frame, String message) {
    assertThatThrownBy(() -> unpack(hex(frame)))
        .isInstanceOf(UnreadableFrameException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aFileThatEndsEarlyIsAnErrorWhereverItEnds() throws IOException {
    for (String name : new String[] {"noise", "letters", "same", "lines-22"}) {
      byte[] whole = golden(name);
      for (int length = 0; length < whole.length; length += name.equals("lines-22") ? 97 : 1) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> unpack(cut))
            .as("%s, %d bytes", name, length)
            .isInstanceOf(EOFException.class);
      }
    }
  }

  /// A file with a checksum gives its content or an error; one without may give another content.
  @ParameterizedTest
  @ValueSource(strings = {"letters", "blocks", "lines-19", "same", "lines-22"})
  void flippedBitsAreNoticed(String name) throws IOException {
    byte[] whole = golden(name);
    byte[] expected = content(name.replaceFirst("-.*", ""));
    boolean checked = !name.equals("lines-22");
    int step = Math.max(1, 8 * whole.length / 1500);
    int refused = 0;
    for (int bit = 0; bit < 8 * whole.length; bit += step) {
      byte[] flipped = whole.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        byte[] found = unpack(flipped);
        if (checked) {
          assertThat(Arrays.equals(found, expected)).as("%s, bit %d", name, bit).isTrue();
        }
      } catch (IOException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10);
  }

  @Test
  @Tag("fuzz")
  void anyBytesEndInContentOrAnErrorOfItsKind() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[][] files = {golden("letters"), golden("blocks"), golden("lines-3"), golden("far-22")};
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = files[random.nextInt(files.length)].clone();
      for (int i = random.nextInt(8); i >= 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      byte[] cut = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      try (ZstdStream in = new ZstdStream(new ByteArrayInputStream(cut))) {
        assertThat(in.readNBytes(1 << 22)).as("seed %d", seed).isNotNull();
      } catch (ZipException | EOFException | UnreadableFrameException e) {
        assertThat(e).as("seed %d", seed).isNotNull();
      }
    }
  }
}
