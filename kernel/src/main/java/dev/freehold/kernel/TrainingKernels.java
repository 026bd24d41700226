package dev.freehold.kernel;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The arithmetic of training: products, gradients, loss and optimizer on float32 arrays, with the
/// tier, width and threads of a [Kernels].
///
/// One operation runs at a time; the caller's thread computes too. Scratch memory is kept from call
/// to call, so that nothing is allocated once the largest shapes were seen. Every result has the
/// same bits for any tier, width and thread count; the forward operations that are not here are
/// those of [Kernels].
public final class TrainingKernels {
  private static final int ROWS_PER_CHUNK = 4;
  private static final int ELEMENTS_PER_CHUNK = 1 << 16;
  private static final int COLUMNS_PER_CHUNK = 64;
  private static final float[] NOTHING = {};
  private static final Rows NO_ROWS = new Rows(NOTHING, 0, 0);

  private final WorkerPool pool;
  private final Products products;
  private final GradientOps gradients;
  private final float[][] lanes;
  private final BatchAttention attention;
  private float[] sums = {};

  private final NormGradient norm = new NormGradient();
  private final LossCall loss = new LossCall();
  private final AdamWCall adamW = new AdamWCall();
  private final ScatterCall scatter = new ScatterCall();
  private final WorkerPool.Job normJob = this::normBlock;
  private final WorkerPool.Job ropeJob = this::ropeRows;
  private final WorkerPool.Job swigluJob = this::swigluRows;
  private final WorkerPool.Job lossJob = this::lossRows;
  private final WorkerPool.Job adamWJob = this::adamWElements;
  private final WorkerPool.Job scatterJob = this::scatterColumns;
  private final WorkerPool.Job squaresJob = this::squaresBlock;
  private final WorkerPool.Job sumJob = this::sumBlock;
  private final WorkerPool.Job scaleJob = this::scaleElements;
  private final WorkerPool.Job finiteJob = this::finiteElements;

  private final WorkerPool.Job attendJob = this::attendHeads;
  private final WorkerPool.Job attentionGradientJob = this::attentionGradientHeads;

  private @Nullable AttentionBatch attentionBatch;
  private @Nullable AttentionGradient attentionGradient;
  private Rows a = NO_ROWS;
  private Rows b = NO_ROWS;
  private Rows c = NO_ROWS;
  private int tokens;
  private int columns;
  private Rope rope = new Rope(1, 1, 0, Rope.Pairing.HALVES);
  private RopeTable ropeTable = new RopeTable(new double[0], 1, 0);
  private float[] flat = NOTHING;
  private int flatFrom;
  private int flatTo;
  private float factor;
  private final AtomicInteger firstBad = new AtomicInteger();

  private TrainingKernels(Kernels kernels) {
    this.pool = kernels.pool();
    this.lanes = new float[pool.size()][32];
    if (kernels.options().tier() == Tier.REFERENCE) {
      this.products = new ReferenceProducts(pool);
      this.gradients = new ReferenceGradients();
      this.attention = new ReferenceBatchAttention();
    } else {
      KernelOptions options = kernels.options();
      int bits = options.laneBits();
      int width = bits == 0 ? VectorTemplates.preferredBits() : bits;
      ProductTile narrow = VectorTemplates.load(ProductTile.class, "VectorNarrowTile", width);
      // Vectors of 256 bits come with 16 registers, which the wide tile has no room in.
      ProductTile tile =
          width == 256
              ? narrow
              : VectorTemplates.load(ProductTile.class, "VectorProductTile", width);
      SoftmaxOps softmax = VectorTemplates.load(SoftmaxOps.class, "VectorSoftmax", width);
      Optional<DotTile> dots =
          width == 512
              ? Optional.of(VectorTemplates.load(DotTile.class, "VectorDotTile", width))
              : Optional.empty();
      boolean machine = MachineSupport.here().runsFloats(options);
      this.products = machine ? new MachineProducts(pool) : new TiledProducts(pool, tile, dots);
      this.attention =
          new FittedAttention(
              new TiledAttention(tile, softmax, pool.size()),
              new TiledAttention(narrow, softmax, pool.size()));
      this.gradients = VectorTemplates.load(GradientOps.class, "VectorGradients", width);
    }
  }

  /// Why the machine tier's products are the vector tier's here; empty where machine code runs.
  public static Optional<String> machineCode() {
    return MachineSupport.here().lacksFloats(InstructionSet.AVX512_VNNI);
  }

  /// The kernels stay the caller's; they must stay open as long as these are used.
  public static TrainingKernels open(Kernels kernels) {
    return new TrainingKernels(kernels);
  }

  /// Bytes of scratch memory taken so far.
  public long scratchBytes() {
    return products.scratchBytes() + attention.scratchBytes() + (long) Float.BYTES * sums.length;
  }

  /// Most bytes of scratch memory that training takes, over all tiers and widths of vectors.
  ///
  /// @param threads threads that compute
  /// @param rows tokens that go through the model together
  /// @param length of a sequence
  /// @param widest the largest width of a matrix, in or out
  /// @param shape of attention
  public static long mostScratchBytes(
      int threads, long rows, int length, int widest, AttentionShape shape) {
    return ScratchBound.bytes(threads, rows, length, widest, shape);
  }

  private static void check(String what, float[] array, long elements) {
    if (array.length < elements) {
      throw new KernelException(
          "%s: %d floats are needed, found %d".formatted(what, elements, array.length));
    }
  }

  /// `y = x w^T` with the bits of the engine's float32 weights: see [Products].
  ///
  /// @param x rows `[M, K]`
  /// @param w weights `[N, K]`, row-major
  /// @param y rows `[M, N]`
  public void forward(ProductShape shape, Rows x, float[] w, Rows y) {
    x.check("product: inputs", shape.m(), shape.k());
    check("product: weights", w, (long) shape.n() * shape.k());
    y.check("product: outputs", shape.m(), shape.n());
    products.forward(shape, x, w, y);
  }

  /// `dx = dy w`: see [Products].
  public void inputGradient(ProductShape shape, Rows dy, float[] w, Rows dx, Write write) {
    dy.check("input gradient: gradients of outputs", shape.m(), shape.n());
    check("input gradient: weights", w, (long) shape.n() * shape.k());
    dx.check("input gradient: gradients of inputs", shape.m(), shape.k());
    products.inputGradient(shape, dy, w, dx, write);
  }

  /// `dw = dy^T x`: see [Products].
  public void weightGradient(ProductShape shape, Rows dy, Rows x, float[] dw, Write write) {
    dy.check("weight gradient: gradients of outputs", shape.m(), shape.n());
    x.check("weight gradient: inputs", shape.m(), shape.k());
    check("weight gradient: gradients of weights", dw, (long) shape.n() * shape.k());
    products.weightGradient(shape, dy, x, dw, write);
  }

  /// Row t of `out` becomes row `ids[from + t]` of a table `[V, columns]`.
  public void embed(float[] table, int columns, int[] ids, int from, int count, Rows out) {
    checkIds(table, columns, ids, from, count);
    out.check("embedding: outputs", count, columns);
    for (int t = 0; t < count; t++) {
      System.arraycopy(table, ids[from + t] * columns, out.data(), out.at(t), columns);
    }
  }

  private static void checkIds(float[] table, int columns, int[] ids, int from, int count) {
    int rows = table.length / columns;
    for (int t = 0; t < count; t++) {
      if (ids[from + t] < 0 || ids[from + t] >= rows) {
        throw new KernelException(
            "embedding: token id %d at position %d: the table has ids 0 to %d"
                .formatted(ids[from + t], t, rows - 1));
      }
    }
  }

  /// Gradient of [#embed], added: row `ids[from + t]` of the table's gradient takes row t of `dy`,
  /// positions in ascending order.
  public void embedGradient(
      Rows dy, int columns, int[] ids, int from, int count, float[] tableGradient) {
    checkIds(tableGradient, columns, ids, from, count);
    dy.check("embedding: gradients of outputs", count, columns);
    scatter.rows = dy;
    scatter.tokens = count;
    scatter.ids = ids;
    scatter.idsAt = from;
    scatter.table = tableGradient;
    scatter.columns = columns;
    pool.run(scatterJob, (columns + COLUMNS_PER_CHUNK - 1) / COLUMNS_PER_CHUNK);
    scatter.rows = NO_ROWS;
    scatter.table = NOTHING;
  }

  private void scatterColumns(int chunk, int worker) {
    int from = chunk * COLUMNS_PER_CHUNK;
    gradients.scatter(scatter, from, Math.min(scatter.columns, from + COLUMNS_PER_CHUNK));
  }

  /// Gradient of [Kernels#rmsNorm]; see [GradientOps#rmsNorm] for the formula. The weights'
  /// gradient is summed over items (rows, and the groups of each) by rule 14 of fh1.
  ///
  /// @param shape weights, as many as a group has elements, or none
  /// @param writeInput whether the gradient is added to what stands in `dx`, which may be `dy`
  /// @param weightGradient takes the gradient of the weights; empty without weights
  /// @param writeWeights whether that gradient is added to what stands there
  public void rmsNormGradient(
      Rows x,
      Rows dy,
      Rows dx,
      int count,
      Norm shape,
      Write writeInput,
      float[] weightGradient,
      Write writeWeights) {
    int n = shape.n();
    int width = n * shape.groups();
    int weights = shape.weight().length;
    x.check("norm gradient: inputs", count, width);
    dy.check("norm gradient: gradients of outputs", count, width);
    dx.check("norm gradient: gradients of inputs", count, width);
    if ((weights != 0 && weights != n) || weightGradient.length != weights) {
      throw new KernelException(
          "norm gradient: expected %d weights or none, and as many gradients; found %d and %d"
              .formatted(n, weights, weightGradient.length));
    }
    norm.x = x;
    norm.dy = dy;
    norm.dx = dx;
    norm.norm = shape;
    norm.write = writeInput;
    norm.items = Math.multiplyExact(count, shape.groups());
    int blocks = (norm.items + Products.BLOCK - 1) / Products.BLOCK;
    sums = ProductScratch.atLeast(sums, Math.multiplyExact(blocks, n));
    norm.sums = sums;
    pool.run(normJob, blocks);
    norm.clear();
    if (weights != 0 && blocks != 0) {
      joinBlocks(blocks, n);
      for (int i = 0; i < n; i++) {
        weightGradient[i] = writeWeights == Write.ADD ? weightGradient[i] + sums[i] : sums[i];
      }
    }
  }

  private void normBlock(int chunk, int worker) {
    gradients.rmsNorm(norm, chunk, lanes[worker]);
  }

  /// Joins `count` rows of n sums by the tree of rule 14; row 0 holds the whole.
  private void joinBlocks(int count, int n) {
    for (int left = count; left > 1; left = (left + 1) / 2) {
      for (int block = 0; block < left / 2; block++) {
        for (int i = 0; i < n; i++) {
          sums[block * n + i] = sums[2 * block * n + i] + sums[(2 * block + 1) * n + i];
        }
      }
      if (left % 2 == 1) {
        System.arraycopy(sums, (left - 1) * n, sums, left / 2 * n, n);
      }
    }
  }

  /// Gradient of [Kernels#rope], in place: rotates back.
  public void ropeGradient(Rows dy, int count, Rope shape, RopeTable table) {
    dy.check("rope gradient", count, shape.heads() * shape.headDim());
    check("rope gradient: table", table.cosines(), (long) count * table.pairs());
    a = dy;
    tokens = count;
    rope = shape;
    ropeTable = table;
    pool.run(ropeJob, rowChunks());
    release();
  }

  private void ropeRows(int chunk, int worker) {
    gradients.rope(a, chunk * ROWS_PER_CHUNK, endRow(chunk), rope, ropeTable);
  }

  private int rowChunks() {
    return (tokens + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK;
  }

  private int endRow(int chunk) {
    return Math.min(tokens, (chunk + 1) * ROWS_PER_CHUNK);
  }

  private void release() {
    a = NO_ROWS;
    b = NO_ROWS;
    c = NO_ROWS;
    flat = NOTHING;
  }

  /// Gradient of [Kernels#activateGated] with [Activation#SILU], in place: `gate` and `up` become
  /// their gradients; see [GradientOps#swiglu].
  public void swigluGradient(Rows dy, Rows gate, Rows up, int count, int n) {
    dy.check("swiglu gradient: gradients of outputs", count, n);
    gate.check("swiglu gradient: gates", count, n);
    up.check("swiglu gradient: ups", count, n);
    a = dy;
    b = gate;
    c = up;
    tokens = count;
    columns = n;
    pool.run(swigluJob, rowChunks());
    release();
  }

  private void swigluRows(int chunk, int worker) {
    gradients.swiglu(a, b, c, chunk * ROWS_PER_CHUNK, endRow(chunk), columns);
  }

  /// Causal attention of every sequence of the batch, with the bits of the engine over a float32
  /// cache: see [BatchAttention].
  public void attention(AttentionBatch batch) {
    attentionBatch = batch;
    pool.run(attendJob, batch.sequences * batch.shape.keyValueHeads());
    attentionBatch = null;
  }

  private void attendHeads(int chunk, int worker) {
    AttentionBatch batch = attentionBatch;
    if (batch != null) {
      int groups = batch.shape.keyValueHeads();
      attention.attend(batch, chunk / groups, chunk % groups, worker);
    }
  }

  /// Gradient of [#attention], which must have run on the same batch: see [BatchAttention].
  public void attentionGradient(AttentionBatch batch, AttentionGradient gradient) {
    AttentionShape shape = batch.shape;
    int rows = batch.rows();
    String what = "attention gradient: ";
    gradient.outputs().check(what + "outputs", rows, shape.heads() * shape.valueDim());
    gradient.queries().check(what + "queries", rows, shape.heads() * shape.keyDim());
    gradient.keys().check(what + "keys", rows, shape.keyValueHeads() * shape.keyDim());
    gradient.values().check(what + "values", rows, shape.keyValueHeads() * shape.valueDim());
    attentionBatch = batch;
    attentionGradient = gradient;
    pool.run(attentionGradientJob, batch.sequences * shape.keyValueHeads());
    attentionBatch = null;
    attentionGradient = null;
  }

  private void attentionGradientHeads(int chunk, int worker) {
    AttentionBatch batch = attentionBatch;
    AttentionGradient gradient = attentionGradient;
    if (batch != null && gradient != null) {
      int groups = batch.shape.keyValueHeads();
      attention.gradient(batch, gradient, chunk / groups, chunk % groups, worker);
    }
  }

  /// Softmax cross-entropy of `count` rows of n logits, which become their gradient times `scale`:
  /// one over the number of counted targets, for the gradient of the mean. See
  /// [GradientOps#crossEntropy].
  ///
  /// @param targets target of row t at `from + t`; below 0 where the row is not counted
  /// @param losses takes the loss of row t at `from + t`, 0 where it is not counted
  public void crossEntropy(
      Rows logits, int count, int n, int[] targets, int from, float scale, float[] losses) {
    logits.check("cross-entropy: logits", count, n);
    check("cross-entropy: losses", losses, (long) from + count);
    for (int t = 0; t < count; t++) {
      if (targets[from + t] >= n) {
        throw new KernelException(
            "cross-entropy: target %d at position %d: the vocabulary has ids 0 to %d"
                .formatted(targets[from + t], t, n - 1));
      }
    }
    a = logits;
    tokens = count;
    loss.n = n;
    loss.targets = targets;
    loss.targetsAt = from;
    loss.factor = scale;
    loss.losses = losses;
    pool.run(lossJob, rowChunks());
    release();
  }

  private void lossRows(int chunk, int worker) {
    gradients.crossEntropy(a, loss, chunk * ROWS_PER_CHUNK, endRow(chunk), lanes[worker]);
  }

  /// One optimizer step for all elements of a tensor; see [AdamW].
  ///
  /// @param first mean of gradients, updated
  /// @param second mean of squared gradients, updated
  public void adamW(
      float[] parameters, float[] gradient, float[] first, float[] second, AdamW step) {
    int length = parameters.length;
    if (gradient.length != length || first.length != length || second.length != length) {
      throw new KernelException(
          "AdamW: %d parameters, %d gradients, moments of %d and %d"
              .formatted(length, gradient.length, first.length, second.length));
    }
    adamW.parameters = parameters;
    adamW.gradients = gradient;
    adamW.first = first;
    adamW.second = second;
    adamW.step = step;
    flatTo = length;
    pool.run(adamWJob, elementChunks(0, length, ELEMENTS_PER_CHUNK));
    adamW.clear();
  }

  private void adamWElements(int chunk, int worker) {
    int from = chunk * ELEMENTS_PER_CHUNK;
    gradients.adamW(adamW, from, (int) Math.min(flatTo, (long) from + ELEMENTS_PER_CHUNK));
  }

  private static int elementChunks(int from, int to, int size) {
    return Math.toIntExact(((long) to - from + size - 1) / size);
  }

  private void setFlat(String what, float[] x, int from, int count) {
    if (from < 0 || count < 0 || (long) from + count > x.length) {
      throw new KernelException(
          "%s: elements %d to %d of an array of %d"
              .formatted(what, from, (long) from + count, x.length));
    }
    flat = x;
    flatFrom = from;
    flatTo = from + count;
  }

  /// The sum of squares of `count` elements, by rule 16 of fh1.
  public float squaredNorm(float[] x, int from, int count) {
    setFlat("squared norm", x, from, count);
    return sumBlocks(squaresJob);
  }

  /// The sum of `count` elements, by rule 16 of fh1.
  public float sum(float[] x, int from, int count) {
    setFlat("sum", x, from, count);
    return sumBlocks(sumJob);
  }

  private float sumBlocks(WorkerPool.Job job) {
    int blocks = elementChunks(flatFrom, flatTo, GradientOps.SUM_BLOCK);
    if (blocks == 0) {
      return 0;
    }
    sums = ProductScratch.atLeast(sums, blocks);
    pool.run(job, blocks);
    release();
    return ReferenceProducts.joinPairs(sums, blocks);
  }

  private int blockStart(int chunk) {
    return flatFrom + chunk * GradientOps.SUM_BLOCK;
  }

  private int blockEnd(int chunk) {
    return (int) Math.min(flatTo, blockStart(chunk) + (long) GradientOps.SUM_BLOCK);
  }

  private void squaresBlock(int chunk, int worker) {
    sums[chunk] = gradients.squares(flat, blockStart(chunk), blockEnd(chunk), lanes[worker]);
  }

  private void sumBlock(int chunk, int worker) {
    sums[chunk] = gradients.sum(flat, blockStart(chunk), blockEnd(chunk), lanes[worker]);
  }

  /// x *= by
  public void scale(float[] x, int from, int count, float by) {
    setFlat("scale", x, from, count);
    factor = by;
    pool.run(scaleJob, elementChunks(flatFrom, flatTo, ELEMENTS_PER_CHUNK));
    release();
  }

  private int elementStart(int chunk) {
    return flatFrom + chunk * ELEMENTS_PER_CHUNK;
  }

  private int elementEnd(int chunk) {
    return (int) Math.min(flatTo, elementStart(chunk) + (long) ELEMENTS_PER_CHUNK);
  }

  private void scaleElements(int chunk, int worker) {
    gradients.scale(flat, elementStart(chunk), elementEnd(chunk), factor);
  }

  /// Index of the first NaN or infinity among `count` elements, or -1.
  public int firstNonFinite(float[] x, int from, int count) {
    setFlat("first non-finite", x, from, count);
    firstBad.set(Integer.MAX_VALUE);
    pool.run(finiteJob, elementChunks(flatFrom, flatTo, ELEMENTS_PER_CHUNK));
    release();
    return firstBad.get() == Integer.MAX_VALUE ? -1 : firstBad.get();
  }

  private void finiteElements(int chunk, int worker) {
    int found = gradients.firstNonFinite(flat, elementStart(chunk), elementEnd(chunk));
    if (found >= 0) {
      firstBad.accumulateAndGet(found, Math::min);
    }
  }
}
