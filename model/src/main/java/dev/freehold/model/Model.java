package dev.freehold.model;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.kernel.Rows;
import dev.freehold.model.families.Families;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// A language model that is ready to run: its architecture bound to the weights of a file.
///
/// One step runs at a time; many sequences may be open. Owns the mapped files, the kernels and the
/// workspace.
public final class Model implements AutoCloseable {
  /// The name of the rules by which all models compute; ARCHITECTURE.md states them.
  public static final String ARITHMETIC = "fh1";

  private static final String TRUNCATED =
      "the weights could not be read: a model file was truncated while it was in use";

  private final Config config;
  private final TensorStore store;
  private final ModelOptions options;
  private final Architecture architecture;
  private final Optional<PreparedFile> prepared;
  private final Arena arena;
  private final Weights weights;
  private final Workspace workspace;
  private final PositionTables positions;
  private final Batch single;
  private final Object stepLock = new Object();
  private final Object warmUpLock = new Object();
  private volatile Kernels kernels;
  private Forward forward;
  private Optional<WarmUp> warming = Optional.empty();
  private byte[] stateKey = {};
  private volatile boolean closed;

  private Model(
      Config config,
      TensorStore store,
      ModelOptions options,
      Kernels kernels,
      Optional<PreparedFile> prepared) {
    Family family = Families.of(config);
    this.config = config;
    this.store = store;
    this.options = options;
    this.kernels = kernels;
    this.prepared = prepared;
    this.architecture = family.architecture(config);
    this.arena = Arena.ofShared();
    this.workspace = new Workspace(options.maxStepTokens());
    this.positions = new PositionTables(options.maxStepTokens());
    try {
      this.single = newBatch();
      this.weights = new Weights(store, family.layout(config), arena);
      this.forward = bind(kernels, weights, workspace, positions);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private Forward bind(Kernels tier, Weights source, Workspace working, PositionTables rotations) {
    return new Forward(
        architecture,
        new Binder(
            tier, source, working, rotations, options.kvDtype(), arena, Weights.Place.MODEL));
  }

  /// Opens a GGUF file, or a folder with config.json and safetensors.
  ///
  /// @throws ModelException where the family is unknown, or metadata or tensors do not fit it
  public static Model open(Path path, ModelOptions options) {
    return open(path, options, Optional.empty());
  }

  /// The same, with the matrices of a prepared file where it holds them; takes ownership of the
  /// file.
  public static Model open(Path path, ModelOptions options, Optional<PreparedFile> prepared) {
    TensorStore store = ModelFiles.open(path);
    Config config;
    try {
      config = Config.of(path, store);
    } catch (Throwable e) {
      prepared.ifPresent(PreparedFile::close);
      store.close();
      throw e;
    }
    return open(config, store, options, prepared);
  }

  /// Opens what is already mapped; takes ownership of the store, also where it fails.
  public static Model open(Config config, TensorStore store, ModelOptions options) {
    return open(config, store, options, Optional.empty());
  }

  /// The same, with the matrices of a prepared file where it holds them; takes ownership of both.
  public static Model open(
      Config config, TensorStore store, ModelOptions options, Optional<PreparedFile> prepared) {
    try {
      Kernels kernels = Kernels.open(options.firstKernels(store), prepared);
      try {
        return new Model(config, store, options, kernels, prepared);
      } catch (ArithmeticException e) {
        kernels.close();
        throw new ModelException(
            config.type() + ": the sizes in the metadata are too large together", e);
      } catch (Throwable e) {
        kernels.close();
        throw e;
      }
    } catch (Throwable e) {
      prepared.ifPresent(PreparedFile::close);
      store.close();
      throw e;
    }
  }

  /// Whether it computes with plain kernels still; see [ModelOptions#quickStart].
  public boolean isCold() {
    return kernels.options().tier() != options.kernels().tier();
  }

  /// Uses the kernels that the options name, beside the steps that others take, until the JVM has
  /// compiled them, and goes over to them. Where it was stopped it goes on when it is called again.
  ///
  /// @param goesOn asked before each layer whether it may
  /// @throws dev.freehold.tensor.TensorException where a file changed since it was opened
  public void warmUp(BooleanSupplier goesOn) {
    synchronized (warmUpLock) {
      if (closed || !isCold()) {
        return;
      }
      try {
        if (warming().run(() -> mayWarmUp(goesOn))) {
          goOver();
        }
      } catch (InternalError e) {
        throw new ModelException(TRUNCATED, e);
      }
    }
  }

  private boolean mayWarmUp(BooleanSupplier goesOn) {
    if (closed || !goesOn.getAsBoolean()) {
      return false;
    }
    checkFiles(1);
    return true;
  }

  /// Goes over to the kernels that the options name, warm or not. No bit of a result changes.
  public void goOver() {
    synchronized (warmUpLock) {
      if (closed || !isCold()) {
        return;
      }
      Kernels next = warming().kernels();
      synchronized (stepLock) {
        Kernels plain = kernels;
        // States of recurrent layers know the rows of the workspace, so that it stays.
        forward = bind(next, weights.again(), workspace, positions);
        kernels = next;
        plain.close();
      }
      warming = Optional.empty();
    }
  }

  private WarmUp warming() {
    if (warming.isEmpty()) {
      Kernels next = Kernels.open(options.kernels(), prepared);
      Workspace working = new Workspace(WarmUp.TOKENS);
      PositionTables rotations = new PositionTables(WarmUp.TOKENS);
      Forward use = bind(next, weights.again(), working, rotations);
      warming = Optional.of(new WarmUp(next, use, architecture.vocabSize()));
    }
    return warming.get();
  }

  public Architecture architecture() {
    return architecture;
  }

  /// The kernels that compute at this moment.
  public Kernels kernels() {
    return kernels;
  }

  /// Whether matrices may come from a prepared file.
  public boolean isPrepared() {
    return prepared.isPresent();
  }

  public TensorStore store() {
    return store;
  }

  public Config config() {
    return config;
  }

  public ModelOptions options() {
    return options;
  }

  /// An empty sequence.
  ///
  /// @param contextLength positions at most; memory is taken as they are filled
  public Sequence newSequence(int contextLength) {
    int limit = architecture.embedding().positions();
    if (contextLength < 1 || (limit != 0 && contextLength > limit)) {
      throw new ModelException(
          "context: expected 1 to %d positions, found %d"
              .formatted(limit == 0 ? Integer.MAX_VALUE : limit, contextLength));
    }
    return new Sequence(this, contextLength);
  }

  LayerState[] newStates(Arena sequenceArena) {
    return forward.newStates(sequenceArena);
  }

  /// A sequence with the state that [Sequence#save] wrote; it continues alike.
  ///
  /// @throws ModelException where the bytes are damaged, or come from another model, cache type or
  ///   kind of activations
  public Sequence restoreSequence(MemorySegment saved, int contextLength) {
    int length = SequenceState.checkedLength(saved, stateKey());
    if (length > contextLength) {
      throw new ModelException(
          "saved sequence: its %d positions exceed the context of %d"
              .formatted(length, contextLength));
    }
    Sequence sequence = newSequence(contextLength);
    try {
      SequenceState.restore(saved, sequence.states(), length);
      sequence.restore(length);
      return sequence;
    } catch (Throwable e) {
      sequence.close();
      throw e;
    }
  }

  public Sequence restoreSequence(byte[] saved, int contextLength) {
    return restoreSequence(MemorySegment.ofArray(saved), contextLength);
  }

  /// What a saved state depends on, as a SHA-256.
  byte[] stateKey() {
    synchronized (stepLock) {
      if (stateKey.length == 0) {
        stateKey = StateKey.of(this);
      }
      return stateKey;
    }
  }

  /// Appends `tokens[from]` to `tokens[from + count - 1]` to the sequence and writes logits.
  ///
  /// The bits of the logits do not depend on how a text is cut into calls. Nothing is allocated for
  /// one token.
  ///
  /// @param logits rows of vocabSize: one for LAST, `count` for ALL, unused for NONE
  /// @throws ModelException where the context or the vocabulary is exceeded, or a logit is not
  ///   finite
  /// @throws dev.freehold.tensor.TensorException where a file changed since it was opened
  public void forward(
      Sequence sequence, int[] tokens, int from, int count, LogitsOf which, Rows logits) {
    synchronized (stepLock) {
      check(sequence, tokens, from, count);
      int most = options.maxStepTokens();
      for (int done = 0; done < count; done += most) {
        int step = Math.min(most, count - done);
        boolean wanted = which == LogitsOf.ALL || (which == LogitsOf.LAST && done + step == count);
        single.clear();
        single.add(sequence, tokens, from + done, step, wanted ? which : LogitsOf.NONE);
        forward(single, done == 0 || which == LogitsOf.LAST ? logits : logits.skip(done));
      }
    }
  }

  /// An empty batch, of as many tokens as a step of this model holds.
  public Batch newBatch() {
    return new Batch(this, options.maxStepTokens());
  }

  /// Appends the parts of a batch to their sequences, in one step.
  ///
  /// Where it fails no sequence has changed; those with recurrent layers are unusable then.
  ///
  /// @param logits rows of vocabSize: [Batch#logitRows]
  /// @throws ModelException where a logit is not finite
  /// @throws dev.freehold.tensor.TensorException where a file changed since it was opened
  public void forward(Batch batch, Rows logits) {
    forward(batch, What.LOGITS, logits);
  }

  /// The same, with the vectors of the tokens after the last normalization instead of their logits.
  ///
  /// @param vectors rows of modelDim: [Batch#logitRows]
  public void embed(Batch batch, Rows vectors) {
    forward(batch, What.VECTORS, vectors);
  }

  /// What is computed of the chosen tokens of a batch.
  private enum What {
    LOGITS,
    VECTORS
  }

  private void finish(Batch batch, What what, Rows rows) {
    int count = batch.logitRows();
    switch (what) {
      case LOGITS -> {
        forward.logits(batch.chosen(), count, rows);
        requireFinite("logit of token id", rows, count, architecture.vocabSize());
      }
      case VECTORS -> {
        forward.hidden(batch.chosen(), count, rows);
        requireFinite("element", rows, count, architecture.modelDim());
      }
    }
  }

  private void forward(Batch batch, What what, Rows rows) {
    synchronized (stepLock) {
      requireReady(batch);
      boolean ran = false;
      try {
        checkFiles(batch.tokens());
        forward.run(batch.step(), batch.ids());
        if (batch.logitRows() != 0) {
          finish(batch, what, rows);
        }
        for (int part = 0; part < batch.parts(); part++) {
          batch.sequence(part).advance(batch.step().count(part));
        }
        ran = true;
      } catch (InternalError e) {
        throw new ModelException(TRUNCATED, e);
      } finally {
        if (!ran) {
          for (int part = 0; part < batch.parts(); part++) {
            batch.sequence(part).undo();
          }
        }
      }
    }
  }

  private void requireReady(Batch batch) {
    if (closed) {
      throw new ModelException("this model is closed");
    }
    if (!batch.belongsTo(this)) {
      throw new ModelException("this batch belongs to another model");
    }
    for (int part = 0; part < batch.parts(); part++) {
      batch.sequence(part).requireUsable();
    }
  }

  /// A prompt asks the file system for all it knows of the files; a step of one token only for
  /// their lengths, since nothing else can end the process.
  private void checkFiles(int count) {
    if (count > 1) {
      store.checkUnchanged();
    } else {
      store.checkLengths();
    }
    if (prepared.isPresent()) {
      prepared.get().checkLength();
    }
  }

  void check(Sequence sequence, int[] tokens, int from, int count) {
    if (closed) {
      throw new ModelException("this model is closed");
    }
    if (sequence.model() != this) {
      throw new ModelException("this sequence belongs to another model");
    }
    sequence.requireUsable();
    if (from < 0 || count < 1 || from > tokens.length - count) {
      throw new ModelException(
          "tokens: %d from index %d on, of %d".formatted(count, from, tokens.length));
    }
    if (count > sequence.capacity() - sequence.length()) {
      throw new ModelException(
          "context exceeded: %d positions are taken and %d are needed, the context holds %d"
              .formatted(sequence.length(), count, sequence.capacity()));
    }
    for (int i = from; i < from + count; i++) {
      if (tokens[i] < 0 || tokens[i] >= architecture.vocabSize()) {
        throw new ModelException(
            "token id %d at index %d: the vocabulary has ids 0 to %d"
                .formatted(tokens[i], i, architecture.vocabSize() - 1));
      }
    }
  }

  private static void requireFinite(String what, Rows rows, int count, int columns) {
    for (int t = 0; t < count; t++) {
      int at = rows.at(t);
      for (int i = 0; i < columns; i++) {
        if (!Float.isFinite(rows.data()[at + i])) {
          throw new ModelException(
              "%s %d is %s: the weights hold numbers that are bad or too large"
                  .formatted(what, i, rows.data()[at + i]));
        }
      }
    }
  }

  /// What was found in the files and left aside, one sentence each.
  public List<String> notes() {
    List<String> notes = new ArrayList<>(config.notes());
    long unused =
        store.tensors().keySet().stream().filter(n -> !weights.used().contains(n)).count();
    if (unused > 0) {
      notes.add("%d of %d tensors are not used".formatted(unused, store.tensors().size()));
    }
    return notes;
  }

  /// Elements of all tensors that the architecture uses.
  public long parameters() {
    return weights.used().stream().mapToLong(name -> tensor(name).elements()).sum();
  }

  private Tensor tensor(String name) {
    return store.tensor(name).orElseThrow();
  }

  /// Elements per dtype of the tensors that the architecture uses.
  public Map<Dtype, Long> parametersByDtype() {
    Map<Dtype, Long> mix = new EnumMap<>(Dtype.class);
    weights
        .used()
        .forEach(name -> mix.merge(tensor(name).dtype(), tensor(name).elements(), Long::sum));
    return mix;
  }

  /// Bytes of the tensors that the architecture uses.
  public long weightBytes() {
    return weights.used().stream().mapToLong(name -> tensor(name).data().byteSize()).sum();
  }

  /// Bytes of a sequence's state at a length.
  public long stateBytes(int positions) {
    try (Arena scratch = Arena.ofConfined()) {
      return SequenceState.byteSize(forward.newStates(scratch), positions);
    }
  }

  @Override
  public void close() {
    synchronized (stepLock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    synchronized (warmUpLock) {
      warming.ifPresent(WarmUp::close);
      kernels.close();
      prepared.ifPresent(PreparedFile::close);
      arena.close();
      store.close();
    }
  }
}
