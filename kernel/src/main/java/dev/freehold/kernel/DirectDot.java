package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// Products of up to 16 rows of weights with one token, straight from the bytes of the matrix.
interface DirectDot {
  /// Whether it reads this dtype.
  boolean takes(Dtype dtype);

  /// Reads what several blocks share of the part of the rows that the scratch says it holds.
  ///
  /// @param offset where the first row begins
  void readScales(
      Dtype dtype, MemorySegment weights, long offset, long rowBytes, DirectScratch scratch);

  /// Multiplies that part with a token and adds it to the sums, by (c) of fh1; after [#readScales].
  ///
  /// @param call the bytes and the token
  void multiply(Call call, DirectScratch scratch, float[] sums, int sumsAt);

  /// The bytes of the rows and the token they are multiplied with; reused, so that nothing is
  /// allocated.
  final class Call {
    Dtype dtype = Dtype.Q8_0;
    MemorySegment weights = MemorySegment.NULL;
    long offset;
    long rowBytes;
    Activations x = IntegerMatrix.NOTHING;
    int token;
  }
}
