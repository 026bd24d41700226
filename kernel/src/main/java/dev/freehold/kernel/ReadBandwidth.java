package dev.freehold.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Measures how fast this machine reads memory with vector loads: the limit of decoding, which
/// reads every weight once per token.
public final class ReadBandwidth {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int STEP = SPECIES.vectorByteSize();
  private static final long CHUNK = 4L << 20;

  private ReadBandwidth() {}

  /// Bytes per second at best, over rounds of reading a block that no cache holds.
  ///
  /// @param pool the threads that read
  /// @param bytes size of the block; taken while this runs
  /// @param rounds how often it is read, after two rounds that do not count
  /// @throws KernelException where the JVM runs without the Vector API's module
  public static double measure(WorkerPool pool, long bytes, int rounds) {
    VectorModule.require();
    int chunks = Math.toIntExact(Math.max(1, bytes / CHUNK));
    AtomicLong seen = new AtomicLong();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment block = arena.allocate(chunks * CHUNK, 64);
      pool.run((chunk, worker) -> block.asSlice(chunk * CHUNK, CHUNK).fill((byte) 1), chunks);
      double best = 0;
      for (int round = -2; round < rounds; round++) {
        long start = System.nanoTime();
        pool.run((chunk, worker) -> seen.addAndGet(read(block, chunk * CHUNK)), chunks);
        double seconds = (System.nanoTime() - start) / 1e9;
        best = round < 0 ? best : Math.max(best, chunks * CHUNK / seconds);
      }
      if (seen.get() == 0) {
        throw new KernelException("read bandwidth: the block was not read");
      }
      return best;
    }
  }

  /// Reads a chunk by four independent chains; the result keeps the loads alive.
  private static long read(MemorySegment block, long from) {
    ByteOrder order = ByteOrder.nativeOrder();
    LongVector a = LongVector.zero(SPECIES);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long at = from; at < from + CHUNK; at += 4L * STEP) {
      a = a.or(LongVector.fromMemorySegment(SPECIES, block, at, order));
      b = b.or(LongVector.fromMemorySegment(SPECIES, block, at + STEP, order));
      c = c.or(LongVector.fromMemorySegment(SPECIES, block, at + 2L * STEP, order));
      d = d.or(LongVector.fromMemorySegment(SPECIES, block, at + 3L * STEP, order));
    }
    return a.or(b).or(c.or(d)).reduceLanes(VectorOperators.OR);
  }
}
