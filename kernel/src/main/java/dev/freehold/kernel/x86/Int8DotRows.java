package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

/// The kernel of products of up to 16 rows of weights with one token, by (c) of fh1, straight from
/// a file's own layout, for processors with AVX-512 and VNNI.
///
/// Arguments: the address of the first row; the activations' integers; their scales; the starts, as
/// for [Int8Tile]; the outputs; the address of [Field]s.
public final class Int8DotRows {
  /// The fields of the last argument, 8 bytes each.
  public enum Field {
    BLOCKS,
    /// Bytes from a row to the next.
    ROW_BYTES,
    X_OFFSET,
    X_SCALES_OFFSET,
    STARTS_OFFSET,
    OUT_OFFSET,
    /// Address of the rows that will be read after these.
    NEXT;

    public int bytes() {
      return 8 * ordinal();
    }
  }

  /// After the fields: numbers of the blocks that come together, then a summand for each of four.
  private static final int NUMBERS_AT = 64;

  private static final int SUMMANDS_AT = NUMBERS_AT + 8 * Int8Scales.BLOCK_BYTES;

  /// Bytes of the last argument.
  public static final int FIELDS_BYTES = SUMMANDS_AT + 4 * 64;

  private static final Gp FIELDS = R9;
  private static final Gp X = R12;
  private static final Gp X_SCALES = RDX;
  private static final Gp STARTS = RCX;
  private static final Gp OUT = R8;
  private static final Gp AHEAD = R13;
  private static final Gp BLOCKS = R14;
  private static final Gp STRETCH = R15;
  private static final Gp[] SAVED = {R12, R13, R14, R15};

  private static final Vec CHAIN = Vec.zmm(27);

  private final Assembler a = new Assembler();
  private final RowLayout layout;
  private final RowLoads loads;
  private final RowBlocks blocks;

  private Int8DotRows(RowLayout layout, int rows) {
    this.layout = layout;
    this.loads = new RowLoads(a, rows);
    this.blocks = RowBlocks.of(a, layout, loads, AHEAD, new Sums());
  }

  /// @param rows how many there are, 1 to 16; outputs of those that are not equal the last one's
  public static byte[] emit(RowLayout layout, int rows) {
    Int8DotRows kernel = new Int8DotRows(layout, rows);
    kernel.write();
    return kernel.a.toArray();
  }

  private static Mem field(Field field) {
    return at(FIELDS, field.bytes());
  }

  private void write() {
    for (Gp register : SAVED) {
      a.push(register);
    }
    a.mov(X, RSI);
    a.add(X, field(Field.X_OFFSET));
    a.add(X_SCALES, field(Field.X_SCALES_OFFSET));
    a.add(STARTS, field(Field.STARTS_OFFSET));
    a.add(OUT, field(Field.OUT_OFFSET));
    a.mov(BLOCKS, field(Field.BLOCKS));
    a.mov(RowLoads.STRIDE, field(Field.ROW_BYTES));
    blocks.constants();
    loads.begin();
    a.vpxord(CHAIN, CHAIN, CHAIN);
    Label stretch = new Label();
    a.bind(stretch);
    stretch();
    a.cmp(BLOCKS, 0);
    a.j(Condition.GREATER, stretch);
    a.vmovups(at(OUT), CHAIN);
    loads.end();
    for (int i = SAVED.length - 1; i >= 0; i--) {
      a.pop(SAVED[i]);
    }
    a.vzeroupper();
    a.ret();
  }

  private void stretch() {
    Label last = new Label();
    Label loop = new Label();
    a.mov(AHEAD, field(Field.NEXT));
    a.mov(STRETCH, BLOCKS);
    a.sub(BLOCKS, Int8Scales.BLOCKS);
    a.cmp(BLOCKS, 0);
    a.j(Condition.EQUAL, last);
    a.j(Condition.LESS, last);
    a.mov(STRETCH, Int8Scales.BLOCKS);
    a.lea(AHEAD, at(RowLoads.FIRST, layout.stretchBytes()));
    a.bind(last);
    a.bind(loop);
    blocks.together();
    int count = layout.sharing();
    a.add(X, 32 * count);
    a.add(X_SCALES, 4 * count);
    a.add(STARTS, layout.ending().startBytes() * count);
    a.sub(STRETCH, count);
    a.j(Condition.NOT_EQUAL, loop);
  }

  /// Multiplies weights as they come, and adds a block's sum to the chain when it ends.
  private final class Sums implements BlockSink {
    /// Free at the end of a block.
    private static final Vec A = Vec.zmm(RowBlocks.WORK);

    private static final Vec B = Vec.zmm(RowBlocks.WORK + 1);

    @Override
    public void weights(int block, int i, Vec weights) {
      if (i == 0 || i == 4 && layout.ending() == Int8Tile.Ending.HALVES) {
        begin(sum(block, i), start(block, i));
      }
      a.vpdpbusd(sum(block, i), weights, at(X, 32 * block + 4 * i).broadcast());
    }

    private void begin(Vec sum, Mem start) {
      if (layout.ending() == Int8Tile.Ending.MINIMUM) {
        a.vpxord(sum, sum, sum);
      } else {
        a.vpbroadcastd(sum, start);
      }
    }

    private Mem start(int block, int i) {
      return layout.ending() == Int8Tile.Ending.HALVES
          ? at(STARTS, 8 * block + i)
          : at(STARTS, 4 * block);
    }

    /// Sums live at the same time: of a block and the next one, or of halves of a block and of the
    /// one two further.
    private Vec sum(int block, int i) {
      return switch (layout.ending()) {
        case OFFSET -> Vec.zmm(25);
        case MINIMUM -> Vec.zmm(24 + block % 2);
        case HALVES -> {
          int[] free = {24, 25, 28, 31};
          yield Vec.zmm(free[(block & 2) + i / 4]);
        }
      };
    }

    @Override
    public void number(int block, int region, Vec number) {
      if (layout.ending() != Int8Tile.Ending.OFFSET) {
        a.vmovups(number(block, region), number);
      }
    }

    private static Mem number(int block, int region) {
      return at(FIELDS, NUMBERS_AT + Int8Scales.BLOCK_BYTES * block + region);
    }

    @Override
    public void end(int block) {
      Vec sum = sum(block, 0);
      a.vcvtdq2ps(sum, sum);
      switch (layout.ending()) {
        case OFFSET -> addScaled(sum, RowBlocks.SCALE, block);
        case MINIMUM -> {
          Int8Steps.multiplyAndAddZero(a, A, sum, number(block, Int8Scales.FACTORS));
          a.vmovups(B, number(block, Int8Scales.SCALES));
          addScaled(A, B, block);
          a.vmovups(B, number(block, Int8Scales.MINIMUMS));
          Int8Steps.multiplyAndAddZero(a, A, B, at(STARTS, 4 * block).broadcast());
          a.vmovups(B, number(block, Int8Scales.MINIMUM_SCALES));
          addScaled(A, B, block);
        }
        case HALVES -> endOfHalves(block, sum);
      }
    }

    /// chain += summand * (scale * xScale)
    private void addScaled(Vec summand, Vec scale, int block) {
      a.vmulps(B, scale, at(X_SCALES, 4 * block).broadcast());
      a.vfmadd231ps(CHAIN, summand, B);
    }

    private void endOfHalves(int block, Vec first) {
      Vec second = sum(block, 4);
      a.vcvtdq2ps(second, second);
      Int8Steps.multiplyAndAddZero(a, A, first, number(block, Int8Scales.FACTORS));
      a.vfmadd231ps(A, second, number(block, Int8Scales.SECOND_FACTORS));
      a.vmovups(summand(block), A);
      if (block % 4 == 3) {
        for (int b = block - 3; b <= block; b++) {
          a.vmovups(A, summand(b));
          a.vmovups(B, number(b, Int8Scales.SCALES));
          addScaled(A, B, b);
        }
      }
    }

    private static Mem summand(int block) {
      return at(FIELDS, SUMMANDS_AT + 64 * (block % 4));
    }
  }
}
