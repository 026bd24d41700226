package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongConsumer;

/// Computes the damaged blocks of a file from the whole ones and the parity.
///
/// With E the damaged columns of a stripe and R as many whole rows: parity_r less the products of
/// the whole columns is the sum over E of coefficient(r, e) block_e; the inverse of the part of the
/// matrix that R and E make gives the blocks.
public final class BlockRepair {
  private final ByteSource file;
  private final ParityFile parity;
  private final Layout layout;
  private final ByteSink sink;
  private final RepairedFile repaired;
  private final PlaneSum sum = new PlaneSum();
  private final List<ByteRange> lost = new ArrayList<>();
  private long written;

  private BlockRepair(ByteSource file, ParityFile parity, ByteSource computed, ByteSink sink) {
    this.file = file;
    this.parity = parity;
    this.layout = parity.layout();
    this.sink = sink;
    this.repaired = new RepairedFile(file, computed, layout);
  }

  /// What a repair came to: the file as it was, unless blocks were lost.
  public record Outcome(RepairedFile file, List<ByteRange> lost) {
    public Outcome {
      lost = List.copyOf(lost);
    }
  }

  /// Computes all damaged blocks that can be; the file itself is left as it is.
  ///
  /// @param sink takes the computed blocks, from the beginning of `computed` on
  /// @param progress is told how many bytes were worked on since it was last told
  public static Outcome repair(
      ByteSource file, ParityFile parity, ByteSink sink, ByteSource computed, LongConsumer progress)
      throws IOException {
    BlockRepair repair = new BlockRepair(file, parity, computed, sink);
    DamageSearch search = new DamageSearch(file, parity, progress);
    Layout layout = parity.layout();
    for (long first = 0; first < layout.stripes(); first += layout.group()) {
      GroupRecords records = parity.records(first);
      StripeDamage damage = search.group(first, records);
      if (damage.isDataDamaged()) {
        repair.group(first, records, damage);
      }
    }
    return new Outcome(repair.repaired, repair.lost);
  }

  private void group(long first, GroupRecords records, StripeDamage damage) throws IOException {
    List<DamagedStripe> stripes = new ArrayList<>();
    for (int s = 0; s < records.size(); s++) {
      BitSet columns = damage.data()[s];
      if (columns.isEmpty()) {
        continue;
      }
      if (damage.isRepairable(s, layout.parityColumns())) {
        stripes.add(new DamagedStripe(layout, s, columns, damage.parity()[s]));
      } else {
        lose(columns, first + s);
      }
    }
    if (stripes.isEmpty()) {
      return;
    }
    loadParity(first, stripes);
    addWholeColumns(first, records.size(), stripes);
    for (DamagedStripe stripe : stripes) {
      solve(first, stripe, records.record(stripe.number).orElseThrow());
    }
  }

  private void loadParity(long first, List<DamagedStripe> stripes) {
    Chunk chunk = new Chunk(layout);
    for (int row = 0; row < layout.parityColumns(); row++) {
      parity.readRow(chunk, first, row);
      for (DamagedStripe stripe : stripes) {
        for (int i = 0; i < stripe.rows.length; i++) {
          if (stripe.rows[i] == row) {
            stripe.sums[i].load(chunk.block(stripe.number));
          }
        }
      }
    }
  }

  private void addWholeColumns(long first, int size, List<DamagedStripe> stripes) {
    Chunk chunk = new Chunk(layout);
    Block block = new Block(layout.blockBytes());
    Block[] source = {block};
    int[] coefficient = new int[1];
    for (int column = 0; column < layout.dataColumns(); column++) {
      chunk.readWhatCanBe(file, layout.position(column, first), size);
      for (DamagedStripe stripe : stripes) {
        if (stripe.isDamaged(column)) {
          continue;
        }
        block.load(chunk.block(stripe.number));
        for (int i = 0; i < stripe.rows.length; i++) {
          coefficient[0] = CauchyMatrix.coefficient(stripe.rows[i], column);
          sum.add(stripe.sums[i], source, coefficient, 1);
        }
      }
    }
  }

  /// Computes the blocks of a stripe; one that does not have its check is lost, not written.
  private void solve(long first, DamagedStripe stripe, StripeRecord record) throws IOException {
    int[][] inverse = CauchyMatrix.inverse(stripe.rows, stripe.columns);
    Block block = new Block(layout.blockBytes());
    for (int i = 0; i < stripe.columns.length; i++) {
      block.clear();
      sum.add(block, stripe.sums, inverse[i], stripe.sums.length);
      ByteBuffer bytes = ByteBuffer.allocate(layout.blockBytes());
      block.store(bytes);
      bytes.flip();
      int column = stripe.columns[i];
      if (StripeRecord.checkOf(bytes.duplicate()) != record.data(column)) {
        lost.add(range(column, first + stripe.number));
        continue;
      }
      sink.write(bytes);
      repaired.put(layout.block(column, first + stripe.number), written);
      written += layout.blockBytes();
    }
  }

  private void lose(BitSet columns, long stripe) {
    columns.stream().forEach(column -> lost.add(range(column, stripe)));
  }

  private ByteRange range(int column, long stripe) {
    long from = layout.position(column, stripe);
    return new ByteRange(from, Math.min(from + layout.blockBytes(), layout.length()));
  }
}
