package dev.freehold.kernel;

import java.util.concurrent.atomic.DoubleAdder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Measures how many float32 multiplications and additions this machine does per second with fused
/// multiply-add on vectors in registers: the limit of training.
public final class FmaPeak {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  /// Chains that do not wait for each other: more than latency times units of any processor here.
  private static final int CHAINS = 12;

  private static final int STEPS = 1_000_000;

  private FmaPeak() {}

  /// Operations per second at best, over rounds of about ten milliseconds; a multiplication and an
  /// addition are two.
  ///
  /// @param pool the threads that compute
  /// @param rounds how often it is measured, after three rounds that do not count
  /// @throws KernelException where the JVM runs without the Vector API's module
  public static double measure(WorkerPool pool, int rounds) {
    VectorModule.require();
    int chunks = 4 * pool.size();
    double operations = 2.0 * chunks * STEPS * CHAINS * F.length();
    DoubleAdder results = new DoubleAdder();
    double best = 0;
    for (int round = -3; round < rounds; round++) {
      long start = System.nanoTime();
      pool.run((chunk, worker) -> results.add(chains(chunk)), chunks);
      double seconds = (System.nanoTime() - start) / 1e9;
      best = round < 0 ? best : Math.max(best, operations / seconds);
    }
    if (!(results.sum() > 0)) {
      throw new KernelException("FMA peak: the sums were not computed");
    }
    return best;
  }

  /// Sums of `x + x / 2 + x / 4 + ...`; the result keeps them alive.
  private static float chains(float start) {
    FloatVector x = FloatVector.broadcast(F, start + 1);
    FloatVector half = FloatVector.broadcast(F, 0.5f);
    FloatVector a = x;
    FloatVector b = x;
    FloatVector c = x;
    FloatVector d = x;
    FloatVector e = x;
    FloatVector f = x;
    FloatVector g = x;
    FloatVector h = x;
    FloatVector i = x;
    FloatVector j = x;
    FloatVector k = x;
    FloatVector l = x;
    for (int step = 0; step < STEPS; step++) {
      a = a.lanewise(VectorOperators.FMA, half, x);
      b = b.lanewise(VectorOperators.FMA, half, x);
      c = c.lanewise(VectorOperators.FMA, half, x);
      d = d.lanewise(VectorOperators.FMA, half, x);
      e = e.lanewise(VectorOperators.FMA, half, x);
      f = f.lanewise(VectorOperators.FMA, half, x);
      g = g.lanewise(VectorOperators.FMA, half, x);
      h = h.lanewise(VectorOperators.FMA, half, x);
      i = i.lanewise(VectorOperators.FMA, half, x);
      j = j.lanewise(VectorOperators.FMA, half, x);
      k = k.lanewise(VectorOperators.FMA, half, x);
      l = l.lanewise(VectorOperators.FMA, half, x);
    }
    FloatVector sum = a.add(b).add(c.add(d)).add(e.add(f)).add(g.add(h)).add(i.add(j));
    return sum.add(k.add(l)).lane(0);
  }
}
