package dev.freehold.hub;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where to look for models.
///
/// @param huggingFace caches of the Hugging Face hub (`models--org--name` folders)
/// @param ollama stores of Ollama (`manifests` and `blobs`)
/// @param lmStudio folders of LM Studio (`publisher/model/file.gguf`)
/// @param folders further folders that the user named
public record ModelLocations(
    List<Path> huggingFace, List<Path> ollama, List<Path> lmStudio, List<Path> folders) {
  public ModelLocations {
    huggingFace = List.copyOf(huggingFace);
    ollama = List.copyOf(ollama);
    lmStudio = List.copyOf(lmStudio);
    folders = List.copyOf(folders);
  }

  /// The locations that the tools use themselves: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`,
  /// `OLLAMA_MODELS` and their defaults; `FREEHOLD_MODELS` holds further folders, separated as in
  /// PATH.
  ///
  /// @param configured folders from a configuration file
  public static ModelLocations of(
      Map<String, String> environment, Path home, List<Path> configured) {
    List<Path> folders = new ArrayList<>();
    for (String folder :
        environment.getOrDefault("FREEHOLD_MODELS", "").split(File.pathSeparator)) {
      if (!folder.isBlank()) {
        folders.add(Path.of(folder));
      }
    }
    folders.addAll(configured);
    return new ModelLocations(
        List.of(huggingFaceCache(environment, home)),
        environment.containsKey("OLLAMA_MODELS")
            ? List.of(Path.of(environment.get("OLLAMA_MODELS")))
            : List.of(home.resolve(".ollama/models"), Path.of("/usr/share/ollama/.ollama/models")),
        List.of(home.resolve(".lmstudio/models"), home.resolve(".cache/lm-studio/models")),
        folders);
  }

  private static Path huggingFaceCache(Map<String, String> environment, Path home) {
    if (environment.containsKey("HF_HUB_CACHE")) {
      return Path.of(environment.get("HF_HUB_CACHE"));
    }
    if (environment.containsKey("HF_HOME")) {
      return Path.of(environment.get("HF_HOME"), "hub");
    }
    Path caches =
        environment.containsKey("XDG_CACHE_HOME")
            ? Path.of(environment.get("XDG_CACHE_HOME"))
            : home.resolve(".cache");
    return caches.resolve("huggingface/hub");
  }

  /// The stores at these locations.
  public List<ModelStore> stores() {
    List<ModelStore> stores = new ArrayList<>();
    folders.forEach(folder -> stores.add(new ModelFolder(folder, FoundModel.Source.FOLDER)));
    huggingFace.forEach(folder -> stores.add(new HuggingFaceCache(folder)));
    ollama.forEach(folder -> stores.add(new OllamaStore(folder)));
    lmStudio.forEach(folder -> stores.add(new ModelFolder(folder, FoundModel.Source.LM_STUDIO)));
    return stores;
  }
}
