package dev.freehold.kernel;

import dev.freehold.kernel.x86.Program;
import dev.freehold.kernel.x86.ReadLines;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Measures how fast this machine reads memory, by machine code where some runs, else by loads of
/// the Vector API: the limit of decoding, which reads every weight once per token.
///
/// Owns a block that no cache holds, so that some milliseconds are enough to measure at any moment.
/// For one thread at a time.
public final class ReadBandwidth implements AutoCloseable {
  private static final long CHUNK = 1L << 20;
  private static final int WARM_UP_READS = 8;

  private final WorkerPool pool;
  private final Arena arena = Arena.ofShared();
  private final int half;
  private final MemorySegment block;
  private final AtomicLong seen = new AtomicLong();
  private final Optional<MemorySegment> drawing;
  private final Optional<MemorySegment> plain;

  /// Takes the block and reads it some times, until that is compiled.
  ///
  /// @param pool the threads that read
  /// @param bytes size of the block, of which a cache may hold a small part
  /// @throws KernelException where no machine code runs, and the JVM runs without the Vector API's
  ///   module
  public ReadBandwidth(WorkerPool pool, long bytes) {
    this(pool, bytes, MachineSupport.here().best(InstructionSet.AVX512_VNNI));
  }

  /// @param best the instructions of the machine code, or empty for the Vector API
  ReadBandwidth(WorkerPool pool, long bytes, Optional<InstructionSet> best) {
    this.drawing = best.map(instructions -> code(instructions, true));
    this.plain = best.map(instructions -> code(instructions, false));
    if (best.isEmpty()) {
      VectorModule.require();
    }
    this.pool = pool;
    half = Math.toIntExact(Math.max(1, bytes / (2 * CHUNK)));
    block = arena.allocate(2 * half * CHUNK, 64);
    pool.run((chunk, worker) -> block.asSlice(chunk * CHUNK, CHUNK).fill((byte) 1), 2 * half);
    for (int i = 0; i < WARM_UP_READS; i++) {
      measure();
    }
  }

  /// Where [ReadLines] begins.
  static MemorySegment code(InstructionSet best, boolean draws) {
    boolean wide = best == InstructionSet.AVX512_VNNI;
    return MachineKernels.all()
        .get(List.of(ReadLines.class, wide, draws), () -> ReadLines.emit(wide, draws));
  }

  /// Bytes per second now: the better of two reads, since something may come between one. They take
  /// a half of the block each, so that the second finds nothing of the first in a cache.
  public double measure() {
    return measure(drawing);
  }

  /// The same by loads alone, as most programs that measure memory read it.
  public double measurePlain() {
    return measure(plain);
  }

  private double measure(Optional<MemorySegment> code) {
    return Math.max(read(code, 0), read(code, half));
  }

  private double read(Optional<MemorySegment> code, int first) {
    seen.set(0);
    long start = System.nanoTime();
    pool.run((chunk, worker) -> seen.addAndGet(read(code, (first + chunk) * CHUNK)), half);
    double seconds = (System.nanoTime() - start) / 1e9;
    if (seen.get() == 0) {
      throw new KernelException("read bandwidth: the block was not read");
    }
    return half * CHUNK / seconds;
  }

  private long read(Optional<MemorySegment> code, long from) {
    if (code.isEmpty()) {
      return Loads.read(block, from);
    }
    try {
      Program.NUMBERS.invokeExact(code.get(), block.address() + from, CHUNK, 0L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
    return 1;
  }

  /// A chunk by the Vector API, whose classes are loaded with this one.
  private static final class Loads {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int STEP = SPECIES.vectorByteSize();

    /// Reads a chunk by four independent chains; the result keeps the loads alive.
    static long read(MemorySegment block, long from) {
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

  @Override
  public void close() {
    arena.close();
  }
}
