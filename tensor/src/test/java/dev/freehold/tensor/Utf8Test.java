package dev.freehold.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The check says of bytes what the JDK's strict decoder says of them.
class Utf8Test {
  /// Bytes at the ends of all ranges that the encoding knows.
  private static final int[] ENDS = {
    0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
  };

  private static boolean decodes(byte[] bytes, int from, int to) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void everyPairAndTripleOfEndsIsJudgedAsTheDecoderDoes() {
    for (int a : ENDS) {
      for (int b : ENDS) {
        for (int c : ENDS) {
          for (int d : ENDS) {
            byte[] bytes = {(byte) a, (byte) b, (byte) c, (byte) d};
            for (int to = 0; to <= bytes.length; to++) {
              assertThat(Utf8.isValid(bytes, 0, to)).isEqualTo(decodes(bytes, 0, to));
            }
          }
        }
      }
    }
  }

  @Test
  void randomTextAndTextWithOneByteChangedAreJudgedAsTheDecoderDoes() {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i >= 0; i--) {
        text.appendCodePoint(
            switch (random.nextInt(4)) {
              case 0 -> random.nextInt(0x80);
              case 1 -> random.nextInt(0x800);
              case 2 -> random.nextInt(0xd800);
              default -> 0x10000 + random.nextInt(0x100000);
            });
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      assertThat(Utf8.isValid(bytes, 0, bytes.length)).isTrue();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      int from = random.nextInt(bytes.length);
      assertThat(Utf8.isValid(bytes, from, bytes.length))
          .isEqualTo(decodes(bytes, from, bytes.length));
    }
  }
}
