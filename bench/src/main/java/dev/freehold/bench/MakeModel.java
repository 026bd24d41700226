package dev.freehold.bench;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.GgufWriter;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Writes a GGUF file with random weights at the shape of a published model, for measuring speed.
///
/// `MakeModel SHAPE TYPE FILE`; types: f16 bf16 q8_0 q4_0 q4_k_m, and `pure-` before q4_0 for one
/// type in all matrices. As llama.cpp's quantizer does, Q4_0 and Q4_K_M keep the output head (or
/// the tied embedding) in Q6_K, and Q4_K_M half of the value and down projections.
public final class MakeModel {
  private static final int SPECIAL_TOKENS = 256;
  private static final float ROUTER_SPREAD = 0.02f;

  /// The names that engines look for; the first two begin and end a text.
  private static final List<String> LLAMA_SPECIALS =
      List.of(
          "<|begin_of_text|>",
          "<|end_of_text|>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eom_id|>",
          "<|eot_id|>");

  private static final String TEMPLATE =
      "{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>{{ m.content }}"
          + "<|eot_id|>{% endfor %}{% if add_generation_prompt %}<|start_header_id|>assistant"
          + "<|end_header_id|>{% endif %}";

  private record Planned(String name, Dtype dtype, long[] shape, boolean matrix) {}

  private final ModelShape shape;
  private final String type;
  private final List<Planned> tensors = new ArrayList<>();

  private MakeModel(ModelShape shape, String type) {
    this.shape = shape;
    this.type = type;
  }

  public static void main(String[] args) {
    if (args.length != 3) {
      System.err.println("usage: MakeModel SHAPE TYPE FILE");
      System.err.println(
          "shapes: "
              + ModelShape.ALL.stream().map(ModelShape::name).toList()
              + "; types: f16 bf16 q8_0 q4_0 pure-q4_0 q4_k_m");
      System.exit(2);
    }
    ModelShape shape =
        ModelShape.ALL.stream()
            .filter(candidate -> candidate.name().equals(args[0]))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("unknown shape " + args[0]));
    new MakeModel(shape, args[1].toLowerCase(Locale.ROOT)).write(Path.of(args[2]));
  }

  private Dtype base() {
    return switch (type) {
      case "f16" -> Dtype.F16;
      case "bf16" -> Dtype.BF16;
      case "q8_0" -> Dtype.Q8_0;
      case "q4_0", "pure-q4_0" -> Dtype.Q4_0;
      case "q4_k_m" -> Dtype.Q4_K;
      default -> throw new IllegalArgumentException("unknown type " + type);
    };
  }

  private Dtype headType() {
    return type.equals("q4_0") || type.equals("q4_k_m") ? Dtype.Q6_K : base();
  }

  /// llama.cpp's rule for the matrices that get more bits in Q4_K_M.
  private boolean moreBits(int layer) {
    int n = shape.layers();
    return layer < n / 8 || layer >= 7 * n / 8 || (layer - n / 8) % 3 == 2;
  }

  private void plan() {
    int d = shape.modelDim();
    int queryDim = shape.heads() * shape.headDim();
    int keyDim = shape.keyValueHeads() * shape.headDim();
    Dtype base = base();
    matrix("token_embd.weight", shape.tied() ? headType() : base, shape.vocabSize(), d);
    for (int i = 0; i < shape.layers(); i++) {
      String prefix = "blk." + i + ".";
      Dtype more = type.equals("q4_k_m") && moreBits(i) ? Dtype.Q6_K : base;
      vector(prefix + "attn_norm.weight", d);
      matrix(prefix + "attn_q.weight", base, queryDim, d);
      matrix(prefix + "attn_k.weight", base, keyDim, d);
      matrix(prefix + "attn_v.weight", more, keyDim, d);
      matrix(prefix + "attn_output.weight", base, d, queryDim);
      if (shape.architecture().startsWith("qwen3")) {
        vector(prefix + "attn_q_norm.weight", shape.headDim());
        vector(prefix + "attn_k_norm.weight", shape.headDim());
      }
      vector(prefix + "ffn_norm.weight", d);
      planFeedForward(prefix, base, more);
    }
    vector("output_norm.weight", d);
    if (!shape.tied()) {
      matrix("output.weight", headType(), shape.vocabSize(), d);
    }
  }

  private void planFeedForward(String prefix, Dtype base, Dtype more) {
    int d = shape.modelDim();
    int experts = shape.experts().count();
    int hiddenDim = shape.experts().hiddenDim();
    if (experts == 0) {
      matrix(prefix + "ffn_gate.weight", base, shape.hiddenDim(), d);
      matrix(prefix + "ffn_up.weight", base, shape.hiddenDim(), d);
      matrix(prefix + "ffn_down.weight", more, d, shape.hiddenDim());
    } else {
      matrix(prefix + "ffn_gate_inp.weight", Dtype.F32, experts, d);
      matrices(prefix + "ffn_gate_exps.weight", base, experts, hiddenDim, d);
      matrices(prefix + "ffn_up_exps.weight", base, experts, hiddenDim, d);
      matrices(prefix + "ffn_down_exps.weight", more, experts, d, hiddenDim);
    }
  }

  private void matrices(String name, Dtype dtype, int count, int rows, int columns) {
    tensors.add(new Planned(name, dtype, new long[] {count, rows, columns}, true));
  }

  private void matrix(String name, Dtype dtype, int rows, int columns) {
    tensors.add(new Planned(name, dtype, new long[] {rows, columns}, true));
  }

  private void vector(String name, int n) {
    tensors.add(new Planned(name, Dtype.F32, new long[] {n}, false));
  }

  private void write(Path path) {
    plan();
    try (GgufWriter writer = new GgufWriter(path)) {
      putMetadata(writer);
      putTokenizer(writer);
      for (Planned tensor : tensors) {
        writer.declare(tensor.name, tensor.dtype, tensor.shape);
      }
      Map<Dtype, RandomBlocks> pools = new EnumMap<>(Dtype.class);
      for (Planned tensor : tensors) {
        writeTensor(writer, tensor, pools);
      }
      writer.finish();
    }
  }

  private static void writeTensor(
      GgufWriter writer, Planned tensor, Map<Dtype, RandomBlocks> pools) {
    long elements = Arrays.stream(tensor.shape).reduce(1, (a, b) -> a * b);
    if (tensor.dtype == Dtype.F32) {
      float[] values = new float[Math.toIntExact(elements)];
      Random random = new Random(tensor.name.hashCode());
      for (int i = 0; i < values.length; i++) {
        // Routers get no repeated numbers, since all experts are to be chosen.
        values[i] = tensor.matrix ? (float) random.nextGaussian() * ROUTER_SPREAD : 1;
      }
      writer.write(MemorySegment.ofArray(values));
      return;
    }
    RandomBlocks pool =
        pools.computeIfAbsent(tensor.dtype, dtype -> new RandomBlocks(dtype, dtype.ordinal()));
    long left = tensor.dtype.byteSize(elements);
    while (left > 0) {
      MemorySegment part = pool.take(left);
      writer.write(part);
      left -= part.byteSize();
    }
  }

  private void putMetadata(GgufWriter writer) {
    String prefix = shape.architecture() + ".";
    writer
        .put("general.architecture", shape.architecture())
        .put("general.name", shape.name() + " with random weights")
        .put(prefix + "block_count", shape.layers())
        .put(prefix + "context_length", shape.contextLength())
        .put(prefix + "embedding_length", shape.modelDim())
        .put(prefix + "feed_forward_length", shape.hiddenDim())
        .put(prefix + "attention.head_count", shape.heads())
        .put(prefix + "attention.head_count_kv", shape.keyValueHeads())
        .put(prefix + "attention.key_length", shape.headDim())
        .put(prefix + "attention.value_length", shape.headDim())
        .put(prefix + "rope.dimension_count", shape.headDim())
        .put(prefix + "rope.freq_base", shape.ropeBase())
        .put(prefix + "attention.layer_norm_rms_epsilon", shape.epsilon())
        .put(prefix + "vocab_size", shape.vocabSize());
    if (shape.experts().count() > 0) {
      writer
          .put(prefix + "expert_count", shape.experts().count())
          .put(prefix + "expert_used_count", shape.experts().used())
          .put(prefix + "expert_feed_forward_length", shape.experts().hiddenDim());
    }
  }

  /// A byte-level BPE of the right size: the 256 bytes, made merges, special tokens at the end.
  private void putTokenizer(GgufWriter writer) {
    Set<String> tokens = new LinkedHashSet<>();
    for (int b = 0; b < 256; b++) {
      tokens.add(String.valueOf(byteCharacter(b)));
    }
    List<String> parts = new ArrayList<>();
    for (char c = 'a'; c <= 'z'; c++) {
      parts.add(String.valueOf(c));
    }
    List<String> merges = new ArrayList<>();
    Random random = new Random(1);
    while (tokens.size() < shape.vocabSize() - SPECIAL_TOKENS) {
      String left = parts.get(random.nextInt(parts.size()));
      String right = parts.get(random.nextInt(Math.min(parts.size(), 2000)));
      String merged = left + right;
      if (merged.length() <= 16 && tokens.add(merged)) {
        merges.add(left + " " + right);
        parts.add(merged);
      }
    }
    int[] types = new int[shape.vocabSize()];
    Arrays.fill(types, 1);
    int firstSpecial = tokens.size();
    for (int i = 0; tokens.size() < shape.vocabSize(); i++) {
      types[tokens.size()] = 3;
      tokens.add(i < LLAMA_SPECIALS.size() ? LLAMA_SPECIALS.get(i) : "<|special_" + i + "|>");
    }
    writer
        .put("tokenizer.ggml.model", "gpt2")
        .put("tokenizer.ggml.pre", shape.architecture().startsWith("qwen") ? "qwen2" : "llama-bpe")
        .put("tokenizer.ggml.tokens", List.copyOf(tokens))
        .put("tokenizer.ggml.token_type", types)
        .put("tokenizer.ggml.merges", merges)
        .put("tokenizer.ggml.bos_token_id", firstSpecial)
        .put("tokenizer.ggml.eos_token_id", firstSpecial + 1)
        .put("tokenizer.ggml.add_bos_token", shape.architecture().equals("llama"))
        .put("tokenizer.chat_template", TEMPLATE);
  }

  /// GPT-2's printable character for a byte: itself where it is printable Latin-1, else the next
  /// free one from U+0100 on.
  private static char byteCharacter(int b) {
    int free = 0;
    for (int other = 0; other < 256; other++) {
      boolean printable =
          other >= '!' && other <= '~' || other >= 0xa1 && other <= 0xff && other != 0xad;
      if (other == b) {
        return (char) (printable ? b : 256 + free);
      }
      if (!printable) {
        free++;
      }
    }
    throw new IllegalArgumentException("no byte: " + b);
  }
}
