package dev.freehold.gateway.engine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// Programs that serve a model in OpenAI's form, and how each is told which one.
public enum EngineProgram {
  /// Of llama.cpp and its forks; reads GGUF files.
  LLAMA_SERVER,
  /// Reads folders of safetensors.
  VLLM;

  /// Tokens of prompt and answer together, where nothing is said and the program would take all
  /// that the model was made for.
  private static final int USUAL_CONTEXT = 8192;

  /// A model to serve.
  ///
  /// @param name what it is to be called
  /// @param context tokens of prompt and answer together; the program's own where it is not said
  public record Model(String name, Path path, OptionalInt context) {}

  /// The name of its file, and of the backend.
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// What is started.
  ///
  /// @param file the program
  /// @param more options of the user, which come last and so decide
  public List<String> command(Path file, Model model, List<String> more) {
    List<String> command = new ArrayList<>(List.of(file.toString()));
    String path = model.path().toAbsolutePath().toString();
    switch (this) {
      case LLAMA_SERVER -> {
        command.addAll(List.of("--model", path, "--alias", model.name(), "--jinja"));
        command.addAll(List.of("--ctx-size", "" + model.context().orElse(USUAL_CONTEXT)));
      }
      case VLLM -> {
        command.addAll(List.of("serve", path, "--served-model-name", model.name()));
        model.context().ifPresent(c -> command.addAll(List.of("--max-model-len", "" + c)));
      }
    }
    command.addAll(List.of("--host", "127.0.0.1", "--port", EngineSpec.PORT));
    command.addAll(more);
    return command;
  }
}
