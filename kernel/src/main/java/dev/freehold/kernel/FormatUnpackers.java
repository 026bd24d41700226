package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.lang.foreign.MemorySegment;

/// Reads any dtype with an integer form into a panel by its [BlockFormat], block by block.
final class FormatUnpackers implements Unpackers {
  @Override
  public boolean takes(Dtype dtype) {
    return BlockFormat.of(dtype).hasIntegerForm();
  }

  @Override
  public void unpack(Dtype dtype, MemorySegment weights, long offset, long rowBytes, Panel panel) {
    BlockFormat format = BlockFormat.of(dtype);
    IntegerBlock block = panel.block();
    for (int r = 0; r < panel.rows; r++) {
      for (int b = 0; b < panel.blocks; b++) {
        format.decode(weights, offset + r * rowBytes, panel.firstBlock + b, block);
        int at = Panel.at(b, r);
        for (int k = 0; k < IntegerBlock.LENGTH; k++) {
          panel.weights[at + k] = block.weights[k];
        }
        int index = b * Panel.ROWS + r;
        panel.scales[index] = block.scale;
        panel.minScales[index] = block.minScale;
        panel.lowMinimums[index] = block.minimums[0];
        panel.highMinimums[index] = block.minimums[1];
        panel.hasMinimums = block.hasMinimum;
      }
    }
  }
}
