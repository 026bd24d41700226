package dev.freehold.hub;

import dev.freehold.hub.pull.PullFolders;
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
  /// `OLLAMA_MODELS` and their defaults; the folders that pulled models go to; `FREEHOLD_MODELS`
  /// holds further folders, separated as in PATH.
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
    PullFolders pulled = PullFolders.of(environment, home);
    folders.add(pulled.files());
    List<Path> ollama = new ArrayList<>(List.of(pulled.ollama()));
    if (environment.containsKey("OLLAMA_MODELS")) {
      ollama.add(Path.of(environment.get("OLLAMA_MODELS")));
    } else {
      ollama.add(home.resolve(".ollama/models"));
      ollama.add(Path.of("/usr/share/ollama/.ollama/models"));
    }
    return new ModelLocations(
        List.of(pulled.huggingFace()),
        ollama,
        List.of(home.resolve(".lmstudio/models"), home.resolve(".cache/lm-studio/models")),
        folders);
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
