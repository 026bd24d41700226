package dev.freehold.model;

import dev.freehold.kernel.Activation;
import dev.freehold.kernel.Activations;
import dev.freehold.kernel.AttentionCall;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.KeyValueStore;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Rope;
import dev.freehold.kernel.RopeTable;
import dev.freehold.kernel.Rows;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Softmax attention bound to its weights.
///
/// ```
/// q, k, v = Wq x, Wk x, Wv x      (biases, norms per head or whole, rotation)
/// cache   = cache + (k, v)
/// y       = Wo (attention(q, cache) * sigmoid(gate))
/// ```
final class AttentionBlock implements MixerBlock {
  private static final float[] NO_SINKS = {};

  private final Kernels kernels;
  private final Mixer.Attention shape;
  private final int layer;
  private final KvDtype kvDtype;
  private final Projections inputs;
  private final Optional<KeyValues> own;
  private final NormBlock queryNorm;
  private final Rotation rotation;
  private final Projection output;
  private final AttentionCall call;
  private final Activations input;
  private final Activations mixed;
  private final Rows queries;
  private final Rows gates;
  private final Rows queriesAndGates;
  private final Rows outputs;

  /// The projections and norms of a layer's own keys and values.
  private record KeyValues(
      Projection key,
      Optional<Projection> value,
      NormBlock keyNorm,
      NormBlock valueNorm,
      Rows keys,
      Rows values) {
    void collect(List<Projection> projections, List<Rows> outputs) {
      projections.add(key);
      outputs.add(keys);
      if (value.isPresent()) {
        projections.add(value.get());
        outputs.add(values);
      }
    }
  }

  /// The rotation of queries and keys, if any.
  private record Rotation(Rope queries, Rope keys, Optional<RopeTable> table) {}

  AttentionBlock(Mixer.Attention shape, int modelDim, Binder binder) {
    Mixer.Heads heads = shape.heads();
    this.kernels = binder.kernels();
    this.shape = shape;
    this.kvDtype = binder.kvDtype();
    boolean gated = shape.projections().gated();
    boolean bias = shape.projections().inputBias();
    int queryDim = heads.queries() * heads.keyDim();
    int outputDim = heads.queries() * heads.valueDim();
    Projection query =
        gated
            ? binder.projection(Role.QUERY_AND_GATE, 2 * queryDim, modelDim, bias)
            : binder.projection(Role.QUERY, queryDim, modelDim, bias);
    this.queryNorm = headNorm(shape.norms(), Role.QUERY_NORM, heads.queries(), binder);
    this.layer =
        shape.source() instanceof Mixer.KeyValueSource.SharedWith shared
            ? shared.layer()
            : binder.place().layer();
    this.own =
        shape.source() instanceof Mixer.KeyValueSource.SharedWith
            ? Optional.empty()
            : Optional.of(keyValues(modelDim, binder));
    this.rotation = rotation(heads, binder.positions());
    this.output =
        binder.projection(
            Role.ATTENTION_OUTPUT, modelDim, outputDim, shape.projections().outputBias());
    this.input = binder.activations(modelDim);
    this.mixed = binder.activations(outputDim);
    this.queries = binder.rows("queries", queryDim);
    this.queriesAndGates = gated ? binder.rows("queries and gates", 2 * queryDim) : queries;
    this.gates = gated ? binder.rows("gates", outputDim) : queries;
    this.outputs = binder.rows("attended", outputDim);
    List<Projection> projections = new ArrayList<>(List.of(query));
    List<Rows> projected = new ArrayList<>(List.of(queriesAndGates));
    own.ifPresent(keyValues -> keyValues.collect(projections, projected));
    this.inputs = new Projections(kernels, projections, projected);
    this.call =
        new AttentionCall(
            shape.scores().shape(heads),
            queries,
            outputs,
            shape.scores().sinks() ? binder.vector(Role.SINKS, heads.queries()) : NO_SINKS,
            newStore(binder.arena()));
    kernels.bind(shape.scores().shape(heads));
  }

  private NormBlock headNorm(Mixer.HeadNorms norms, Role role, int heads, Binder binder) {
    int dim = shape.heads().keyDim();
    return norms.whole()
        ? binder.norm(norms.queryKey(), role, heads * dim)
        : binder.norm(norms.queryKey(), role, dim, heads);
  }

  private KeyValues keyValues(int modelDim, Binder binder) {
    Mixer.Heads heads = shape.heads();
    boolean bias = shape.projections().inputBias();
    int keyDim = heads.keyValues() * heads.keyDim();
    int valueDim = heads.keyValues() * heads.valueDim();
    return new KeyValues(
        binder.projection(Role.KEY, keyDim, modelDim, bias),
        shape.source() instanceof Mixer.KeyValueSource.KeysAsValues
            ? Optional.empty()
            : Optional.of(binder.projection(Role.VALUE, valueDim, modelDim, bias)),
        headNorm(shape.norms(), Role.KEY_NORM, heads.keyValues(), binder),
        binder.norm(shape.norms().value(), Role.VALUE, heads.valueDim(), heads.keyValues()),
        binder.rows("keys", keyDim),
        binder.rows("values", valueDim));
  }

  private Rotation rotation(Mixer.Heads heads, PositionTables tables) {
    return switch (shape.positions()) {
      case Positions.None none ->
          new Rotation(
              new Rope(heads.queries(), heads.keyDim(), 0, Rope.Pairing.HALVES),
              new Rope(heads.keyValues(), heads.keyDim(), 0, Rope.Pairing.HALVES),
              Optional.empty());
      case Positions.Rotary rotary ->
          new Rotation(
              new Rope(heads.queries(), heads.keyDim(), 0, rotary.pairing()),
              new Rope(heads.keyValues(), heads.keyDim(), 0, rotary.pairing()),
              Optional.of(tables.table(rotary)));
    };
  }

  private KeyValueStore newStore(Arena arena) {
    Mixer.Heads heads = shape.heads();
    return new KeyValueStore(arena, kvDtype, heads.keyValues(), heads.keyDim(), heads.valueDim());
  }

  @Override
  public LayerState newState(Arena arena) {
    return own.isPresent() ? new LayerState.KeyValues(newStore(arena)) : new LayerState.None();
  }

  @Override
  public void run(Rows x, Rows y, Step step) {
    int tokens = step.tokens();
    input.set(x, tokens);
    inputs.run(input);
    if (shape.projections().gated()) {
      splitGates(tokens);
    }
    queryNorm.run(queries, queries, tokens);
    if (rotation.table().isPresent()) {
      kernels.rope(queries, tokens, rotation.queries(), rotation.table().get());
    }
    scaleByPosition(step);
    if (own.isPresent()) {
      finish(own.get(), tokens);
    }
    for (int part = 0; part < step.parts(); part++) {
      attend(step, part);
    }
    if (shape.projections().gated()) {
      int n = shape.heads().queries() * shape.heads().valueDim();
      kernels.activate(Activation.SIGMOID, gates, gates, tokens, n);
      kernels.multiply(gates, outputs, tokens, n);
    }
    mixed.set(outputs, tokens);
    output.run(mixed, y);
  }

  private KeyValueStore store(Step step, int part) {
    return ((LayerState.KeyValues) step.state(part, layer)).store();
  }

  private void attend(Step step, int part) {
    KeyValueStore store = store(step, part);
    int first = step.firstRow(part);
    int count = step.count(part);
    kernels.attend(
        own.isPresent()
            ? call.append(store, own.get().keys(), own.get().values(), first, count)
            : call.set(store, step.position(part), first, count));
  }

  /// What keys and values are when projected, normalized and rotated.
  private void finish(KeyValues own, int tokens) {
    if (own.value().isEmpty()) {
      int n = shape.heads().keyValues() * shape.heads().keyDim();
      for (int t = 0; t < tokens; t++) {
        System.arraycopy(
            own.keys().data(), own.keys().at(t), own.values().data(), own.values().at(t), n);
      }
    }
    own.keyNorm().run(own.keys(), own.keys(), tokens);
    own.valueNorm().run(own.values(), own.values(), tokens);
    if (rotation.table().isPresent()) {
      kernels.rope(own.keys(), tokens, rotation.keys(), rotation.table().get());
    }
  }

  /// Per head, the query comes first and the gate behind it.
  private void splitGates(int tokens) {
    int dim = shape.heads().keyDim();
    float[] both = queriesAndGates.data();
    for (int t = 0; t < tokens; t++) {
      for (int head = 0; head < shape.heads().queries(); head++) {
        int from = queriesAndGates.at(t) + 2 * head * dim;
        System.arraycopy(both, from, queries.data(), queries.at(t) + head * dim, dim);
        System.arraycopy(both, from + dim, gates.data(), gates.at(t) + head * dim, dim);
      }
    }
  }

  private void scaleByPosition(Step step) {
    Mixer.PositionTemperature temperature = shape.scores().temperature();
    if (temperature.beta() == 0) {
      return;
    }
    int n = shape.heads().queries() * shape.heads().keyDim();
    for (int part = 0; part < step.parts(); part++) {
      for (int t = 0; t < step.count(part); t++) {
        float factor = temperature.at(step.position(part) + t);
        int from = queries.at(step.firstRow(part) + t);
        for (int i = from; i < from + n; i++) {
          queries.data()[i] *= factor;
        }
      }
    }
  }
}
