package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel that unpacks a stretch of blocks of up to 16 rows, from a file's own layout to what
/// [Int8Tile] multiplies, for processors with AVX-512: weights `[blocks][8][16][4]` bytes, and
/// float32 numbers as [Int8Scales] says.
///
/// Arguments, in this order: the address of the first row's first block; the bytes from a row to
/// the next; where the weights and the numbers go; the number of blocks of 32, at most
/// [Int8Scales#BLOCKS] and a multiple of [RowLayout#sharing]; the address of the blocks that will
/// be unpacked soon, which are drawn into the cache meanwhile.
public final class Int8UnpackRows {
  public static final int ROWS = RowLoads.ROWS;

  private static final int WEIGHT_BYTES = 512;
  private static final Gp TO_WEIGHTS = RDX;
  private static final Gp TO_NUMBERS = RCX;
  private static final Gp BLOCKS = R8;
  private static final Gp AHEAD = R9;

  private Int8UnpackRows() {}

  /// @param rows how many there are, 1 to 16; the last one is written for those that are not
  public static byte[] emit(RowLayout layout, int rows) {
    Assembler a = new Assembler();
    RowLoads loads = new RowLoads(a, rows);
    RowBlocks blocks = RowBlocks.of(a, layout, loads, AHEAD, new Stores(a));
    blocks.constants();
    loads.begin();
    Label loop = new Label();
    a.bind(loop);
    blocks.together();
    a.add(TO_WEIGHTS, layout.sharing() * WEIGHT_BYTES);
    a.add(TO_NUMBERS, layout.sharing() * Int8Scales.BLOCK_BYTES);
    a.sub(BLOCKS, layout.sharing());
    a.j(Condition.NOT_EQUAL, loop);
    loads.end();
    a.vzeroupper();
    a.ret();
    return a.toArray();
  }

  /// Writes everything to memory.
  private record Stores(Assembler a) implements BlockSink {
    @Override
    public void weights(int block, int i, Vec weights) {
      a.vmovups(at(TO_WEIGHTS, WEIGHT_BYTES * block + 64 * i), weights);
    }

    @Override
    public void number(int block, int region, Vec number) {
      a.vmovups(at(TO_NUMBERS, Int8Scales.BLOCK_BYTES * block + region), number);
    }

    @Override
    public void end(int block) {}
  }
}
