package dev.freehold.train.export;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.KvDtype;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.ModelOptions;
import dev.freehold.model.Sequence;
import dev.freehold.train.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Checkpoints of small models of each family, and what models compute.
final class TinyCheckpoint {
  private static final int LENGTH = 29;

  private TinyCheckpoint() {}

  /// Trains four steps and gives the folder of the checkpoint.
  ///
  /// @param type llama, qwen3 or olmo2, with `-tied` for a tied embedding
  static Path train(String type, Path folder) throws IOException {
    String recipe =
        TinyRun.RECIPE
            .replace("model_type: qwen3", "model_type: " + type.replace("-tied", ""))
            .replace("hidden_size: 16", "hidden_size: 32")
            .replace("intermediate_size: 32", "intermediate_size: 48")
            .replace("num_attention_heads: 2", "num_attention_heads: 4")
            .replace("num_key_value_heads: 1", "num_key_value_heads: 2")
            .replace("vocab_size: 300", "vocab_size: 304")
            .replace("tie_word_embeddings: true", "tie_word_embeddings: " + type.endsWith("-tied"));
    TinyRun.train(recipe, folder, 4);
    return folder.resolve("checkpoints/step-00000004");
  }

  /// A copy without what says where it is from, to be altered.
  static Path copy(Path checkpoint, Path target) throws IOException {
    Files.createDirectories(target);
    for (String name :
        List.of(
            "config.json",
            "generation_config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "model.safetensors")) {
      Files.copy(checkpoint.resolve(name), target.resolve(name));
    }
    return target;
  }

  /// The logits of a fixed sequence, in float32 throughout.
  static float[] logits(Path path) {
    KernelOptions kernels = new KernelOptions(Tier.VECTOR, 0, 2, ActivationFormat.F32);
    ModelOptions exact = ModelOptions.of(kernels).withKvDtype(KvDtype.F32);
    try (Model model = Model.open(path, exact);
        Sequence sequence = model.newSequence(LENGTH)) {
      int[] tokens = new int[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        tokens[i] = (i * 37 + 11) % 300;
      }
      Rows rows = Rows.allocate(LENGTH, model.architecture().vocabSize());
      model.forward(sequence, tokens, 0, LENGTH, LogitsOf.ALL, rows);
      return rows.data();
    }
  }

  /// The names in a folder.
  static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
