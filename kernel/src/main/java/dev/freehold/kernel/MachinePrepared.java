package dev.freehold.kernel;

import dev.freehold.kernel.x86.Int8Chunk.Part;
import dev.freehold.kernel.x86.Int8Emitter;
import dev.freehold.kernel.x86.Int8Stream;
import dev.freehold.kernel.x86.Int8Tile;
import dev.freehold.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Rows of a quantized matrix interleaved by 16, where a prepared file is mapped, for emitted code.
final class MachinePrepared implements MachineWeights {
  /// Takes the matrices that the prepared file holds.
  ///
  /// @param cached which of them stay in a cache
  record Kernel(MachineWorkers workers, Optional<PreparedFile> file, CachedWeights cached)
      implements MatrixKernel {
    Kernel(MachineWorkers workers, Optional<PreparedFile> file) {
      this(workers, file, CachedWeights.of(file));
    }

    @Override
    public String name() {
      return "machine-int8-prepared";
    }

    @Override
    public Optional<String> declines(Tensor weights, Kernels kernels) {
      // In this order, so that a process without prepared files never probes for machine code.
      return PreparedWeights.declines(weights, kernels, file)
          .or(() -> MachineSupport.here().declines(kernels.options().instructions()));
    }

    @Override
    public Matrix bind(Tensor weights, Kernels kernels) {
      MemorySegment data = file.orElseThrow().find(weights).orElseThrow();
      MachinePrepared rows =
          new MachinePrepared(weights, data, cached.take(data.byteSize()), kernels);
      return new MachineMatrix(name(), weights, rows, kernels, workers);
    }
  }

  private final MemorySegment data;
  private final boolean stays;
  private final PreparedLayout layout;
  private final int blocks;
  private final long groupBytes;
  private final MachineKernels.Interleaved code;
  private final MachineKernels.Tiles tiles;
  private final int tokensAtOnce;

  private MachinePrepared(Tensor weights, MemorySegment data, boolean stays, Kernels kernels) {
    this.data = data;
    this.stays = stays;
    this.layout = PreparedLayout.of(weights.dtype()).orElseThrow();
    this.blocks = Math.toIntExact(weights.columns() / Activations.BLOCK);
    this.groupBytes = layout.groupBytes(blocks);
    Int8Emitter emitter =
        MachineKernels.emitter(
            MachineSupport.here().best(kernels.options().instructions()).orElseThrow());
    this.code = MachineKernels.Interleaved.of(emitter, layout.records());
    this.tiles = MachineKernels.Tiles.of(emitter, layout.records());
    this.tokensAtOnce = emitter.streamTokens();
  }

  @Override
  public Int8Tile.Ending ending() {
    return Int8Tile.Ending.of(layout.records());
  }

  @Override
  public MachineKernels.Tiles tiles() {
    return tiles;
  }

  @Override
  public int offset() {
    return switch (layout) {
      case Q8_0 -> 128;
      case Q4_0 -> 8;
      case Q4_K -> 0;
      case Q6_K -> 32;
    };
  }

  @Override
  public MemorySegment data() {
    return data;
  }

  @Override
  public long start(int row) {
    return (row + ROWS - 1) / ROWS * groupBytes;
  }

  @Override
  public void plan(ChunkPlan plan, MachineScratch scratch, int row, int groups) {
    long perChunk = Int8Tile.GROUPS * groupBytes;
    long bits = data.address() + layout.bitsAt(blocks, 0);
    long scales = data.address() + layout.scalesAt(0);
    int stretch = MachineScratch.BLOCKS;
    long bitsStep = layout.bitsAt(blocks, stretch) - layout.bitsAt(blocks, 0);
    long scalesStep = layout.scalesAt(stretch) - layout.scalesAt(0);
    for (int g = 0; g < Int8Tile.GROUPS; g++) {
      Part part = g == 0 ? Part.UNPACK : Part.UNPACK_SECOND;
      plan.call(part, g < groups ? code.unpack() : MemorySegment.NULL);
      plan.set(part, 0, bits + g * groupBytes, perChunk, bitsStep, 0);
      plan.set(part, 1, scales + g * groupBytes, perChunk, scalesStep, 0);
      plan.set(part, 2, 0);
      plan.set(part, 3, scratch.bitsOf(g));
      plan.set(part, 4, scratch.scalesOf(g));
      plan.setBlocks(part, 5);
    }
    if (layout == PreparedLayout.Q8_0) {
      plan.setWeights(bits, perChunk, bitsStep, groupBytes);
    } else {
      plan.setWeights(scratch.bitsOf(0), 0, 0, scratch.bitsOf(1) - scratch.bitsOf(0));
    }
  }

  /// Weights that were read for the first tokens stay in the second cache for the next.
  @Override
  public int fewTokens() {
    return tokensAtOnce == 1 ? 2 : 4 * tokensAtOnce;
  }

  @Override
  public int tokensAtOnce() {
    return tokensAtOnce;
  }

  /// All of a chunk, if they are read once.
  @Override
  public int groupsAtOnce(int tokens) {
    return tokensAtOnce == 1 || tokens > tokensAtOnce ? Int8Stream.GROUPS : Integer.MAX_VALUE;
  }

  @Override
  public void multiplyFew(MachineScratch scratch, Activations x, FewProducts few) {
    long index = (long) few.token * blocks;
    int startBytes = ending().startBytes();
    scratch.set(Int8Stream.Field.BLOCKS, blocks);
    scratch.set(Int8Stream.Field.GROUPS, few.groups);
    scratch.set(Int8Stream.Field.GROUP_STRIDE, groupBytes);
    scratch.set(Int8Stream.Field.BITS_OFFSET, layout.bitsAt(blocks, 0));
    scratch.set(Int8Stream.Field.X_OFFSET, index * Activations.BLOCK);
    scratch.set(Int8Stream.Field.X_STRIDE, (long) blocks * Activations.BLOCK);
    scratch.set(Int8Stream.Field.X_SCALES_OFFSET, index * 4);
    scratch.set(Int8Stream.Field.X_SCALES_STRIDE, blocks * 4L);
    scratch.set(Int8Stream.Field.STARTS_OFFSET, index * startBytes);
    scratch.set(Int8Stream.Field.STARTS_STRIDE, (long) blocks * startBytes);
    scratch.set(Int8Stream.Field.OUT_OFFSET, 4L * few.at);
    scratch.set(Int8Stream.Field.OUT_STRIDE, 4L * few.out.stride());
    code.multiply(
        few.tokens,
        stays,
        data.address() + start(few.row),
        x.integersSegment(),
        x.scalesSegment(),
        few.starts,
        few.out.segment(),
        scratch.streamFields());
  }
}
