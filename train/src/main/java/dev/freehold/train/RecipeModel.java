package dev.freehold.train;

import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Layout;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import dev.freehold.train.recipe.Recipe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// The model that a recipe names: its `config.json`, and what that means.
///
/// @param configuration the config.json of the run's models
record RecipeModel(String configuration, Architecture architecture, Layout layout) {
  /// @param endOfText the token that ends an answer, where it is known
  static RecipeModel of(Recipe recipe, OptionalInt endOfText) {
    Map<String, Object> values = new TreeMap<>(recipe.architecture());
    values.put("torch_dtype", "float32");
    endOfText.ifPresent(id -> values.put("eos_token_id", id));
    String json = JsonMapper.shared().writeValueAsString(values);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Config config = Config.huggingFace(StrictJson.parse(bytes, "architecture"), NoTensors.STORE);
    return new RecipeModel(
        json, config.family().architecture(config), config.family().layout(config));
  }

  /// A store for a configuration without a model.
  private enum NoTensors implements TensorStore {
    STORE;

    @Override
    public Metadata metadata() {
      return new Metadata(Map.of());
    }

    @Override
    public Map<String, Tensor> tensors() {
      return Map.of();
    }

    @Override
    public List<Path> files() {
      return List.of();
    }

    @Override
    public void checkUnchanged() {}

    @Override
    public void checkLengths() {}

    @Override
    public void close() {}
  }
}
