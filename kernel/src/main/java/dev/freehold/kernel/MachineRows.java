package dev.freehold.kernel;

import dev.freehold.kernel.x86.GateRow;
import dev.freehold.kernel.x86.Int8Quantize;
import dev.freehold.kernel.x86.RopeRow;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// [RowOps] by emitted code where there is some and it pays, else by another tier.
final class MachineRows implements RowOps {
  private final RowOps other;
  private final RowCode code = new RowCode();
  private final Map<Activation, RowCode.Gate> functions = gates(false);
  private final Map<Activation, RowCode.Gate> gates = gates(true);

  /// @param other what operates where emitted code does not
  MachineRows(RowOps other) {
    this.other = other;
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
    other.layerNorm(x, y, from, to, norm);
  }

  @Override
  public void l2Norm(Rows x, Rows y, int from, int to, Norm norm, float factor) {
    other.l2Norm(x, y, from, to, norm, factor);
  }

  @Override
  public void add(Rows x, Rows y, int from, int to, int n) {
    other.add(x, y, from, to, n);
  }

  @Override
  public void addScaled(Rows x, Rows y, int from, int to, int n, float factor) {
    other.addScaled(x, y, from, to, n, factor);
  }

  @Override
  public void scale(Rows y, int from, int to, int n, float factor) {
    other.scale(y, from, to, n, factor);
  }

  @Override
  public void multiply(Rows x, Rows y, int from, int to, int n) {
    other.multiply(x, y, from, to, n);
  }

  @Override
  public void addBias(Rows y, int from, int to, float[] bias) {
    other.addBias(y, from, to, bias);
  }

  @Override
  public void multiplyColumns(Rows y, int from, int to, float[] factors) {
    other.multiplyColumns(y, from, to, factors);
  }

  @Override
  public void activate(Activation function, Rows x, Rows y, int from, int to, int n) {
    RowCode.Gate emitted = functions.get(function);
    if (emitted == null) {
      other.activate(function, x, y, from, to, n);
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
      other.activateGated(function, gate, up, y, from, to, n);
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
    other.clampedSwiglu(gate, up, y, from, to, shape);
  }

  @Override
  public void xielu(Rows x, Rows y, int from, int to, Xielu shape) {
    other.xielu(x, y, from, to, shape);
  }

  @Override
  public void softcap(Rows x, Rows y, int from, int to, int n, float cap) {
    other.softcap(x, y, from, to, n, cap);
  }

  @Override
  public void softmax(Rows x, Rows y, int from, int to, int n) {
    other.softmax(x, y, from, to, n);
  }

  @Override
  public void rope(Rows x, int from, int to, Rope rope, RopeTable table) {
    int pairs = table.pairs();
    boolean halves = rope.pairing() == Rope.Pairing.HALVES;
    if (rope.heads() < 1
        || pairs < 1
        || pairs % (halves ? RopeRow.HALVES : RopeRow.NEIGHBOURS) != 0) {
      other.rope(x, from, to, rope, table);
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
      other.quantize(x, from, to, n, blocks);
      return;
    }
    for (int t = from; t < to; t++) {
      check(x, t, n);
      Objects.checkFromIndexSize(t * perRow, perRow, blocks.count());
      code.quantize(x.segment(), 4L * x.at(t), blocks, t * perRow, perRow);
    }
  }
}
