package dev.freehold.model;

import dev.freehold.model.families.Families;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The metadata of a model file, GGUF keys or a Hugging Face config.json, read with checks.
///
/// Each getter takes the key of both formats; several names of one key are separated by `|`, and an
/// empty key means that the format has none. GGUF keys are looked up behind the architecture's name
/// first. JSON's null counts as absent.
///
/// Failures: a [ModelException] that names the key, what was expected and what was found.
public final class Config {
  /// Where the metadata comes from.
  public enum Format {
    GGUF,
    HUGGING_FACE
  }

  private static final int MAX_SIZE = 1 << 28;
  private static final int MAX_LAYERS = 10_000;

  private final Format format;
  private final String type;
  private final Map<String, Object> values;
  private final TensorStore store;
  private final List<String> notes;

  private Config(
      Format format,
      String type,
      Map<String, Object> values,
      TensorStore store,
      List<String> notes) {
    this.format = format;
    this.type = type;
    this.values = values;
    this.store = store;
    this.notes = notes;
  }

  /// The family that this metadata belongs to.
  ///
  /// @throws ModelException where it is not known
  public Family family() {
    return Families.of(this);
  }

  /// The metadata of an open model: its GGUF keys, or the config.json beside its files.
  ///
  /// @param path what was opened
  public static Config of(Path path, TensorStore store) {
    if (store.metadata().has("general.architecture") || path.toString().endsWith(".gguf")) {
      return gguf(store);
    }
    Path absolute = path.toAbsolutePath();
    Path folder = Files.isDirectory(absolute) ? absolute : absolute.getParent();
    Path file = (folder == null ? absolute : folder).resolve("config.json");
    if (!Files.exists(file)) {
      throw new ModelException(
          "%s: missing; safetensors need the config.json of their repository".formatted(file));
    }
    return huggingFace(StrictJson.parse(file), store);
  }

  /// The metadata of a GGUF file.
  public static Config gguf(TensorStore store) {
    Metadata metadata = store.metadata();
    if (!metadata.has("general.architecture")) {
      throw new ModelException(
          "general.architecture: missing; this GGUF file does not say which model it holds");
    }
    return new Config(
        Format.GGUF, metadata.string("general.architecture"), metadata.asMap(), store, List.of());
  }

  /// A config.json; the part about the language model where it describes more.
  public static Config huggingFace(JsonNode root, TensorStore store) {
    if (!root.isObject()) {
      throw new ModelException("config.json: expected an object, found " + root.getNodeType());
    }
    Map<String, Object> values = object(root);
    Object type = values.get("model_type");
    if (values.get("text_config") instanceof Map<?, ?> text) {
      Map<String, Object> inner = cast(text);
      if (values.containsKey("tie_word_embeddings")) {
        inner.putIfAbsent("tie_word_embeddings", values.get("tie_word_embeddings"));
      }
      type = inner.getOrDefault("model_type", type == null ? "" : type);
      values = inner;
    }
    if (!(type instanceof String name) || name.isEmpty()) {
      throw new ModelException("config.json model_type: expected a string, found " + type);
    }
    refuseQuantization(root.path("quantization_config"));
    List<String> notes =
        root.has("auto_map")
            ? List.of("config.json auto_map: code that comes with the model is never run")
            : List.of();
    return new Config(Format.HUGGING_FACE, name, values, store, notes);
  }

  private static void refuseQuantization(JsonNode quantization) {
    String method = quantization.path("quant_method").asString("");
    if (!method.isEmpty() && !method.equals("mxfp4")) {
      throw new ModelException(
          ("config.json quantization_config: %s is not supported; use the model's bfloat16 files"
                  + " or a GGUF")
              .formatted(method));
    }
  }

  private static Map<String, Object> object(JsonNode node) {
    Map<String, Object> values = new LinkedHashMap<>();
    node.properties()
        .forEach(entry -> {
          Object value = value(entry.getValue());
          if (value != null) {
            values.put(entry.getKey(), value);
          }
        });
    return values;
  }

  private static @Nullable Object value(JsonNode node) {
    if (node.isObject()) {
      Map<String, Object> inner = object(node);
      return inner.size() == 1 && inner.containsKey("__float__") ? special(inner) : inner;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>();
      for (JsonNode item : node) {
        Object value = value(item);
        list.add(value == null ? Optional.empty() : value);
      }
      return list;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    return node.isString() ? node.stringValue() : null;
  }

  /// Infinity and NaN, as transformers writes them.
  private static Object special(Map<String, Object> inner) {
    return switch (String.valueOf(inner.get("__float__"))) {
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> Double.NaN;
    };
  }

  @SuppressWarnings("unchecked") // only object() makes maps, with keys that are strings
  private static Map<String, Object> cast(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  /// The same with values for keys of a config.json that it lacks.
  public Config withDefaults(Map<String, Object> defaults) {
    Map<String, Object> all = new LinkedHashMap<>(defaults);
    all.putAll(values);
    return new Config(format, type, all, store, notes);
  }

  /// What the metadata holds and is left aside, one sentence each.
  public List<String> notes() {
    return notes;
  }

  public Format format() {
    return format;
  }

  public boolean isGguf() {
    return format == Format.GGUF;
  }

  /// The architecture of a GGUF file, the model type of a config.json.
  public String type() {
    return type;
  }

  /// A value with the key under which it was found.
  private record Found(String key, Object value) {}

  private Optional<Found> find(String huggingFace, String gguf) {
    String keys = isGguf() ? gguf : huggingFace;
    for (String key : keys.split("\\|", -1)) {
      String prefixed = isGguf() ? type + "." + key : key;
      Object value = values.get(prefixed);
      if (value != null) {
        return Optional.of(new Found(prefixed, value));
      }
      if (isGguf() && values.get(key) instanceof Object plain) {
        return Optional.of(new Found(key, plain));
      }
    }
    return Optional.empty();
  }

  private Found require(String huggingFace, String gguf, String expected) {
    return find(huggingFace, gguf)
        .orElseThrow(() ->
            new ModelException(
                "%s: missing; expected %s".formatted(shown(huggingFace, gguf), expected)));
  }

  private String shown(String huggingFace, String gguf) {
    return isGguf() ? type + "." + gguf : "config.json " + huggingFace;
  }

  /// Whether there is a value, other than null.
  public boolean has(String huggingFace, String gguf) {
    return find(huggingFace, gguf).isPresent();
  }

  /// A size or count of at least 1.
  public int size(String huggingFace, String gguf) {
    return integer(require(huggingFace, gguf, "a number of at least 1"), 1, MAX_SIZE);
  }

  public int size(String huggingFace, String gguf, int otherwise) {
    return has(huggingFace, gguf) ? size(huggingFace, gguf) : otherwise;
  }

  /// A size that may be zero; `otherwise` where it is absent.
  public int count(String huggingFace, String gguf, int otherwise) {
    return find(huggingFace, gguf).map(found -> integer(found, 0, MAX_SIZE)).orElse(otherwise);
  }

  /// A size that may differ per layer: one number, or an array with one per layer.
  public int size(String huggingFace, String gguf, int layer, int otherwise) {
    Optional<Found> found = find(huggingFace, gguf);
    if (found.isEmpty()) {
      return otherwise;
    }
    Found entry = found.get();
    List<?> list = list(entry.value());
    if (list.isEmpty()) {
      return integer(entry, 1, MAX_SIZE);
    }
    return integer(element(entry, list, layer), 0, MAX_SIZE);
  }

  private static Found element(Found entry, List<?> list, int layer) {
    if (layer >= list.size()) {
      throw new ModelException(
          "%s: %d values, one is needed for layer %d".formatted(entry.key(), list.size(), layer));
    }
    return new Found(entry.key() + "[" + layer + "]", list.get(layer));
  }

  public int layers() {
    int layers = size("num_hidden_layers|n_layer", "block_count");
    if (layers > MAX_LAYERS) {
      throw new ModelException(
          "%s: expected 1 to %d, found %d"
              .formatted(shown("num_hidden_layers", "block_count"), MAX_LAYERS, layers));
    }
    return layers;
  }

  private int integer(Found found, int min, int max) {
    Object value = found.value();
    if (value instanceof Double real && real == Math.rint(real) && Math.abs(real) < 1e15) {
      value = real.longValue();
    }
    if (!(value instanceof Long number)) {
      throw mismatch(found, "an integer");
    }
    if (number < min || number > max) {
      throw new ModelException(
          "%s: expected a number from %d to %d, found %d"
              .formatted(shown(found), min, max, number));
    }
    return number.intValue();
  }

  private String shown(Found found) {
    return isGguf() ? found.key() : "config.json " + found.key();
  }

  private ModelException mismatch(Found found, String expected) {
    String value = String.valueOf(found.value());
    return new ModelException(
        "%s: expected %s, found %s"
            .formatted(
                shown(found),
                expected,
                value.length() > 60 ? value.substring(0, 60) + "…" : value));
  }

  /// A finite number.
  public double real(String huggingFace, String gguf) {
    return real(require(huggingFace, gguf, "a number"));
  }

  public double real(String huggingFace, String gguf, double otherwise) {
    return find(huggingFace, gguf).map(this::real).orElse(otherwise);
  }

  private double real(Found found) {
    double value =
        switch (found.value()) {
          case Long number -> number;
          case Double number -> number;
          default -> throw mismatch(found, "a number");
        };
    if (Double.isNaN(value)) {
      throw mismatch(found, "a number");
    }
    return value;
  }

  public boolean flag(String huggingFace, String gguf, boolean otherwise) {
    Optional<Found> found = find(huggingFace, gguf);
    if (found.isEmpty()) {
      return otherwise;
    }
    if (found.get().value() instanceof Boolean flag) {
      return flag;
    }
    throw mismatch(found.get(), "true or false");
  }

  public String string(String huggingFace, String gguf, String otherwise) {
    Optional<Found> found = find(huggingFace, gguf);
    if (found.isEmpty()) {
      return otherwise;
    }
    if (found.get().value() instanceof String string) {
      return string;
    }
    throw mismatch(found.get(), "a string");
  }

  /// The strings of an array; empty where it is absent.
  public List<String> strings(String huggingFace, String gguf) {
    Optional<Found> found = find(huggingFace, gguf);
    if (found.isEmpty()) {
      return List.of();
    }
    List<String> strings = new ArrayList<>();
    for (Object item : list(found.get().value())) {
      if (!(item instanceof String string)) {
        throw mismatch(found.get(), "an array of strings");
      }
      strings.add(string);
    }
    return strings;
  }

  /// The numbers of an array, booleans as 0 and 1; empty where it is absent.
  public List<Double> reals(String huggingFace, String gguf) {
    Optional<Found> found = find(huggingFace, gguf);
    if (found.isEmpty()) {
      return List.of();
    }
    List<Double> reals = new ArrayList<>();
    for (Object item : list(found.get().value())) {
      reals.add(
          switch (item) {
            case Long number -> (double) number;
            case Double number -> number;
            case Boolean flag -> flag ? 1.0 : 0.0;
            default -> throw mismatch(found.get(), "an array of numbers");
          });
    }
    return reals;
  }

  /// The elements of an array in whichever form it is held; empty for anything else.
  private static List<?> list(Object value) {
    return switch (value) {
      case List<?> list -> list;
      case long[] array -> Arrays.stream(array).boxed().toList();
      case double[] array -> Arrays.stream(array).boxed().toList();
      default -> List.of();
    };
  }

  /// An object inside a config.json as a configuration of its own; empty where it is absent.
  public Optional<Config> section(String huggingFace) {
    if (!isGguf() && values.get(huggingFace) instanceof Map<?, ?> map) {
      return Optional.of(new Config(format, type, cast(map), store, notes));
    }
    return Optional.empty();
  }

  /// A tensor by its name in the file, for the few facts that only tensors tell.
  public Optional<Tensor> tensor(String name) {
    return store.tensor(name);
  }
}
