package dev.freehold.train.export;

import dev.freehold.model.Architecture;
import dev.freehold.model.FeedForward;
import dev.freehold.model.Layout;
import dev.freehold.model.Mixer;
import dev.freehold.model.Normalization;
import dev.freehold.model.Positions;
import dev.freehold.model.Role;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.GgufWriter;
import dev.freehold.text.GgufTokenizerWriter;
import dev.freehold.train.TrainException;
import dev.freehold.train.step.ParameterShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/// Writes a trained model as one GGUF file that this and other programs load; the same model gives
/// the same bytes.
///
/// - Norms are F32. Matrices have the dtype that is asked for, or F16 where their rows are no whole
///   number of its blocks. In Q4_0 files the output head, or the embedding that is it, is Q8_0.
/// - In llama files row `2 i + j` of a head's queries and keys is row `j * headDim / 2 + i` of the
///   Hugging Face file: rotated pairs stand side by side. Sums over a head are then taken in
///   another order, so logits agree up to rounding. Qwen3 and OLMo 2 rows stay as they are, and in
///   F32 files so does every bit of the logits.
/// - No date, path or version is written. A checkpoint's recipe, step and digest are, as
///   `freehold.*`.
///
/// Failures: a [TrainException] for what GGUF cannot say and for weights that are not finite; a
/// [dev.freehold.tensor.TensorException] where the file cannot be written, which then is not there.
///
/// Source: the GGUF specification of ggml (`docs/gguf.md`); llama.cpp, `convert_hf_to_gguf.py`.
public final class GgufExport {
  /// The dtypes that files can be asked for.
  public static final List<Dtype> DTYPES =
      List.of(Dtype.F32, Dtype.F16, Dtype.BF16, Dtype.Q8_0, Dtype.Q4_0);

  private static final int QUANTIZATION_VERSION = 2;

  private final TrainedWeights weights;
  private final Architecture architecture;
  private final Mixer.Attention attention;
  private final Dtype dtype;
  private final List<String> notes = new ArrayList<>();

  private record Planned(ParameterShape shape, String name, Dtype dtype) {}

  private GgufExport(TrainedWeights weights, Dtype dtype) {
    this.weights = weights;
    this.architecture = weights.architecture();
    this.attention = (Mixer.Attention) architecture.layers().getFirst().mixer();
    this.dtype = dtype;
  }

  /// Writes the model of a checkpoint or another Hugging Face folder.
  ///
  /// @param target the file; one that is there is replaced when the new one is whole
  /// @param dtype of the matrices, one of [#DTYPES]
  /// @param name `general.name`; family and number of parameters where it is empty
  /// @return what differs from the folder or from what was asked, one sentence each
  public static List<String> write(Path folder, Path target, Dtype dtype, Optional<String> name) {
    if (!DTYPES.contains(dtype)) {
      throw new TrainException("dtype: expected one of %s, found %s".formatted(DTYPES, dtype));
    }
    try (TrainedWeights weights = new TrainedWeights(folder);
        GgufWriter out = new GgufWriter(target)) {
      GgufExport export = new GgufExport(weights, dtype);
      export.checkArchitecture();
      export.writeMetadata(out, name);
      export.notes.addAll(
          GgufTokenizerWriter.write(folder, weights.architecture().vocabSize(), out));
      export.writeTensors(out);
      out.finish();
      return List.copyOf(export.notes);
    }
  }

  private boolean isLlama() {
    return architecture.family().equals("llama");
  }

  private void checkArchitecture() {
    switch (architecture.family()) {
      case "llama", "qwen3", "olmo2" -> {}
      default ->
          throw new TrainException(
              "architecture: llama, qwen3 and olmo2 are exported, found " + architecture.family());
    }
    Mixer.Heads heads = attention.heads();
    Positions.Rotary rotary = rotary();
    if (rotary.dims() != heads.keyDim() || !(rotary.scaling() instanceof Positions.Scaling.None)) {
      throw new TrainException(
          "architecture: positions that rotate part of a head, or are scaled, are not exported");
    }
    if (attention.norms().whole() && heads.queries() * heads.keyDim() != architecture.modelDim()) {
      notes.add(
          "other programs load olmo2 files only where heads x head_dim is hidden_size; here it is"
              + " %d x %d and %d"
                  .formatted(heads.queries(), heads.keyDim(), architecture.modelDim()));
    }
  }

  private Positions.Rotary rotary() {
    return (Positions.Rotary) attention.positions();
  }

  private void writeMetadata(GgufWriter out, Optional<String> name) {
    String family = architecture.family();
    String counted = String.format(Locale.ROOT, "%s, %,d parameters", family, weights.parameters());
    out.put("general.architecture", family);
    out.put("general.type", "model");
    out.put("general.name", name.orElse(counted));
    out.put("general.file_type", fileType(dtype));
    if (dtype.isQuantized()) {
      out.put("general.quantization_version", QUANTIZATION_VERSION);
    }
    weights.provenance().forEach(out::put);
    weights.sampling().forEach(out::put);
    Mixer.Heads heads = attention.heads();
    FeedForward.GatedMlp mlp =
        (FeedForward.GatedMlp) architecture.layers().getFirst().feedForward();
    out.put(family + ".vocab_size", architecture.vocabSize());
    out.put(family + ".context_length", architecture.contextLength());
    out.put(family + ".embedding_length", architecture.modelDim());
    out.put(family + ".block_count", architecture.layers().size());
    out.put(family + ".feed_forward_length", mlp.hiddenDim());
    out.put(family + ".attention.head_count", heads.queries());
    out.put(family + ".attention.head_count_kv", heads.keyValues());
    out.put(family + ".attention.key_length", heads.keyDim());
    out.put(family + ".attention.value_length", heads.valueDim());
    float epsilon = ((Normalization.Rms) architecture.finalNorm()).epsilon();
    out.put(family + ".attention.layer_norm_rms_epsilon", epsilon);
    out.put(family + ".rope.dimension_count", rotary().dims());
    float base = (float) rotary().base();
    out.put(family + ".rope.freq_base", base);
    if (base != rotary().base()) {
      notes.add(
          "rope_theta %s is a float32 in GGUF and becomes %s".formatted(rotary().base(), base));
    }
  }

  /// Source: `llama_ftype` of llama.cpp.
  private static int fileType(Dtype dtype) {
    return switch (dtype) {
      case F32 -> 0;
      case F16 -> 1;
      case Q4_0 -> 2;
      case Q8_0 -> 7;
      case BF16 -> 32;
      default ->
          throw new TrainException("dtype: GGUF files of %s are not written".formatted(dtype));
    };
  }

  private void writeTensors(GgufWriter out) {
    List<Planned> plan = new ArrayList<>();
    for (ParameterShape shape : weights.shapes()) {
      plan.add(plan(shape, shape.role()));
    }
    if (architecture.output().tied() && architecture.family().equals("olmo2")) {
      plan.add(plan(weights.shapes().getFirst(), Role.OUTPUT));
      notes.add("olmo2 files need an output head of its own: the embedding stands there twice");
    }
    for (Planned tensor : plan) {
      long[] shape = tensor.shape.shape().stream().mapToLong(Integer::longValue).toArray();
      out.declare(tensor.name, tensor.dtype, shape);
    }
    for (Planned tensor : plan) {
      RowStream.copy(weights.tensor(tensor.shape), tensor.dtype, order(tensor.shape), out::write);
    }
  }

  private Planned plan(ParameterShape shape, Role role) {
    String name =
        Layout.gguf().places().getOrDefault(role, List.of()).stream()
            .findFirst()
            .orElseThrow(() -> new TrainException("GGUF has no name for " + role))
            .name(shape.layer(), 0);
    Dtype chosen = shape.isMatrix() ? matrixDtype(role) : Dtype.F32;
    int columns = shape.shape().getLast();
    if (columns % chosen.blockLength() != 0) {
      notes.add(
          "%s is F16: its rows of %d are no multiple of %s's block of %d"
              .formatted(name, columns, chosen, chosen.blockLength()));
      chosen = Dtype.F16;
    }
    return new Planned(shape, name, chosen);
  }

  private Dtype matrixDtype(Role role) {
    boolean head = role == Role.OUTPUT || (role == Role.EMBEDDING && architecture.output().tied());
    return head && dtype == Dtype.Q4_0 ? Dtype.Q8_0 : dtype;
  }

  private LongUnaryOperator order(ParameterShape shape) {
    boolean rotated = shape.role() == Role.QUERY || shape.role() == Role.KEY;
    if (!isLlama() || !rotated) {
      return LongUnaryOperator.identity();
    }
    int dim = attention.heads().keyDim();
    return row -> row / dim * dim + row % 2 * (dim / 2) + row % dim / 2;
  }
}
