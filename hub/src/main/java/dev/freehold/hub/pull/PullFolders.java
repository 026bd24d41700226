package dev.freehold.hub.pull;

import java.nio.file.Path;
import java.util.Map;

/// Where pulled models go.
///
/// @param huggingFace the cache that Hugging Face's own tools use
/// @param ollama models of Ollama's registry, in the layout of its store, but in a folder of
///   Freehold's own: the store itself belongs to Ollama's server
/// @param files files from web addresses
public record PullFolders(Path huggingFace, Path ollama, Path files) {
  /// The folders that an environment means: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME` and
  /// `XDG_DATA_HOME`, or their defaults.
  public static PullFolders of(Map<String, String> environment, Path home) {
    Path data = folder(environment, "XDG_DATA_HOME", home.resolve(".local/share"));
    Path pulled = data.resolve("freehold/models");
    return new PullFolders(
        huggingFaceHome(environment, home, "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"),
        pulled.resolve("ollama"),
        pulled.resolve("files"));
  }

  private static Path huggingFaceHome(
      Map<String, String> environment, Path home, String direct, String older) {
    if (environment.containsKey(direct) || environment.containsKey(older)) {
      return Path.of(environment.getOrDefault(direct, environment.getOrDefault(older, "")));
    }
    return home(environment, home).resolve("hub");
  }

  /// Hugging Face's folder: `HF_HOME`, else `huggingface` among the caches.
  public static Path home(Map<String, String> environment, Path home) {
    Path caches = folder(environment, "XDG_CACHE_HOME", home.resolve(".cache"));
    return folder(environment, "HF_HOME", caches.resolve("huggingface"));
  }

  private static Path folder(Map<String, String> environment, String variable, Path otherwise) {
    String value = environment.getOrDefault(variable, "");
    return value.isBlank() ? otherwise : Path.of(value);
  }
}
