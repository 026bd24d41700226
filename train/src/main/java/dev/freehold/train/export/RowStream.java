package dev.freehold.train.export;

import dev.freehold.kernel.BlockFormat;
import dev.freehold.kernel.BlockQuantizer;
import dev.freehold.kernel.IntegerBlock;
import dev.freehold.kernel.KernelException;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import dev.freehold.train.TrainException;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/// Hands out the rows of a tensor in another dtype, a few at a time.
///
/// Failures: a [TrainException] that names tensor, row and column of a value that is NaN, infinite
/// or too large for the dtype.
final class RowStream {
  private static final int VALUES_AT_ONCE = 1 << 18;

  private RowStream() {}

  /// @param source F32, F16 or BF16
  /// @param order the row of the source that becomes row n
  /// @param sink takes bytes that are overwritten after it returns
  static void copy(
      Tensor source, Dtype dtype, LongUnaryOperator order, Consumer<MemorySegment> sink) {
    int columns = Math.toIntExact(source.columns());
    int atOnce = (int) Math.min(source.rows(), Math.max(1, VALUES_AT_ONCE / columns));
    float[] values = new float[Math.multiplyExact(atOnce, columns)];
    MemorySegment bytes = MemorySegment.ofArray(bytes(dtype.byteSize(values.length)));
    BlockFormat format = BlockFormat.of(source.dtype());
    BlockQuantizer quantizer = BlockQuantizer.of(dtype);
    IntegerBlock scratch = new IntegerBlock();
    for (long row = 0; row < source.rows(); row += atOnce) {
      int count = (int) Math.min(atOnce, source.rows() - row);
      for (int i = 0; i < count; i++) {
        long from = order.applyAsLong(row + i);
        int to = i * columns;
        format.dequantize(source.data(), from * source.rowBytes(), values, to, columns, scratch);
        requireFinite(source, from, values, to);
        quantize(source, from, quantizer, values, to, bytes);
      }
      sink.accept(bytes.asSlice(0, dtype.byteSize((long) count * columns)));
    }
  }

  private static byte[] bytes(long count) {
    return new byte[Math.toIntExact(count)];
  }

  private static void requireFinite(Tensor source, long row, float[] values, int from) {
    for (int k = 0; k < source.columns(); k++) {
      if (!Float.isFinite(values[from + k])) {
        throw new TrainException(
            "tensor %s, row %d, column %d: %s; a model with such a weight is not exported"
                .formatted(source.name(), row, k, values[from + k]));
      }
    }
  }

  private static void quantize(
      Tensor source,
      long row,
      BlockQuantizer quantizer,
      float[] values,
      int from,
      MemorySegment bytes) {
    try {
      long to = quantizer.dtype().byteSize(from);
      quantizer.quantize(values, from, bytes, to, (int) source.columns());
    } catch (KernelException e) {
      throw new TrainException(
          "tensor %s, row %d: %s; choose F32 or BF16".formatted(source.name(), row, e.getMessage()),
          e);
    }
  }
}
