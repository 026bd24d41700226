package dev.freehold.kernel;

import dev.freehold.kernel.x86.GateRow;
import dev.freehold.kernel.x86.Int8Quantize;
import dev.freehold.kernel.x86.RopeRow;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/// [RowOps] by emitted code where there is some and it pays, else by another tier.
final class MachineRows implements RowOps {
  private final Deferred<RowOps> other;
  private final RowOps plain = new ReferenceRows();
  private final RowCode code = new RowCode();
  private final Map<Activation, RowCode.Gate> functions = gates(false);
  private final Map<Activation, RowCode.Gate> gates = gates(true);

  /// @param other what operates where emitted code does not
  MachineRows(Supplier<RowOps> other) {
    this.other = new Deferred<>(other);
  }

  private static Map<Activation, RowCode.Gate> gates(boolean gated) {
    Map<Activation, RowCode.Gate> gates = new EnumMap<>(Activation.class);
    gates.put(Activation.SILU, new RowCode.Gate(GateRow.Function.SILU, gated));
    gates.put(Activation.GELU_TANH, new RowCode.Gate(GateRow.Function.GELU_TANH, gated));
    return gates;
  }

  private static void check(Rows x, int t, long n) {
    Objects.checkFromIndexSize(x.at(t), n, (long) x.data().length);
  }

  @Override
  public void rmsNorm(Rows x, Rows y, int from, int to, Norm norm) {
    long n = (long) norm.n() * norm.groups();
    for (int t = from; t < to; t++) {
      check(x, t, n);
      check(y, t, n);
      code.rmsNorm(x, y, t, norm);
    }
  }

  @Override
  public void layerNorm(Rows x, Rows y, int from, int to, Norm norm) {
    other.get().layerNorm(x, y, from, to, norm);
  }

  @Override
  public void l2Norm(Rows x, Rows y, int from, int to, Norm norm, float factor) {
    other.get().l2Norm(x, y, from, to, norm, factor);
  }

  @Override
  public void add(Rows x, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      check(x, t, n);
      check(y, t, n);
      code.add(x, y, t, n);
    }
  }

  @Override
  public void addScaled(Rows x, Rows y, int from, int to, int n, float factor) {
    other.get().addScaled(x, y, from, to, n, factor);
  }

  @Override
  public void scale(Rows y, int from, int to, int n, float factor) {
    other.get().scale(y, from, to, n, factor);
  }

  @Override
  public void multiply(Rows x, Rows y, int from, int to, int n) {
    other.get().multiply(x, y, from, to, n);
  }

  @Override
  public void addBias(Rows y, int from, int to, float[] bias) {
    other.get().addBias(y, from, to, bias);
  }

  @Override
  public void multiplyColumns(Rows y, int from, int to, float[] factors) {
    other.get().multiplyColumns(y, from, to, factors);
  }

  @Override
  public void activate(Activation function, Rows x, Rows y, int from, int to, int n) {
    RowCode.Gate emitted = functions.get(function);
    if (emitted == null) {
      other.get().activate(function, x, y, from, to, n);
      return;
    }
    for (int t = from; t < to; t++) {
      check(x, t, n);
      check(y, t, n);
      emitted.run(x, x, y, t, n);
    }
  }

  @Override
  public void activateGated(
      Activation function, Rows gate, Rows up, Rows y, int from, int to, int n) {
    RowCode.Gate emitted = gates.get(function);
    if (emitted == null) {
      other.get().activateGated(function, gate, up, y, from, to, n);
      return;
    }
    for (int t = from; t < to; t++) {
      check(gate, t, n);
      check(up, t, n);
      check(y, t, n);
      emitted.run(gate, up, y, t, n);
    }
  }

  @Override
  public void clampedSwiglu(Rows gate, Rows up, Rows y, int from, int to, ClampedSwiglu shape) {
    other.get().clampedSwiglu(gate, up, y, from, to, shape);
  }

  @Override
  public void xielu(Rows x, Rows y, int from, int to, Xielu shape) {
    other.get().xielu(x, y, from, to, shape);
  }

  @Override
  public void softcap(Rows x, Rows y, int from, int to, int n, float cap) {
    other.get().softcap(x, y, from, to, n, cap);
  }

  @Override
  public void softmax(Rows x, Rows y, int from, int to, int n) {
    other.get().softmax(x, y, from, to, n);
  }

  @Override
  public void rope(Rows x, int from, int to, Rope rope, RopeTable table) {
    int pairs = table.pairs();
    boolean halves = rope.pairing() == Rope.Pairing.HALVES;
    if (rope.heads() < 1
        || pairs < 1
        || pairs % (halves ? RopeRow.HALVES : RopeRow.NEIGHBOURS) != 0) {
      other.get().rope(x, from, to, rope, table);
      return;
    }
    long n = (rope.heads() - 1L) * rope.headDim() + 2L * pairs;
    for (int t = from; t < to; t++) {
      Objects.checkFromIndexSize(x.at(t) + rope.start(), n, (long) x.data().length);
      Objects.checkFromIndexSize((long) t * pairs, pairs, (long) table.cosines().length);
      code.rope(x, t, rope, table);
    }
  }

  @Override
  public void quantize(Rows x, int from, int to, int n, Int8Blocks blocks) {
    int perRow = n / Activations.BLOCK;
    if (perRow < Int8Quantize.BLOCKS) {
      quantizeShort(x, from, to, n, blocks);
      return;
    }
    for (int t = from; t < to; t++) {
      check(x, t, n);
      Objects.checkFromIndexSize(t * perRow, perRow, blocks.count());
      code.quantize(x.segment(), 4L * x.at(t), blocks, t * perRow, perRow);
    }
  }

  /// Rows that are too short for the kernel, which several of them that follow each other are not.
  private void quantizeShort(Rows x, int from, int to, int n, Int8Blocks blocks) {
    int perRow = n / Activations.BLOCK;
    int all = (to - from) * perRow;
    if (x.stride() != n || all < Int8Quantize.BLOCKS) {
      plain.quantize(x, from, to, n, blocks);
      return;
    }
    check(x, from, (long) (to - from) * n);
    Objects.checkFromIndexSize(from * perRow, all, blocks.count());
    code.quantize(x.segment(), 4L * x.at(from), blocks, from * perRow, all);
  }
}
