package dev.freehold.vault.parity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongConsumer;

/// The parity of a file's groups of stripes as it is computed, by one thread or by two that compute
/// half of each group's stripes each.
final class ComputedGroups implements ParityWriter.Groups {
  private final Layout layout;
  private final LongConsumer progress;
  private final int stripesOfPart;
  private final StripeSums[] parts;

  /// @param progress is told how many bytes of the source were worked on since it was last told
  ComputedGroups(Layout layout, ByteSource source, LongConsumer progress, boolean alone) {
    this.layout = layout;
    this.progress = progress;
    int threads = alone ? 1 : 2;
    int groupBlocks = (int) Math.min(layout.group(), layout.stripes());
    this.stripesOfPart = Math.ceilDiv(groupBlocks, threads);
    this.parts = new StripeSums[threads];
    Arrays.setAll(parts, p -> new StripeSums(layout, source, stripesOfPart));
  }

  /// The first part is this thread's own, and tells how far both are, since they go side by side.
  @Override
  public void compute(long first, StripeRecord[] records) throws IOException {
    long columnBytes = (long) records.length * layout.blockBytes();
    SideBySide.Work own =
        () -> computePart(0, first, records, columns -> progress.accept(columns * columnBytes));
    if (parts.length == 1) {
      own.run();
    } else {
      SideBySide.run(own, () -> computePart(1, first, records, columns -> {}));
    }
  }

  private void computePart(int part, long first, StripeRecord[] records, LongConsumer columns)
      throws IOException {
    int from = Math.min(part * stripesOfPart, records.length);
    int to = Math.min(from + stripesOfPart, records.length);
    parts[part].compute(first + from, Arrays.copyOfRange(records, from, to), columns);
  }

  @Override
  public void store(int row, ByteBuffer blocks) {
    for (StripeSums part : parts) {
      part.store(row, blocks);
    }
  }
}
