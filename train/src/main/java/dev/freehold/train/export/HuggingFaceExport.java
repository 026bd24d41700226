package dev.freehold.train.export;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.SafetensorsWriter;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.TrainException;
import dev.freehold.train.checkpoint.DurableFolder;
import dev.freehold.train.step.ParameterShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes a trained model as a Hugging Face folder that this and other programs load; the same
/// model gives the same bytes.
///
/// - `model.safetensors` holds every tensor in the dtype that is asked for; F32 keeps every bit of
///   the logits. A checkpoint's recipe, step and digest stand in its metadata, as `freehold.*`.
/// - `config.json` is that of the model, with what `transformers` expects beside it: the class, the
///   dtype under its old and its new name, and that there is no token for the beginning of a text
///   or for padding where none is stated, since the defaults of some classes name one.
/// - `generation_config.json` and `special_tokens_map.json` say which token ends a text, and how
///   tokens are chosen where the model says so. The tokenizer's files are copied.
///
/// The folder is written under another name and renamed when it is whole.
///
/// Failures: a [TrainException] for what is no trained model, for weights that are not finite or
/// too large for the dtype, and for a folder in the way that holds anything but an export.
///
/// Source: `configuration_utils.py` and the configurations of Llama, Qwen3 and OLMo 2 in Hugging
/// Face transformers; safetensors format.
public final class HuggingFaceExport {
  /// The dtypes that folders can be asked for.
  public static final List<Dtype> DTYPES = List.of(Dtype.F32, Dtype.F16, Dtype.BF16);

  private static final String CONFIG = "config.json";
  private static final String GENERATION = "generation_config.json";
  private static final String SPECIAL_TOKENS = "special_tokens_map.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String TOKENIZER = "tokenizer.json";
  private static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  private static final String TEMPLATE = "chat_template.jinja";
  private static final List<String> MARKS =
      List.of("bos_token", "eos_token", "unk_token", "pad_token");

  /// What an export holds, whole or interrupted.
  private static final Set<String> FILES =
      Set.of(
          CONFIG,
          GENERATION,
          SPECIAL_TOKENS,
          WEIGHTS,
          WEIGHTS + ".partial",
          TOKENIZER,
          TOKENIZER_CONFIG,
          TEMPLATE);

  private final Path folder;
  private final TrainedWeights weights;
  private final Dtype dtype;

  private HuggingFaceExport(Path folder, TrainedWeights weights, Dtype dtype) {
    this.folder = folder;
    this.weights = weights;
    this.dtype = dtype;
  }

  /// Writes the model of a checkpoint or another Hugging Face folder.
  ///
  /// @param target the folder; one that is there and holds an export is replaced
  /// @param dtype of the tensors, one of [#DTYPES]
  /// @return the files that were written
  public static List<Path> write(Path folder, Path target, Dtype dtype) {
    if (!DTYPES.contains(dtype)) {
      throw new TrainException("dtype: expected one of %s, found %s".formatted(DTYPES, dtype));
    }
    Path whole = target.toAbsolutePath().normalize();
    if (whole.getFileName() == null) {
      throw new TrainException(target + ": expected the name of a folder to be made");
    }
    try (TrainedWeights weights = new TrainedWeights(folder)) {
      Tokenizer.fromFolder(folder); // one that cannot be read is not passed on
      HuggingFaceExport export = new HuggingFaceExport(folder, weights, dtype);
      for (Path taken : DurableFolder.names(whole)) {
        requireExport(taken);
      }
      DurableFolder.replace(whole, export::writeInto);
      return files(target);
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(target, e), e);
    }
  }

  private static List<Path> files(Path target) throws IOException {
    try (Stream<Path> entries = Files.list(target)) {
      return entries.sorted().toList();
    }
  }

  /// What is replaced must be an export: whatever else is in it would be lost.
  private static void requireExport(Path target) throws IOException {
    if (!Files.exists(target)) {
      return;
    }
    if (!Files.isDirectory(target)) {
      throw new TrainException(target + ": is a file; name a folder");
    }
    for (Path file : files(target)) {
      if (!FILES.contains(file.getFileName().toString()) || !Files.isRegularFile(file)) {
        throw new TrainException(
            "%s: holds %s, which is no part of an export; name another folder"
                .formatted(target, file.getFileName()));
      }
    }
  }

  private void writeInto(Path part) throws IOException {
    ObjectNode config = object(folder.resolve(CONFIG));
    write(part, CONFIG, configuration(config));
    write(part, GENERATION, generation(config));
    for (String name : List.of(TOKENIZER, TOKENIZER_CONFIG, TEMPLATE)) {
      Path file = folder.resolve(name);
      if (Files.isRegularFile(file)) {
        DurableFolder.write(part.resolve(name), Files.readAllBytes(file));
      }
    }
    Optional<ObjectNode> marks = marks();
    if (marks.isPresent()) {
      write(part, SPECIAL_TOKENS, marks.get());
    }
    writeTensors(part.resolve(WEIGHTS));
  }

  private static ObjectNode object(Path file) {
    try {
      return StrictJson.parse(file) instanceof ObjectNode object
          ? object
          : JsonMapper.shared().createObjectNode();
    } catch (TensorException e) {
      throw new TrainException(String.valueOf(e.getMessage()), e);
    }
  }

  /// Writes an object with its keys in order.
  private static void write(Path part, String name, ObjectNode value) throws IOException {
    TreeMap<String, JsonNode> sorted = new TreeMap<>();
    value.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
    byte[] bytes = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(sorted);
    DurableFolder.write(part.resolve(name), bytes);
  }

  private ObjectNode configuration(ObjectNode config) {
    ObjectNode out = config.deepCopy();
    String name =
        switch (dtype) {
          case F32 -> "float32";
          case F16 -> "float16";
          case BF16 -> "bfloat16";
          default -> throw new TrainException("dtype: " + dtype + " has no name in config.json");
        };
    out.putArray("architectures").add(className());
    out.put("torch_dtype", name).put("dtype", name);
    out.put("tie_word_embeddings", weights.architecture().output().tied());
    for (String mark : List.of("bos_token_id", "pad_token_id")) {
      if (!out.has(mark)) {
        out.putNull(mark);
      }
    }
    return out;
  }

  private String className() {
    return switch (weights.architecture().family()) {
      case "llama" -> "LlamaForCausalLM";
      case "qwen3" -> "Qwen3ForCausalLM";
      case "olmo2" -> "Olmo2ForCausalLM";
      case String family ->
          throw new TrainException(
              "architecture: llama, qwen3 and olmo2 are exported, found " + family);
    };
  }

  /// What the folder says of how tokens are chosen, and the marks of its configuration.
  private ObjectNode generation(ObjectNode config) {
    Path file = folder.resolve(GENERATION);
    ObjectNode out =
        Files.isRegularFile(file) ? object(file) : JsonMapper.shared().createObjectNode();
    for (String mark : List.of("bos_token_id", "eos_token_id", "pad_token_id")) {
      JsonNode value = config.path(mark);
      if (!out.has(mark) && !value.isMissingNode() && !value.isNull()) {
        out.set(mark, value);
      }
    }
    return out;
  }

  /// The marks of the tokenizer's configuration, where it has one.
  private Optional<ObjectNode> marks() {
    Path file = folder.resolve(TOKENIZER_CONFIG);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    ObjectNode config = object(file);
    ObjectNode out = JsonMapper.shared().createObjectNode();
    for (String mark : MARKS) {
      JsonNode value = config.path(mark);
      if (value.isString() || value.isObject()) {
        out.set(mark, value);
      }
    }
    return Optional.of(out);
  }

  private void writeTensors(Path file) {
    try (SafetensorsWriter out = new SafetensorsWriter(file)) {
      out.put("format", "pt");
      weights.provenance().forEach(out::put);
      for (ParameterShape shape : weights.shapes()) {
        long[] sizes = shape.shape().stream().mapToLong(Integer::longValue).toArray();
        out.declare(shape.name(), dtype, sizes);
      }
      for (ParameterShape shape : weights.shapes()) {
        RowStream.copy(weights.tensor(shape), dtype, LongUnaryOperator.identity(), out::write);
      }
      out.finish();
    }
  }
}
