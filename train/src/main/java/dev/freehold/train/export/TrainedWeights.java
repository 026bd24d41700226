package dev.freehold.train.export;

import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Layout;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorStore;
import dev.freehold.train.TrainException;
import dev.freehold.train.step.ParameterShape;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// A trained model in a Hugging Face folder, opened for reading and checked: every tensor of its
/// architecture is there in its shape, no other is, and a checkpoint has the weights that it says.
final class TrainedWeights implements AutoCloseable {
  /// Where a checkpoint says that it is from.
  ///
  /// @param recipe SHA-256 of the recipe
  /// @param weights SHA-256 of the weights
  record Origin(String recipe, long step, String weights) {}

  private static final String STATE = "checkpoint.json";
  private static final Map<String, String> SAMPLING =
      Map.of(
          "general.sampling.temp", "temperature",
          "general.sampling.top_p", "top_p",
          "general.sampling.min_p", "min_p");

  private final Path folder;
  private final TensorStore store;
  private final Architecture architecture;
  private final List<ParameterShape> shapes;
  private final Optional<Origin> origin;

  /// @throws TrainException where the folder holds no model that was trained, or an altered one
  TrainedWeights(Path folder) {
    this.folder = folder;
    if (!Files.isRegularFile(folder.resolve("config.json"))) {
      throw new TrainException(
          "%s: no config.json; expected a checkpoint of a run or another Hugging Face folder"
              .formatted(folder));
    }
    this.store = ModelFiles.open(folder);
    try {
      if (store.metadata().has("general.architecture")) {
        throw new TrainException("%s: holds GGUF, expected safetensors".formatted(folder));
      }
      Config config = Config.of(folder, store);
      this.architecture = config.family().architecture(config);
      Layout layout = config.family().layout(config);
      this.shapes = ParameterShape.of(architecture, layout);
      checkTensors();
      this.origin = readOrigin();
      if (origin.isPresent()) {
        checkDigest(origin.get());
      }
    } catch (Throwable e) {
      store.close();
      throw e;
    }
  }

  Architecture architecture() {
    return architecture;
  }

  /// The tensors in the order in which parameters are counted.
  List<ParameterShape> shapes() {
    return shapes;
  }

  /// Numbers in all tensors.
  long parameters() {
    return shapes.stream().mapToLong(ParameterShape::elements).sum();
  }

  Tensor tensor(ParameterShape shape) {
    return store
        .tensor(shape.name())
        .orElseThrow(() ->
            new TrainException("%s: the tensor %s is missing".formatted(folder, shape.name())));
  }

  private void checkTensors() {
    Map<String, Tensor> others = new HashMap<>(store.tensors());
    for (ParameterShape shape : shapes) {
      Tensor tensor = tensor(shape);
      List<Long> expected = shape.shape().stream().map(Integer::longValue).toList();
      if (!tensor.shape().equals(expected)) {
        throw new TrainException(
            "%s: %s: expected the shape %s, found %s"
                .formatted(folder, shape.name(), expected, tensor.shape()));
      }
      switch (tensor.dtype()) {
        case F32, F16, BF16 -> {}
        default ->
            throw new TrainException(
                "%s: %s: expected F32, F16 or BF16, found %s"
                    .formatted(folder, shape.name(), tensor.dtype()));
      }
      others.remove(shape.name());
    }
    if (!others.isEmpty()) {
      throw new TrainException(
          "%s: the tensor %s has no place in a %s model and would be lost"
              .formatted(
                  folder,
                  others.keySet().stream().sorted().findFirst().orElseThrow(),
                  architecture.family()));
    }
  }

  private Optional<Origin> readOrigin() {
    Path file = folder.resolve(STATE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    JsonNode state;
    try {
      state = StrictJson.parse(file);
    } catch (TensorException e) {
      throw new TrainException(String.valueOf(e.getMessage()), e);
    }
    return Optional.of(
        new Origin(
            digest(file, state, "recipe"),
            state.path("step").asLong(-1),
            digest(file, state, "weights")));
  }

  private static String digest(Path file, JsonNode state, String field) {
    String digest = state.path(field).asString("");
    if (!Sha256.isDigest(digest)) {
      throw new TrainException(
          "%s: %s: expected a SHA-256, found %s".formatted(file, field, state.path(field)));
    }
    return digest;
  }

  /// The digest is that of `Parameters.digest`, over the bytes of the files.
  private void checkDigest(Origin stated) {
    MessageDigest digest = Sha256.begin();
    for (ParameterShape shape : shapes) {
      Tensor tensor = tensor(shape);
      if (tensor.dtype() != Dtype.F32) {
        throw new TrainException(
            "%s: %s: a checkpoint holds F32, found %s"
                .formatted(folder, shape.name(), tensor.dtype()));
      }
      digest.update(shape.name().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      long bytes = tensor.data().byteSize();
      for (long at = 0; at < bytes; at += Integer.MAX_VALUE / 2) {
        long count = Math.min(Integer.MAX_VALUE / 2, bytes - at);
        digest.update(tensor.data().asSlice(at, count).asByteBuffer());
      }
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(stated.weights())) {
      throw new TrainException(
          "%s: the weights are not those that %s names: expected SHA-256 %s, found %s"
              .formatted(folder, STATE, stated.weights(), found));
    }
  }

  /// How tokens should be chosen, as the folder's `generation_config.json` says, by the keys of
  /// GGUF.
  Map<String, Float> sampling() {
    Path file = folder.resolve("generation_config.json");
    Map<String, Float> keys = new LinkedHashMap<>();
    if (!Files.isRegularFile(file)) {
      return keys;
    }
    JsonNode config;
    try {
      config = StrictJson.parse(file);
    } catch (TensorException e) {
      throw new TrainException(String.valueOf(e.getMessage()), e);
    }
    if (config.path("do_sample").isBoolean() && !config.path("do_sample").booleanValue()) {
      keys.put("general.sampling.temp", 0f);
      return keys;
    }
    new TreeMap<>(SAMPLING)
        .forEach((key, name) -> {
          if (config.path(name).isNumber()) {
            keys.put(key, config.path(name).floatValue());
          }
        });
    return keys;
  }

  /// What a checkpoint says of itself, by the keys under which exported files carry it on.
  Map<String, String> provenance() {
    Map<String, String> keys = new LinkedHashMap<>();
    origin.ifPresent(from -> {
      keys.put("freehold.recipe", from.recipe());
      keys.put("freehold.step", Long.toString(from.step()));
      keys.put("freehold.weights", from.weights());
    });
    return keys;
  }

  @Override
  public void close() {
    store.close();
  }
}
