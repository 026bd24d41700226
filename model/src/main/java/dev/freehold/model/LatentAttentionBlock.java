package dev.freehold.model;

import dev.freehold.kernel.Activations;
import dev.freehold.kernel.AttentionCall;
import dev.freehold.kernel.AttentionShape;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.KeyValueStore;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Rope;
import dev.freehold.kernel.RopeTable;
import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;

/// Multi-head latent attention bound to its weights, with the expansion of keys and values absorbed
/// into queries and results, so that the cache holds one short vector per token.
///
/// ```
/// q_h      = (plain, rotated) of head h of Wqb norm(Wqa x)
/// latent   = (norm(c), rotated k) of Wkva x
/// scores_h = (K_h plain_h, rotated_h) . latent
/// y        = Wo (V_h attended_h for each head h)
/// ```
final class LatentAttentionBlock implements MixerBlock {
  private static final float[] NO_SINKS = {};

  private final Kernels kernels;
  private final Mixer.LatentAttention shape;
  private final int layer;
  private final KvDtype kvDtype;
  private final Queries query;
  private final Projection latent;
  private final NormBlock latentNorm;
  private final Head[] heads;
  private final Projection output;
  private final RopeTable table;
  private final Rope queryRope;
  private final Rope keyRope;
  private final AttentionCall call;
  private final Activations input;
  private final Activations plainInput;
  private final Activations latentInput;
  private final Activations mixed;
  private final Rows queries;
  private final Rows absorbed;
  private final Rows latents;
  private final Rows outputs;

  /// From the input to queries: compressed, normalized and expanded, or directly.
  private record Queries(
      boolean compressed,
      Projection first,
      NormBlock norm,
      Projection last,
      Rows buffer,
      Activations between) {}

  /// The matrices of a head, with its parts of the rows.
  private record Head(
      Projection key, Projection value, Rows plain, Rows absorbed, Rows attended, Rows result) {}

  LatentAttentionBlock(Mixer.LatentAttention shape, int modelDim, Binder binder) {
    int queryDim = shape.heads() * shape.keyDim();
    int latentDim = shape.keyValueRank() + shape.positions().dims();
    this.kernels = binder.kernels();
    this.shape = shape;
    this.layer = binder.place().layer();
    this.kvDtype = binder.kvDtype();
    this.query = bindQueries(modelDim, queryDim, binder);
    this.latent = binder.projection(Role.LATENT, latentDim, modelDim);
    this.latentNorm = binder.norm(shape.norm(), Role.LATENT_NORM, shape.keyValueRank());
    this.queries = binder.rows("queries", queryDim);
    this.absorbed = binder.rows("absorbed queries", shape.heads() * latentDim);
    this.latents = binder.rows("latents", latentDim);
    Rows attended = binder.rows("attended", shape.heads() * shape.keyValueRank());
    this.outputs = binder.rows("latent outputs", shape.heads() * shape.valueDim());
    this.heads = new Head[shape.heads()];
    for (int h = 0; h < heads.length; h++) {
      heads[h] = bindHead(h, attended, binder.part(h, heads.length));
    }
    this.output =
        binder.projection(Role.ATTENTION_OUTPUT, modelDim, shape.heads() * shape.valueDim());
    this.table = binder.positions().table(shape.positions());
    Rope.Pairing pairing = shape.positions().pairing();
    this.queryRope = new Rope(shape.heads(), shape.keyDim(), shape.plainDim(), pairing);
    this.keyRope = new Rope(1, latentDim, shape.keyValueRank(), pairing);
    this.input = binder.activations(modelDim);
    this.plainInput = binder.activations(shape.plainDim());
    this.latentInput = binder.activations(shape.keyValueRank());
    this.mixed = binder.activations(shape.heads() * shape.valueDim());
    AttentionShape attention =
        new AttentionShape(shape.heads(), 1, latentDim, shape.keyValueRank(), shape.scale(), 0, 0);
    this.call =
        new AttentionCall(attention, absorbed, attended, NO_SINKS, newStore(binder.arena()));
    kernels.bind(attention);
  }

  private Queries bindQueries(int modelDim, int queryDim, Binder binder) {
    int rank = shape.queryRank();
    if (rank == 0) {
      Projection direct = binder.projection(Role.QUERY, queryDim, modelDim);
      NormBlock none = binder.norm(Normalization.none(), Role.QUERY_NORM, queryDim);
      Rows queryRows = binder.rows("queries", queryDim);
      return new Queries(false, direct, none, direct, queryRows, binder.activations(modelDim));
    }
    return new Queries(
        true,
        binder.projection(Role.QUERY_COMPRESSION, rank, modelDim),
        binder.norm(shape.norm(), Role.QUERY_COMPRESSION_NORM, rank),
        binder.projection(Role.QUERY_EXPANSION, queryDim, rank),
        binder.rows("compressed queries", rank),
        binder.activations(rank));
  }

  private Head bindHead(int h, Rows attended, Binder binder) {
    int rank = shape.keyValueRank();
    int latentDim = rank + shape.positions().dims();
    return new Head(
        binder.projection(Role.LATENT_KEY, rank, shape.plainDim()),
        binder.projection(Role.LATENT_VALUE, shape.valueDim(), rank),
        queries.from(h * shape.keyDim()),
        absorbed.from(h * latentDim),
        attended.from(h * rank),
        outputs.from(h * shape.valueDim()));
  }

  private KeyValueStore newStore(Arena arena) {
    int rank = shape.keyValueRank();
    return new KeyValueStore(arena, kvDtype, 1, rank + shape.positions().dims(), rank);
  }

  @Override
  public LayerState newState(Arena arena) {
    return new LayerState.KeyValues(newStore(arena));
  }

  @Override
  public void run(Rows x, Rows y, Step step) {
    int tokens = step.tokens();
    input.set(x, tokens);
    if (query.compressed()) {
      query.first().run(input, query.buffer());
      query.norm().run(query.buffer(), query.buffer(), tokens);
      query.between().set(query.buffer(), tokens);
      query.last().run(query.between(), queries);
      input.set(x, tokens);
    } else {
      query.first().run(input, queries);
    }
    latent.run(input, latents);
    latentNorm.run(latents, latents, tokens);
    kernels.rope(queries, tokens, queryRope, table);
    kernels.rope(latents, tokens, keyRope, table);
    absorb(tokens);
    for (int part = 0; part < step.parts(); part++) {
      KeyValueStore store = ((LayerState.KeyValues) step.state(part, layer)).store();
      int first = step.firstRow(part);
      int count = step.count(part);
      kernels.attend(call.append(store, latents, latents, first, count));
    }
    for (Head head : heads) {
      latentInput.set(head.attended(), tokens);
      head.value().run(latentInput, head.result());
    }
    mixed.set(outputs, tokens);
    output.run(mixed, y);
  }

  private void absorb(int tokens) {
    int rotated = shape.positions().dims();
    for (Head head : heads) {
      plainInput.set(head.plain(), tokens);
      head.key().run(plainInput, head.absorbed());
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(
            queries.data(),
            head.plain().at(t) + shape.plainDim(),
            absorbed.data(),
            head.absorbed().at(t) + shape.keyValueRank(),
            rotated);
      }
    }
  }
}
