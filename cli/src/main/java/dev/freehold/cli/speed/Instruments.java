package dev.freehold.cli.speed;

import dev.freehold.kernel.FmaPeak;
import dev.freehold.kernel.Int8Peak;
import dev.freehold.kernel.ReadBandwidth;
import dev.freehold.kernel.VectorModule;
import dev.freehold.kernel.WorkerPool;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// Measures the limits of this machine with a model's threads, each in some milliseconds.
///
/// Owns the block of memory that reads go through, from the first measurement of the read bandwidth
/// until it is closed.
public final class Instruments implements ToDoubleFunction<Limit>, AutoCloseable {
  private static final long BLOCK = 256L << 20;
  private static final int ROUNDS = 6;
  private static final int PAIRS = 15;

  private final WorkerPool pool;
  private Optional<ReadBandwidth> block = Optional.empty();

  public Instruments(WorkerPool pool) {
    this.pool = pool;
  }

  /// Bytes or operations per second now.
  ///
  /// @throws dev.freehold.kernel.KernelException where this JVM or this machine cannot measure it
  @Override
  public double applyAsDouble(Limit limit) {
    return switch (limit) {
      case READ -> block().measure();
      case INT8 -> Int8Peak.measure(pool, ROUNDS);
      case F32 -> {
        VectorModule.require(); // before a class of vectors is touched
        yield FmaPeak.measure(pool, ROUNDS);
      }
    };
  }

  /// How much of the read bandwidth loads alone reach, which draw no lines nearer: the median of
  /// some pairs of measurements. Empty where the read bandwidth was not measured.
  public OptionalDouble plainLoads() {
    if (block.isEmpty()) {
      return OptionalDouble.empty();
    }
    double[] shares = new double[PAIRS];
    for (int i = 0; i < PAIRS; i++) {
      shares[i] = block.get().measurePlain() / block.get().measure();
    }
    return OptionalDouble.of(Median.of(shares));
  }

  private ReadBandwidth block() {
    if (block.isEmpty()) {
      block = Optional.of(new ReadBandwidth(pool, BLOCK));
    }
    return block.get();
  }

  @Override
  public void close() {
    block.ifPresent(ReadBandwidth::close);
  }
}
