package dev.freehold.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.tensor.Dtype;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BlockFormatTest {
  private static final Set<Dtype> WITHOUT_WEIGHTS =
      EnumSet.of(
          Dtype.I8,
          Dtype.I16,
          Dtype.I32,
          Dtype.I64,
          Dtype.F64,
          Dtype.U8,
          Dtype.U16,
          Dtype.U32,
          Dtype.U64,
          Dtype.BOOL,
          Dtype.F8_E4M3,
          Dtype.F8_E5M2);

  static List<Dtype> weightDtypes() {
    return List.copyOf(EnumSet.complementOf(EnumSet.copyOf(WITHOUT_WEIGHTS)));
  }

  static Stream<Dtype> integerDtypes() {
    return weightDtypes().stream().filter(dtype -> BlockFormat.of(dtype).hasIntegerForm());
  }

  /// A line of blocks.txt: the first 256 elements of each dtype of the reference blocks, bytes and
  /// SHA-256 of ggml's float32 values.
  record Golden(Dtype dtype, byte[] blocks, String valuesSha256) {}

  static List<Golden> goldens() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(BlockFormatTest.class.getResourceAsStream("blocks.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .map(field ->
              new Golden(Dtype.valueOf(field[0]), HexFormat.of().parseHex(field[1]), field[2]))
          .toList();
    }
  }

  @Test
  void everyDtypeWithWeightsHasGolden() throws IOException {
    assertThat(goldens()).extracting(Golden::dtype).containsAll(weightDtypes()).hasSize(28);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void dequantizesToReferenceBits(Golden golden) throws GeneralSecurityException {
    float[] values = new float[256];
    BlockFormat.of(golden.dtype())
        .dequantize(MemorySegment.ofArray(golden.blocks()), 0, values, 0, 256);

    ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      bytes.putFloat(value + 0.0f);
    }
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(golden.valuesSha256());
  }

  @ParameterizedTest
  @MethodSource("weightDtypes")
  void offsetsSelectBlocksAndPlace(Dtype dtype) {
    BlockFormat format = BlockFormat.of(dtype);
    byte[] bytes = randomBlocks(dtype, 4 * 256, 7);
    float[] all = new float[4 * 256];
    format.dequantize(MemorySegment.ofArray(bytes), 0, all, 0, all.length);

    byte[] moved = new byte[bytes.length + 3];
    System.arraycopy(bytes, 0, moved, 3, bytes.length);
    float[] part = new float[300];
    format.dequantize(
        MemorySegment.ofArray(moved), 3 + dtype.byteSize(512), part, 11, 256, new IntegerBlock());

    assertThat(Arrays.copyOfRange(part, 11, 267))
        .containsExactly(Arrays.copyOfRange(all, 512, 768));
    assertThat(Arrays.copyOf(part, 11)).containsOnly(0f);
    assertThat(Arrays.copyOfRange(part, 267, 300)).containsOnly(0f);
  }

  @ParameterizedTest
  @MethodSource("integerDtypes")
  void integersAndScalesGiveTheValuesWithoutLoss(Dtype dtype) {
    BlockFormat format = BlockFormat.of(dtype);
    MemorySegment row = MemorySegment.ofArray(randomBlocks(dtype, 64 * 256, 3));
    float[] values = new float[64 * 256];
    format.dequantize(row, 0, values, 0, values.length);
    IntegerBlock block = new IntegerBlock();
    for (int index = 0; index < values.length / 32; index++) {
      format.decode(row, 0, index, block);
      for (int k = 0; k < 32; k++) {
        double product = (double) block.scale * block.weights[k];
        double minimum = (double) block.minScale * block.minimums[k / 16];
        assertThat((double) (float) product).isEqualTo(product);
        assertThat((double) (float) minimum).isEqualTo(minimum);
        assertThat(values[32 * index + k]).isEqualTo((float) (product + minimum) + 0.0f);
      }
      assertThat(block.hasMinimum || (block.minScale == 0 && block.minimums[0] == 0)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("integerDtypes")
  void weightsReachTheirBoundAndSumsStayExact(Dtype dtype) {
    BlockFormat format = BlockFormat.of(dtype);
    int blocks = 40_000;
    MemorySegment row = MemorySegment.ofArray(randomBlocks(dtype, blocks * 32, 5));
    IntegerBlock block = new IntegerBlock();
    int largest = 0;
    for (int index = 0; index < blocks; index++) {
      format.decode(row, 0, index, block);
      for (int weight : block.weights) {
        largest = Math.max(largest, Math.abs(weight));
      }
      assertThat(block.minimums[0]).isBetween(0, 63);
      assertThat(block.minimums[1]).isBetween(0, 63);
    }
    assertThat(largest).isEqualTo(format.maxWeight());
    assertThat(32 * 127 * format.maxWeight()).isLessThan(1 << 24);
  }

  @ParameterizedTest
  @EnumSource(Dtype.class)
  void dtypeIsItsOwnOrRefused(Dtype dtype) {
    if (WITHOUT_WEIGHTS.contains(dtype)) {
      assertThatThrownBy(() -> BlockFormat.of(dtype))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining(dtype.name());
    } else {
      assertThat(BlockFormat.of(dtype).dtype()).isEqualTo(dtype);
    }
  }

  @Test
  void partsOfBlocksAndShortBuffersAreRefused() {
    BlockFormat format = BlockFormat.of(Dtype.Q4_K);
    MemorySegment one = MemorySegment.ofArray(new byte[144]);
    assertThatThrownBy(() -> format.dequantize(one, 0, new float[256], 0, 128))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("128")
        .hasMessageContaining("256");
    assertThatThrownBy(() -> format.dequantize(one, 0, new float[512], 0, 512))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> format.dequantize(one, 0, new float[256], 1, 256))
        .isInstanceOf(IndexOutOfBoundsException.class);
    for (Dtype dtype : List.of(Dtype.F32, Dtype.F16, Dtype.BF16, Dtype.NVFP4)) {
      assertThat(BlockFormat.of(dtype).hasIntegerForm()).isFalse();
      assertThatThrownBy(() -> BlockFormat.of(dtype).decode(one, 0, 0, new IntegerBlock()))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining(dtype.name());
    }
  }

  /// Random bytes, but with float16 scales that are finite.
  private static byte[] randomBlocks(Dtype dtype, int elements, long seed) {
    byte[] bytes = new byte[(int) dtype.byteSize(elements)];
    new Random(seed).nextBytes(bytes);
    int[] halves =
        switch (dtype) {
          case Q4_1, Q5_1, Q4_K, Q5_K -> new int[] {0, 2};
          case Q2_K -> new int[] {80, 82};
          case Q3_K -> new int[] {108};
          case Q6_K -> new int[] {208};
          case TQ1_0 -> new int[] {52};
          case TQ2_0 -> new int[] {64};
          case IQ1_M -> new int[] {54};
          case F32 -> new int[] {2};
          case MXFP4, NVFP4 -> new int[] {};
          default -> new int[] {0};
        };
    for (int block = 0; block < bytes.length; block += dtype.blockBytes()) {
      for (int half : halves) {
        bytes[block + half + 1] &= (byte) 0xbf;
      }
      if (dtype == Dtype.MXFP4) {
        bytes[block] &= 0x7f;
      }
    }
    return bytes;
  }
}
