package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The arithmetic of one model: kernels chosen per weight matrix, operations on rows, attention and
/// recurrences, on one worker pool.
///
/// One step runs at a time; the caller's thread computes too. No operation allocates when it works
/// on one row. Every result has the same bits for any tier, width and thread count.
public final class Kernels implements AutoCloseable {
  /// Rows from which operations on rows are shared between threads.
  private static final int PARALLEL_ROWS = 4;

  private static final int ROWS_PER_CHUNK = 4;

  private final KernelOptions options;
  private final WorkerPool pool;
  private final RowOps rows;
  private final AttentionOps attention;
  private final RecurrentOps recurrent;
  private final List<MatrixKernel> candidates;
  private final List<Tensor> matrices = Collections.synchronizedList(new ArrayList<>());
  private final IntegerBlock embedded = new IntegerBlock();
  private final List<AttentionShape> attended = Collections.synchronizedList(new ArrayList<>());
  private final List<KernelChoice> choices = Collections.synchronizedList(new ArrayList<>());
  private final AttentionJob attentionJob;
  private final RecurrentJob recurrentJob = new RecurrentJob();

  private Kernels(KernelOptions options, Optional<PreparedFile> prepared) {
    this.options = options;
    this.pool = new WorkerPool(options.threads());
    if (options.tier() == Tier.REFERENCE) {
      this.rows = new ReferenceRows();
      this.attention = new ReferenceAttention();
      this.recurrent = new ReferenceRecurrent();
      this.candidates = List.of(ReferenceMatrix.KERNEL);
    } else {
      IntSupplier bits =
          () -> options.laneBits() == 0 ? VectorTemplates.preferredBits() : options.laneBits();
      Supplier<RowOps> vectorRows = template(RowOps.class, "VectorRows", bits);
      this.rows =
          MachineSupport.here().runsFloats(options)
              ? new MachineRows(vectorRows)
              : vectorRows.get();
      Supplier<AttentionOps> vector = template(AttentionOps.class, "VectorAttention", bits);
      this.attention =
          options.tier() == Tier.MACHINE
              ? new MachineAttention(vector, options.instructions())
              : vector.get();
      Supplier<RecurrentOps> recurrences = template(RecurrentOps.class, "VectorRecurrent", bits);
      this.recurrent =
          options.tier() == Tier.MACHINE
              ? new MachineRecurrent(recurrences, options)
              : recurrences.get();
      VectorMatrices vectors = new VectorMatrices(bits, options.threads());
      List<MatrixKernel> ordered = new ArrayList<>();
      if (options.tier() == Tier.MACHINE) {
        MachineWorkers workers = MachineWorkers.of(vectors, options.threads());
        ordered.add(new MachinePrepared.Kernel(workers, prepared));
        ordered.add(new MachineInPlace.Kernel(workers));
        ordered.add(new MachineFloatMatrix.Kernel(workers));
      }
      ordered.add(new PreparedWeights.Kernel(vectors, prepared));
      ordered.add(new InPlaceWeights.Kernel(vectors));
      ordered.add(new FloatMatrix.Kernel(vectors));
      ordered.add(ReferenceMatrix.KERNEL);
      this.candidates = List.copyOf(ordered);
    }
    attention.prepare(options.threads());
    this.attentionJob = new AttentionJob(attention, pool);
  }

  private static <T> Supplier<T> template(Class<T> type, String name, IntSupplier bits) {
    return () -> VectorTemplates.load(type, name, bits.getAsInt());
  }

  /// Starts the worker pool of these options.
  ///
  /// @throws KernelException where the Vector API is needed and this JDK does not have its module
  public static Kernels open(KernelOptions options) {
    return open(options, Optional.empty());
  }

  /// The same, with matrices of a prepared file where it holds them. The file stays the caller's,
  /// to be closed after the kernels.
  public static Kernels open(KernelOptions options, Optional<PreparedFile> prepared) {
    if (MachineSupport.here().runsFloats(options)) {
      // It is loaded when something is first computed that there is no machine code for.
      if (!VectorModule.isThere()) {
        throw VectorModule.absent("is not in this JDK");
      }
    } else if (options.tier() != Tier.REFERENCE) {
      VectorModule.require();
    }
    return new Kernels(options, prepared);
  }

  /// Why the machine tier is the vector tier in this process; empty where machine code runs.
  public static Optional<String> machineCode() {
    return MachineSupport.here().declines(InstructionSet.AVX512_VNNI);
  }

  /// The instructions that the machine tier uses: the best that run in this process, up to a limit.
  public static Optional<InstructionSet> instructions(InstructionSet limit) {
    return MachineSupport.here().best(limit);
  }

  /// Why machine code of these instructions does not run in this process; empty where it does.
  public static Optional<String> machineCode(InstructionSet instructions) {
    return MachineSupport.here().lacks(instructions);
  }

  /// Vector widths in bits that this processor has, ascending.
  public static List<Integer> vectorWidths() {
    return VectorTemplates.supportedBits();
  }

  public KernelOptions options() {
    return options;
  }

  public WorkerPool pool() {
    return pool;
  }

  RowOps rowOps() {
    return rows;
  }

  /// Whether products with weights of this dtype use int8 activations.
  public boolean usesIntegers(Dtype dtype) {
    return options.activations() == ActivationFormat.INT8 && BlockFormat.of(dtype).hasIntegerForm();
  }

  /// Chooses a kernel for a matrix `[N, K]`: the first of the ordered list that takes it.
  public Matrix bind(Tensor weights) {
    if (weights.rank() != 2) {
      throw new KernelException(
          "%s: a matrix is needed, found shape %s".formatted(weights.name(), weights.shape()));
    }
    matrices.add(weights);
    List<KernelChoice.Decline> declines = new ArrayList<>();
    for (MatrixKernel kernel : candidates) {
      Optional<String> reason = kernel.declines(weights, this);
      if (reason.isEmpty()) {
        choices.add(
            new KernelChoice(
                weights.name(),
                weights.dtype(),
                weights.rows(),
                weights.columns(),
                kernel.name(),
                declines));
        return kernel.bind(weights, this);
      }
      declines.add(new KernelChoice.Decline(kernel.name(), reason.get()));
    }
    throw new KernelException(
        "%s: no kernel takes %s: %s".formatted(weights.name(), weights.dtype(), declines));
  }

  /// Matrices of these kernels that are multiplied with the same rows.
  ///
  /// @param outputs where the products of each go
  public MatrixGroup group(List<Matrix> group, List<Rows> outputs) {
    return new MatrixGroup(pool, group, outputs);
  }

  /// The matrices bound so far, which is what a prepared file of the model holds.
  public List<Tensor> matrices() {
    return List.copyOf(matrices);
  }

  /// Takes note that layers of this shape will attend.
  public void bind(AttentionShape shape) {
    attended.add(shape);
  }

  /// Who attends in the layers bound so far, each shape once.
  public List<AttentionChoice> attentionChoices() {
    return List.copyOf(attended).stream().distinct().map(this::attentionChoice).toList();
  }

  private AttentionChoice attentionChoice(AttentionShape shape) {
    Optional<String> declined =
        attention instanceof MachineAttention machine ? machine.declines(shape) : Optional.empty();
    Tier tier = declined.isPresent() ? Tier.VECTOR : options.tier();
    return new AttentionChoice(shape, tier, declined);
  }

  /// The choices made so far, in the order of binding.
  public List<KernelChoice> choices() {
    return List.copyOf(choices);
  }

  /// All values of a tensor as float32, row-major.
  public static float[] floats(Tensor tensor) {
    int elements = Math.toIntExact(tensor.elements());
    float[] values = new float[elements];
    BlockFormat.of(tensor.dtype()).dequantize(tensor.data(), 0, values, 0, elements);
    return values;
  }

  /// Row t of `out` becomes row `ids[from + t]` of an embedding table `[V, D]`, as float32.
  public void embed(Tensor table, int[] ids, int from, int count, Rows out) {
    BlockFormat format = BlockFormat.of(table.dtype());
    int columns = Math.toIntExact(table.columns());
    for (int t = 0; t < count; t++) {
      int id = ids[from + t];
      if (id < 0 || id >= table.rows()) {
        throw new KernelException(
            "token id %d: the vocabulary has ids 0 to %d".formatted(id, table.rows() - 1));
      }
      long at = id * table.rowBytes();
      format.dequantize(table.data(), at, out.data(), out.at(t), columns, embedded);
    }
  }

  /// A range of rows of some operation.
  private interface RowRange {
    void run(int from, int to);
  }

  private void share(int tokens, RowRange work) {
    int chunks = (tokens + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
    pool.run(
        (chunk, worker) ->
            work.run(chunk * ROWS_PER_CHUNK, Math.min(tokens, (chunk + 1) * ROWS_PER_CHUNK)),
        chunks);
  }

  /// See [RowOps#rmsNorm].
  public void rmsNorm(Rows x, Rows y, int tokens, Norm norm) {
    if (tokens < PARALLEL_ROWS) {
      rows.rmsNorm(x, y, 0, tokens, norm);
    } else {
      share(tokens, (from, to) -> rows.rmsNorm(x, y, from, to, norm));
    }
  }

  public void layerNorm(Rows x, Rows y, int tokens, Norm norm) {
    if (tokens < PARALLEL_ROWS) {
      rows.layerNorm(x, y, 0, tokens, norm);
    } else {
      share(tokens, (from, to) -> rows.layerNorm(x, y, from, to, norm));
    }
  }

  public void l2Norm(Rows x, Rows y, int tokens, Norm norm, float factor) {
    if (tokens < PARALLEL_ROWS) {
      rows.l2Norm(x, y, 0, tokens, norm, factor);
    } else {
      share(tokens, (from, to) -> rows.l2Norm(x, y, from, to, norm, factor));
    }
  }

  /// y += x
  public void add(Rows x, Rows y, int tokens, int n) {
    if (tokens < PARALLEL_ROWS) {
      rows.add(x, y, 0, tokens, n);
    } else {
      share(tokens, (from, to) -> rows.add(x, y, from, to, n));
    }
  }

  /// y = fma(x, factor, y)
  public void addScaled(Rows x, Rows y, int tokens, int n, float factor) {
    if (tokens < PARALLEL_ROWS) {
      rows.addScaled(x, y, 0, tokens, n, factor);
    } else {
      share(tokens, (from, to) -> rows.addScaled(x, y, from, to, n, factor));
    }
  }

  /// y[t] = sum over r of parts[places[t * ranks + r]] weights[t, r].
  ///
  /// Order: one fma chain in ascending r, from +0.
  public void sumRanks(
      Rows parts, int[] places, Rows weights, int ranks, Rows y, int tokens, int n) {
    if (tokens < PARALLEL_ROWS) {
      sumRanks(parts, places, weights, ranks, y, 0, tokens, n);
    } else {
      share(tokens, (from, to) -> sumRanks(parts, places, weights, ranks, y, from, to, n));
    }
  }

  private static void sumRanks(
      Rows parts, int[] places, Rows weights, int ranks, Rows y, int from, int to, int n) {
    for (int t = from; t < to; t++) {
      int yAt = y.at(t);
      Arrays.fill(y.data(), yAt, yAt + n, 0);
      for (int rank = 0; rank < ranks; rank++) {
        float weight = weights.data()[weights.at(t) + rank];
        addPart(parts.data(), parts.at(places[t * ranks + rank]), weight, y.data(), yAt, n);
      }
    }
  }

  private static void addPart(float[] part, int at, float weight, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] = Math.fma(part[at + i], weight, y[yAt + i]);
    }
  }

  /// y *= factor
  public void scale(Rows y, int tokens, int n, float factor) {
    if (tokens < PARALLEL_ROWS) {
      rows.scale(y, 0, tokens, n, factor);
    } else {
      share(tokens, (from, to) -> rows.scale(y, from, to, n, factor));
    }
  }

  /// y *= x
  public void multiply(Rows x, Rows y, int tokens, int n) {
    if (tokens < PARALLEL_ROWS) {
      rows.multiply(x, y, 0, tokens, n);
    } else {
      share(tokens, (from, to) -> rows.multiply(x, y, from, to, n));
    }
  }

  /// y[t, i] += bias[i]
  public void addBias(Rows y, int tokens, float[] bias) {
    if (tokens < PARALLEL_ROWS) {
      rows.addBias(y, 0, tokens, bias);
    } else {
      share(tokens, (from, to) -> rows.addBias(y, from, to, bias));
    }
  }

  /// y[t, i] *= factors[i]
  public void multiplyColumns(Rows y, int tokens, float[] factors) {
    if (tokens < PARALLEL_ROWS) {
      rows.multiplyColumns(y, 0, tokens, factors);
    } else {
      share(tokens, (from, to) -> rows.multiplyColumns(y, from, to, factors));
    }
  }

  /// y = function(x)
  public void activate(Activation function, Rows x, Rows y, int tokens, int n) {
    if (tokens < PARALLEL_ROWS) {
      rows.activate(function, x, y, 0, tokens, n);
    } else {
      share(tokens, (from, to) -> rows.activate(function, x, y, from, to, n));
    }
  }

  /// y = function(gate) * up
  public void activateGated(Activation function, Rows gate, Rows up, Rows y, int tokens, int n) {
    if (tokens < PARALLEL_ROWS) {
      rows.activateGated(function, gate, up, y, 0, tokens, n);
    } else {
      share(tokens, (from, to) -> rows.activateGated(function, gate, up, y, from, to, n));
    }
  }

  public void clampedSwiglu(Rows gate, Rows up, Rows y, int tokens, ClampedSwiglu shape) {
    if (tokens < PARALLEL_ROWS) {
      rows.clampedSwiglu(gate, up, y, 0, tokens, shape);
    } else {
      share(tokens, (from, to) -> rows.clampedSwiglu(gate, up, y, from, to, shape));
    }
  }

  public void xielu(Rows x, Rows y, int tokens, Xielu shape) {
    if (tokens < PARALLEL_ROWS) {
      rows.xielu(x, y, 0, tokens, shape);
    } else {
      share(tokens, (from, to) -> rows.xielu(x, y, from, to, shape));
    }
  }

  /// y = cap * tanh(x / cap)
  public void softcap(Rows x, Rows y, int tokens, int n, float cap) {
    rows.softcap(x, y, 0, tokens, n, cap);
  }

  public void softmax(Rows x, Rows y, int tokens, int n) {
    rows.softmax(x, y, 0, tokens, n);
  }

  public void rope(Rows x, int tokens, Rope rope, RopeTable table) {
    if (tokens < PARALLEL_ROWS) {
      rows.rope(x, 0, tokens, rope, table);
    } else {
      share(tokens, (from, to) -> rows.rope(x, from, to, rope, table));
    }
  }

  /// Attention of a step; see [AttentionOps] for the formula and its order.
  public void attend(AttentionCall call) {
    attentionJob.start(call);
  }

  /// Convolution over `tokens` rows from row `first` on; see [RecurrentOps].
  public void convolve(Convolution shape, Rows x, Rows y, int first, int tokens, float[] state) {
    if (tokens < PARALLEL_ROWS) {
      recurrent.convolve(shape, x, y, first, state, 0, tokens);
    } else {
      share(tokens, (from, to) -> recurrent.convolve(shape, x, y, first, state, from, to));
    }
    shape.keep(x, first, tokens, state);
  }

  public void deltaRule(DeltaRule call, int first, int tokens) {
    recurrentJob.start(call, null, first, tokens, call.valueHeads());
  }

  public void stateSpace(StateSpace call, int first, int tokens) {
    recurrentJob.start(null, call, first, tokens, call.heads());
  }

  @Override
  public void close() {
    pool.close();
  }

  /// Shares the heads of one recurrent layer between threads; reused, so that nothing is allocated.
  private final class RecurrentJob implements WorkerPool.Job {
    private @Nullable DeltaRule deltaRule;
    private @Nullable StateSpace stateSpace;
    private int first;
    private int tokens;

    void start(
        @Nullable DeltaRule newDeltaRule,
        @Nullable StateSpace newStateSpace,
        int newFirst,
        int newTokens,
        int heads) {
      deltaRule = newDeltaRule;
      stateSpace = newStateSpace;
      first = newFirst;
      tokens = newTokens;
      pool.run(this, heads);
    }

    @Override
    public void run(int chunk, int worker) {
      if (deltaRule != null) {
        recurrent.deltaRule(deltaRule, first, tokens, chunk, chunk + 1, worker);
      }
      if (stateSpace != null) {
        recurrent.stateSpace(stateSpace, first, tokens, chunk, chunk + 1);
      }
    }
  }
}
