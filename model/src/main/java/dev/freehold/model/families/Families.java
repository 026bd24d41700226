package dev.freehold.model.families;

import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.model.ModelException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The model families that are known. A new one is one class and one entry here.
public final class Families {
  /// All families; where two accept the same type, the first that does is taken.
  public static final List<Family> ALL =
      List.of(
          new Mixtral(),
          new Llama(),
          new Mistral(),
          new Qwen2(),
          new Qwen3(),
          new Qwen3Moe(),
          new Qwen35(),
          new Qwen35Moe(),
          new Olmo3(),
          new Olmo2(),
          new Gemma2(),
          new Gemma3(),
          new GptNeox(),
          new SmolLm3(),
          new Apertus(),
          new GptOss(),
          new Olmoe(),
          new Phi3(),
          new Granite(),
          new Gpt2(),
          new Glm4Moe(),
          new DeepSeek3(),
          new Gemma4(),
          new Ministral3(),
          new GraniteHybrid(),
          new Lfm2());

  private Families() {}

  /// The family of a model file.
  public static Family of(Config config) {
    for (Family family : ALL) {
      if (types(family, config).contains(config.type()) && family.accepts(config)) {
        return family;
      }
    }
    Set<String> known = new TreeSet<>();
    ALL.forEach(family -> known.addAll(types(family, config)));
    throw new ModelException(
        "%s %s: this architecture is not known; known are %s"
            .formatted(
                config.isGguf() ? "general.architecture" : "config.json model_type",
                config.type(),
                String.join(", ", known)));
  }

  private static Set<String> types(Family family, Config config) {
    return config.isGguf() ? family.ggufTypes() : family.huggingFaceTypes();
  }
}
