package dev.freehold.hub;

import java.nio.file.Path;
import java.util.Map;

/// A model on this machine: its name, and where it lies.
///
/// @param name what the user calls it; unique within its source only
/// @param source where it was found
/// @param path the GGUF file (the first of a split one), or the folder of a Hugging Face model
/// @param format how its weights are stored
/// @param bytes size of its weight files together
/// @param extras further files that belong to it, by kind: `template`, `params`, `system` and
///   `license` of Ollama's store
public record FoundModel(
    String name, Source source, Path path, Format format, long bytes, Map<String, Path> extras) {
  /// Where models come from.
  public enum Source {
    VAULT("vault"),
    HUGGING_FACE("hugging-face"),
    OLLAMA("ollama"),
    LM_STUDIO("lm-studio"),
    FOLDER("folder"),
    PATH("path"),
    BUILT_IN("built-in");

    private final String label;

    Source(String label) {
      this.label = label;
    }

    /// The name as the command line prints it.
    public String label() {
      return label;
    }
  }

  /// How weights are stored.
  public enum Format {
    GGUF("gguf"),
    SAFETENSORS("safetensors");

    private final String label;

    Format(String label) {
      this.label = label;
    }

    /// The name as the command line prints it.
    public String label() {
      return label;
    }
  }

  public FoundModel {
    extras = Map.copyOf(extras);
  }
}
