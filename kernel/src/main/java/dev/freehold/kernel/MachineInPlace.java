package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Chunk.Part;
import dev.freehold.kernel.x86.Int8DotRows;
import dev.freehold.kernel.x86.Int8Tile;
import dev.freehold.kernel.x86.RowLayout;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/// Rows of a quantized matrix in the layout of its dtype, where the file is mapped, for emitted
/// code.
final class MachineInPlace implements MachineWeights {
  /// Takes the dtypes that are unpacked by emitted code.
  record Kernel(MachineWorkers workers) implements MatrixKernel {
    @Override
    public String name() {
      return "machine-int8";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      if (kernels.options().activations() == ActivationFormat.F32) {
        return Optional.of("activations stay float32");
      }
      if (layout(weights.dtype()).isEmpty()) {
        return Optional.of(weights.dtype() + " is not unpacked by machine code");
      }
      if (!weights.data().isNative()) {
        return Optional.of("its bytes lie on the heap");
      }
      InstructionSet best = kernels.options().instructions();
      return best == InstructionSet.AVX512_VNNI
          ? MachineSupport.here().lacks(best)
          : Optional.of(best + " machine code takes prepared files only");
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      MachineInPlace rows = new MachineInPlace(weights, layout(weights.dtype()).orElseThrow());
      return new MachineMatrix(name(), weights, rows, kernels, workers);
    }
  }

  private static Optional<RowLayout> layout(Dtype dtype) {
    return Arrays.stream(RowLayout.values())
        .filter(layout -> layout.name().equals(dtype.name()))
        .findFirst();
  }

  private final Tensor weights;
  private final RowLayout layout;
  private final MachineKernels.InPlace code;

  /// Of the last group, which may have fewer rows.
  private final MachineKernels.InPlace lastCode;

  private final int rows;

  private MachineInPlace(Tensor weights, RowLayout layout) {
    this.weights = weights;
    this.layout = layout;
    this.rows = Math.toIntExact(weights.rows());
    this.code = new MachineKernels.InPlace(layout, ROWS);
    this.lastCode = new MachineKernels.InPlace(layout, (rows - 1) % ROWS + 1);
  }

  @Override
  public Int8Tile.Ending ending() {
    return layout.ending();
  }

  @Override
  public MachineKernels.Tiles tiles() {
    return MachineKernels.Tiles.of(layout.ending());
  }

  @Override
  public int offset() {
    return layout.offset();
  }

  @Override
  public MemorySegment data() {
    return weights.data();
  }

  @Override
  public long start(int row) {
    return Math.min(row, rows) * weights.rowBytes();
  }

  @Override
  public void plan(ChunkPlan plan, MachineScratch scratch, int row, int groups) {
    long stretch = weights.dtype().byteSize((long) MachineScratch.BLOCKS * Activations.BLOCK);
    long perChunk = (long) Int8Tile.GROUPS * ROWS * weights.rowBytes();
    for (int g = 0; g < Int8Tile.GROUPS; g++) {
      Part part = g == 0 ? Part.UNPACK : Part.UNPACK_SECOND;
      int end = row + (g + 1) * ROWS;
      MemorySegment unpack = (end > rows ? lastCode : code).unpack();
      plan.call(part, g < groups ? unpack : MemorySegment.NULL);
      long first = weights.data().address() + (long) g * ROWS * weights.rowBytes();
      plan.set(part, 0, first, perChunk, stretch, 0);
      plan.set(part, 1, weights.rowBytes());
      plan.set(part, 2, scratch.bitsOf(g));
      plan.set(part, 3, scratch.scalesOf(g));
      plan.setBlocks(part, 4);
      // The stretch that this worker will unpack after this one and the other group's.
      long toNextChunk = perChunk - plan.stretches() * stretch;
      plan.set(part, 5, first + stretch, perChunk, stretch, toNextChunk);
    }
    plan.setWeights(scratch.bitsOf(0), 0, 0, scratch.bitsOf(1) - scratch.bitsOf(0));
  }

  private long at(int row, int block) {
    long column = weights.dtype().byteSize((long) block * Activations.BLOCK);
    return weights.data().address() + start(row) + column;
  }

  /// Two tokens are worth unpacking for.
  @Override
  public int fewTokens() {
    return 1;
  }

  @Override
  public int tokensAtOnce() {
    return 1;
  }

  @Override
  public int groupsAtOnce(int tokens) {
    return 1;
  }

  @Override
  public void multiplyFew(MachineScratch scratch, Activations x, FewProducts few) {
    int blocks = x.blocks();
    long index = (long) few.token * blocks;
    scratch.set(Int8DotRows.Field.BLOCKS, blocks);
    scratch.set(Int8DotRows.Field.ROW_BYTES, weights.rowBytes());
    scratch.set(Int8DotRows.Field.X_OFFSET, index * Activations.BLOCK);
    scratch.set(Int8DotRows.Field.X_SCALES_OFFSET, index * 4);
    scratch.set(Int8DotRows.Field.STARTS_OFFSET, index * ending().startBytes());
    scratch.set(Int8DotRows.Field.OUT_OFFSET, 4L * few.at);
    scratch.set(Int8DotRows.Field.NEXT, at(few.row + ROWS, 0));
    (few.row + ROWS > rows ? lastCode : code)
        .multiply(
            at(few.row, 0),
            x.integersSegment(),
            x.scalesSegment(),
            few.starts,
            few.out.segment(),
            scratch.dotFields());
  }
}
