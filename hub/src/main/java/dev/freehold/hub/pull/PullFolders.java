package dev.freehold.hub.pull;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Where pulled models go.
///
/// @param huggingFace the cache that Hugging Face's own tools use
/// @param ollama models of Ollama's registry, in the layout of its store, but in a folder of
///   Freehold's own: the store itself belongs to Ollama's server
/// @param files files from web addresses
/// @param quarantine what was fetched and is not what was promised
public record PullFolders(Path huggingFace, Path ollama, Path files, Path quarantine) {
  /// The folders that an environment means: `HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME` and
  /// `XDG_DATA_HOME`, or their defaults.
  public static PullFolders of(Map<String, String> environment, Path home) {
    Path data = folder(environment, home, "XDG_DATA_HOME").orElse(home.resolve(".local/share"));
    Path pulled = data.resolve("freehold/models");
    return new PullFolders(
        folder(environment, home, "HF_HUB_CACHE")
            .or(() -> folder(environment, home, "HUGGINGFACE_HUB_CACHE"))
            .orElse(home(environment, home).resolve("hub")),
        pulled.resolve("ollama"),
        pulled.resolve("files"),
        data.resolve("freehold/quarantine"));
  }

  /// Hugging Face's folder: `HF_HOME`, else `huggingface` among the caches.
  public static Path home(Map<String, String> environment, Path home) {
    Path caches = folder(environment, home, "XDG_CACHE_HOME").orElse(home.resolve(".cache"));
    return folder(environment, home, "HF_HOME").orElse(caches.resolve("huggingface"));
  }

  /// The folder that a variable names, where it names one; `~/` is the home folder.
  private static Optional<Path> folder(
      Map<String, String> environment, Path home, String variable) {
    String value = environment.getOrDefault(variable, "").strip();
    if (value.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(value.startsWith("~/") ? home.resolve(value.substring(2)) : Path.of(value));
  }
}
