package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BlockQuantizerTest {
  private static byte[] quantize(Dtype dtype, float... values) {
    byte[] bytes = new byte[(int) dtype.byteSize(values.length)];
    BlockQuantizer.of(dtype).quantize(values, 0, MemorySegment.ofArray(bytes), 0, values.length);
    return bytes;
  }

  private static float[] dequantize(Dtype dtype, byte[] bytes, int elements) {
    float[] values = new float[elements];
    BlockFormat.of(dtype).dequantize(MemorySegment.ofArray(bytes), 0, values, 0, elements);
    return values;
  }

  /// SHA-256 of the blocks that gguf-py 0.19 (`gguf.quants.quantize`) gives for 2048 values that
  /// every language computes alike.
  @ParameterizedTest
  @CsvSource({
    "F16,   ef1da788e63c0d7b702e4adace82b5b0d927451be22e6828188a43d0e7e74588",
    "BF16,  88bfe6a4ec555f6f16eac01628359661acffb98a46c09fef2362a9eb5745ae2c",
    "Q8_0,  ffbb21e0ae835219b92d5f4e760802448a906847034528edbaae808d49f67cdd",
    "Q4_0,  fbfb760736740856870e3f72e99f9abad2115f36a4b944d5f983e2290b15461c",
    "Q4_1,  af37a36dec01ce3b8b498b4922bf2443d705994ebb101c38c15b8fd3bd61eaeb",
    "Q5_0,  47d6c923fde7f2a05623c0cdd435c5b2559f786e0514716cc2bf51d8e86f05a7",
    "Q5_1,  79757ff126b63f337a683d2a86cd1add94a8c2e2bfe0052c811426b262e89ca1",
    "MXFP4, facf15b3713dc4853b0f07a086477f4127940c8cb9014be45e0511a4c587c973",
  })
  void givesTheBytesOfTheReference(Dtype dtype, String sha256) throws GeneralSecurityException {
    float[] values = new float[2048];
    for (int i = 0; i < values.length; i++) {
      int hash = i * 0x9E37_79B1;
      float unit = (hash >>> 8) * 0x1p-24f - 0.5f;
      values[i] = i / 32 == 2 ? 0 : unit * Math.scalb(1f, i / 32 % 7 - 3);
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(quantize(dtype, values));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(sha256);
  }

  /// Root mean square error over that of normal values.
  @ParameterizedTest
  @CsvSource({
    "F32,    0",
    "F16,    0.00022",
    "BF16,   0.0018",
    "Q8_0,   0.0056",
    "Q6_K,   0.018",
    "Q5_1,   0.04",
    "Q5_0,   0.045",
    "Q5_K,   0.038",
    "IQ4_NL, 0.079",
    "IQ4_XS, 0.08",
    "Q4_K,   0.075",
    "Q4_1,   0.083",
    "Q4_0,   0.091",
    "MXFP4,  0.12",
    "Q3_K,   0.15",
    "Q2_K,   0.28",
  })
  void errorIsSmall(Dtype dtype, double limit) {
    Random random = new Random(5);
    float[] values = new float[64 * 256];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * 0.02);
    }
    float[] restored = dequantize(dtype, quantize(dtype, values), values.length);
    double error = 0;
    double power = 0;
    for (int i = 0; i < values.length; i++) {
      error += Math.pow(restored[i] - values[i], 2);
      power += Math.pow(values[i], 2);
    }
    assertThat(Math.sqrt(error / power)).isLessThanOrEqualTo(limit);
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void extremeBlocksStayFiniteAndNear(Dtype dtype) {
    if (!canBeWritten(dtype)) {
      return;
    }
    float[] values = new float[6 * 256];
    for (int i = 0; i < 256; i++) {
      values[256 + i] = 1;
      values[512 + i] = -3;
      values[768 + i] = i == 77 ? 1000 : 0;
      values[1024 + i] = (i % 2 == 0 ? 1 : -1) * 1e-30f;
      values[1280 + i] = i - 300;
    }
    float[] restored = dequantize(dtype, quantize(dtype, values), values.length);
    for (int i = 0; i < values.length; i++) {
      float largest = i < 256 ? 0 : i < 512 ? 1 : i < 768 ? 3 : i < 1024 ? 1000 : 300;
      assertThat(restored[i]).isFinite();
      assertThat(Math.abs(restored[i] - values[i]))
          .as("%s at %s", dtype, i)
          .isLessThanOrEqualTo(0.34f * largest);
    }
  }

  private static boolean canBeWritten(Dtype dtype) {
    try {
      return BlockQuantizer.of(dtype).dtype() == dtype;
    } catch (KernelException e) {
      assertThat(e).hasMessageContaining(dtype.name());
      return false;
    }
  }

  @Test
  void placesAreRespected() {
    float[] values = new float[600];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    byte[] bytes = new byte[5 + 2 * 144 + 3];
    BlockQuantizer.of(Dtype.Q4_K).quantize(values, 7, MemorySegment.ofArray(bytes), 5, 512);
    float[] restored = new float[512];
    BlockFormat.of(Dtype.Q4_K).dequantize(MemorySegment.ofArray(bytes), 5, restored, 0, 512);
    for (int i = 0; i < 512; i++) {
      assertThat(restored[i]).isCloseTo(values[7 + i], offset(0.1f));
    }
    assertThat(bytes[bytes.length - 1]).isZero();
    assertThat(bytes[4]).isZero();
  }

  @Test
  void whatCannotBeWrittenIsRefused() {
    float[] values = new float[256];
    assertThatThrownBy(() -> quantize(Dtype.IQ2_XS, values))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("IQ2_XS");
    MemorySegment room = MemorySegment.ofArray(new byte[1024]);
    assertThatThrownBy(() -> BlockQuantizer.of(Dtype.Q8_0).quantize(values, 0, room, 0, 33))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("33");
    values[41] = Float.NaN;
    assertThatThrownBy(() -> quantize(Dtype.Q6_K, values))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("index 41");
    values[41] = 1e38f;
    assertThatThrownBy(() -> quantize(Dtype.Q4_K, values))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("float16");
  }
}
