package dev.freehold.engine;

import dev.freehold.chat.Sampling;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Tier;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorStore;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Tokenizer;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The tiny models of the module `model`, with what transformers computes for them.
final class Goldens {
  private static final Path FOLDER =
      Path.of(System.getProperty("freehold.root"), "model/src/test/resources/goldens");
  private static final String TEMPLATE =
      "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}"
          + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  private Goldens() {}

  /// A model with attention only: `qwen2/model.gguf`; or one with recurrent layers: `qwen3.5`.
  static Model open(String file) {
    KernelOptions kernels = KernelOptions.defaults().withTier(Tier.REFERENCE).withThreads(1);
    return open(file, ModelOptions.of(kernels));
  }

  static Model open(String file, ModelOptions options) {
    return Model.open(FOLDER.resolve(file), options);
  }

  static LocalModel local(Model model, boolean withTemplate) {
    return new LocalModel(
        "tiny",
        model,
        tokenizer(),
        new ChatTemplates(withTemplate ? Map.of("default", TEMPLATE) : Map.of()),
        Sampling.greedy());
  }

  /// The tokenizer of the model that has one; all are of the same vocabulary size.
  private static Tokenizer tokenizer() {
    try (TensorStore store = ModelFiles.open(FOLDER.resolve("qwen2/model.gguf"))) {
      return Tokenizer.fromGguf(store.metadata());
    }
  }

  /// One of the prompts of `expected.json`: `ids`, and `greedy`, the 16 ids that follow.
  static int[] ids(String name, int prompt, String field) {
    JsonNode expected = StrictJson.parse(FOLDER.resolve(name).resolve("expected.json"));
    JsonNode ids = expected.path("prompts").path(prompt).path(field);
    int[] values = new int[ids.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ids.get(i).intValue();
    }
    return values;
  }
}
