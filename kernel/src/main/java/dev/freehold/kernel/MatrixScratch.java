package dev.freehold.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Working memory of one worker in matrix products, shared by all matrices.
final class MatrixScratch {
  /// Tokens that are multiplied with a chunk of rows before the next chunk.
  static final int TOKENS = 512;

  private static final long PAGE = 4096;

  final Panel panel = new Panel();
  final DirectScratch direct = new DirectScratch();
  final DirectDot.Call call = new DirectDot.Call();
  final PreparedScratch prepared = new PreparedScratch();
  final PreparedCall preparedCall = new PreparedCall();

  /// Sums of a chunk's rows and tokens.
  float[] sums = new float[Panel.ROWS * ActivationTiles.TOKENS];

  private long touched;

  /// Makes room for the sums of this many tokens.
  void reserve(int tokens) {
    int padded = Math.min(tokens, TOKENS) + ActivationTiles.TOKENS - 1;
    int length = Panel.ROWS * (padded / ActivationTiles.TOKENS * ActivationTiles.TOKENS);
    if (sums.length < length) {
      sums = new float[length];
    }
  }

  /// Reads a byte of each page: a load that meets the end of a file cut short after it was mapped
  /// is an error here, and the end of the process in a vector loop.
  void touch(MemorySegment data, long from, long to) {
    long sum = 0;
    for (long at = from; at < to; at += PAGE) {
      sum += data.get(ValueLayout.JAVA_BYTE, at);
    }
    touched += sum + data.get(ValueLayout.JAVA_BYTE, to - 1);
  }
}
