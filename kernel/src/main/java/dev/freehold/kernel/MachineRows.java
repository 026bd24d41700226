package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Quantize;
import java.util.Objects;

/// [RowOps] by emitted code where there is some and it pays, else by another tier.
final class MachineRows implements RowOps {
  private final RowOps other;
  private final RowCode code = new RowCode();

  /// @param other what operates where emitted code does not
  MachineRows(RowOps other) {
    this.other = other;
  }

  @Override
  public void rmsNorm(Rows x, Rows y, int from, int to, Norm norm) {
    other.rmsNorm(x, y, from, to, norm);
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
    other.activate(function, x, y, from, to, n);
  }

  @Override
  public void activateGated(
      Activation function, Rows gate, Rows up, Rows y, int from, int to, int n) {
    other.activateGated(function, gate, up, y, from, to, n);
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
    other.rope(x, from, to, rope, table);
  }

  @Override
  public void quantize(Rows x, int from, int to, int n, Int8Blocks blocks) {
    int perRow = n / Activations.BLOCK;
    if (perRow < Int8Quantize.BLOCKS) {
      other.quantize(x, from, to, n, blocks);
      return;
    }
    for (int t = from; t < to; t++) {
      Objects.checkFromIndexSize(x.at(t), n, x.data().length);
      Objects.checkFromIndexSize(t * perRow, perRow, blocks.count());
      code.quantize(x.segment(), 4L * x.at(t), blocks, t * perRow, perRow);
    }
  }
}
