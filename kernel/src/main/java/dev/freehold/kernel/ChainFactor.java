package dev.freehold.kernel;

import dev.freehold.kernel.x86.FloatChains;
import dev.freehold.kernel.x86.FloatCopy;
import dev.freehold.kernel.x86.FloatTranspose;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One factor of a product of [MachineProducts], and how it is packed: float `outer` of panel p at
/// contracted index j stands at `p * stride + j * width + outer`.
///
/// @param data an array
/// @param at the first float
/// @param stride floats from a row to the next
/// @param along whether the contracted index runs along the rows, which are transposed then
/// @param outer rows or columns of outputs
/// @param side which factor it is
record ChainFactor(MemorySegment data, long at, long stride, boolean along, int outer, Side side) {
  /// What differs between the factors.
  enum Side {
    LEFT(FloatChains.ROWS, FloatChains.LEFT_FLOATS),
    RIGHT(FloatChains.COLUMNS, FloatChains.COLUMNS);

    /// Rows or columns of outputs of a panel.
    final int panel;

    /// Floats of a panel for each contracted index.
    final int width;

    Side(int panel, int width) {
      this.panel = panel;
      this.width = width;
    }
  }

  private static final int LANES = FloatTranspose.LANES;

  static ChainFactor of(Rows rows, boolean along, int outer, Side side) {
    MemorySegment data = MemorySegment.ofArray(rows.data());
    return new ChainFactor(data, rows.at(0), rows.stride(), along, outer, side);
  }

  int panels() {
    return (outer + side.panel - 1) / side.panel;
  }

  /// Packs panels `from` to `to`, of the contracted indices that stand from `start` on when packed,
  /// `length` of them; all of them, where the plan gives them another order.
  ///
  /// @param target the place of panel `from`, in `memory`
  void pack(Packing packing, int from, int to, int start, int length, long target) {
    if (along) {
      for (int panel = from; panel < to; panel++) {
        long place = target + (long) (panel - from) * packing.length * side.width * Float.BYTES;
        transpose(packing, panel, start, length, place);
      }
    } else {
      int whole = Math.min(to, outer / side.panel);
      if (whole > from) {
        copy(packing, from, whole - from, start, length, target);
      }
      if (whole < to) {
        long place =
            target + (long) (Math.max(from, whole) - from) * packing.length * side.width * 4;
        copy(packing, Math.max(from, whole), 1, start, length, place);
      }
    }
  }

  /// Where and how factors are packed.
  ///
  /// @param length contracted indices of a panel
  record Packing(
      MachineFloats kernels,
      ChainScratch scratch,
      ChainPlan plan,
      NativeFloats memory,
      int length) {}

  private void copy(Packing packing, int panel, int count, int start, int length, long target) {
    ChainScratch scratch = packing.scratch;
    int floats = Math.min(side.panel, outer - panel * side.panel);
    long from = at + start * stride + (long) panel * side.panel;
    scratch.set(FloatCopy.Field.OFFSET, from * Float.BYTES);
    scratch.set(FloatCopy.Field.STRIDE, stride * Float.BYTES);
    scratch.set(FloatCopy.Field.ROWS, length);
    scratch.set(FloatCopy.Field.PANELS, count);
    scratch.set(FloatCopy.Field.STEP, (long) side.panel * Float.BYTES);
    scratch.set(FloatCopy.Field.TO, packing.memory.address() + target);
    scratch.set(FloatCopy.Field.PANEL_STRIDE, (long) packing.length * side.width * Float.BYTES);
    scratch.set(FloatCopy.Field.COLUMNS, (1L << floats) - 1);
    if (side == Side.LEFT) {
      packing.kernels.copyLeft(data, scratch.copyFields());
    } else {
      packing.kernels.copyRight(data, scratch.copyFields());
    }
  }

  private void transpose(Packing packing, int panel, int start, int length, long target) {
    ChainScratch scratch = packing.scratch;
    ChainPlan plan = packing.plan;
    int bytes = side.width * Float.BYTES;
    int whole = length / LANES;
    boolean lanes = plan.lanes();
    for (int c = 0; c < LANES && whole > 0; c++) {
      scratch.setTarget(c, (long) bytes * (lanes ? plan.position(c) : c));
    }
    scratch.set(FloatTranspose.Field.STRIDE, stride * Float.BYTES);
    scratch.set(FloatTranspose.Field.VECTORS, whole);
    scratch.set(FloatTranspose.Field.STEP, lanes ? bytes : (long) LANES * bytes);
    int first = panel * side.panel;
    int end = Math.min(outer, first + side.panel);
    for (int row = first; row < first + side.width; row += LANES) {
      int count = Math.clamp(end - row, 0, LANES);
      long from = at + row * stride + start;
      long to = target + (long) (row - first) * Float.BYTES;
      if (whole > 0 && count > 0) {
        scratch.set(FloatTranspose.Field.OFFSET, from * Float.BYTES);
        scratch.set(FloatTranspose.Field.TO, packing.memory.address() + to);
        packing.kernels.transpose(count, data, scratch.transposeFields());
      }
      for (int j = count > 0 ? whole * LANES : 0; j < length; j++) {
        long place = to + (long) bytes * (lanes ? plan.position(j) : j);
        for (int i = 0; i < LANES; i++) {
          long source = (from + i * stride + j) * Float.BYTES;
          float value = i < count ? data.get(ValueLayout.JAVA_FLOAT, source) : 0;
          packing.memory.memory().set(ValueLayout.JAVA_FLOAT, place + i * 4L, value);
        }
      }
    }
  }
}
