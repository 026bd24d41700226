package dev.freehold.kernel;

/// [BatchAttention] with the tiles that leave fewer columns empty: heads are often narrower than
/// the widest tile.
final class FittedAttention implements BatchAttention {
  private final TiledAttention wide;
  private final TiledAttention narrow;

  FittedAttention(TiledAttention wide, TiledAttention narrow) {
    this.wide = wide;
    this.narrow = narrow;
  }

  private TiledAttention of(AttentionBatch batch) {
    boolean fits = narrow.headColumns(batch.shape) < wide.headColumns(batch.shape);
    return fits ? narrow : wide;
  }

  @Override
  public void attend(AttentionBatch batch, int sequence, int group, int worker) {
    of(batch).attend(batch, sequence, group, worker);
  }

  @Override
  public void gradient(
      AttentionBatch batch, AttentionGradient gradient, int sequence, int group, int worker) {
    of(batch).gradient(batch, gradient, sequence, group, worker);
  }

  @Override
  public long scratchBytes() {
    return wide.scratchBytes() + narrow.scratchBytes();
  }
}
