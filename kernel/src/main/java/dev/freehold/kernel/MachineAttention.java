package dev.freehold.kernel;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// [AttentionOps] by emitted code, where it has kernels for the shape, else by another tier.
final class MachineAttention implements AttentionOps {
  private static final int CHUNK_ROWS = 128;

  private final Deferred<AttentionOps> other;
  private final Optional<String> unavailable;
  private MachineAttentionParts parts = new MachineAttentionParts(1);
  private @Nullable MachineAttentionChunk[] chunks = {};

  /// @param other what attends where emitted code does not
  /// @param limit the best instructions that may be used
  MachineAttention(Supplier<AttentionOps> other, InstructionSet limit) {
    this.other = new Deferred<>(() -> prepared(other.get()));
    this.unavailable = MachineSupport.here().lacksFloats(limit);
  }

  private AttentionOps prepared(AttentionOps made) {
    made.prepare(chunks.length);
    return made;
  }

  /// Why attention of this shape is another tier's, or empty.
  Optional<String> declines(AttentionShape shape) {
    if (shape.softcap() != 0) {
      return Optional.of("its scores are soft-capped");
    }
    if (shape.valueDim() % 16 != 0) {
      return Optional.of("values of %d are no multiple of 16 long".formatted(shape.valueDim()));
    }
    return unavailable;
  }

  @Override
  public void prepare(int workers) {
    chunks = new MachineAttentionChunk[workers];
    parts = new MachineAttentionParts(workers);
  }

  /// About as many rows for all shapes: widened keys and values serve them all, and their scores
  /// stay in the second cache.
  @Override
  public int chunkTokens(AttentionShape shape) {
    return declines(shape).isPresent()
        ? other.get().chunkTokens(shape)
        : Math.clamp(CHUNK_ROWS / (shape.heads() / shape.keyValueHeads()), 4, 64);
  }

  @Override
  public void attend(AttentionCall call, int group, int from, int to, int worker) {
    if (declines(call.shape).isPresent()) {
      other.get().attend(call, group, from, to, worker);
      return;
    }
    chunk(call, worker).attend(call, group, from, to);
  }

  private MachineAttentionChunk chunk(AttentionCall call, int worker) {
    MachineAttentionChunk chunk = chunks[worker];
    if (chunk == null) {
      chunk = new MachineAttentionChunk(call);
      chunks[worker] = chunk;
    }
    return chunk;
  }

  @Override
  public int cut(AttentionCall call) {
    return declines(call.shape).isPresent() ? 1 : parts.cut(call);
  }

  @Override
  public void attendPart(AttentionCall call, int group, int part, int worker) {
    chunk(call, worker).attendPart(call, group, parts, part);
  }

  @Override
  public void joinParts(AttentionCall call, int group, int worker) {
    chunk(call, worker).joinParts(call, group, parts);
  }
}
