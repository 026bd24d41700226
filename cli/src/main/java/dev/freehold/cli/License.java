package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Metadata;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The licence that a model's files state: a claim to be read, not a judgement.
final class License {
  private static final int MAX_FRONT_MATTER_LINES = 200;

  private License() {}

  /// What GGUF metadata says, the front matter of a Hugging Face folder's README.md, or the licence
  /// text in Ollama's store.
  static String stated(FoundModel found, Metadata metadata) {
    List<String> stated = new ArrayList<>();
    for (String key : List.of("general.license", "general.license.name", "general.license.link")) {
      if (metadata.asMap().get(key) instanceof String text && !text.isBlank()) {
        stated.add(text);
      }
    }
    Path card = found.path().resolve("README.md");
    if (stated.isEmpty() && Files.isRegularFile(card)) {
      stated.addAll(frontMatter(card));
    }
    if (stated.isEmpty() && found.extras().containsKey("license")) {
      stated.add("see " + found.extras().get("license"));
    }
    return stated.isEmpty() ? "not stated" : String.join(", ", stated);
  }

  private static List<String> frontMatter(Path card) {
    List<String> stated = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(card, StandardCharsets.UTF_8)) {
      String line = lines.readLine();
      for (int i = 0; line != null && i < MAX_FRONT_MATTER_LINES; i++) {
        if (i == 0 ? !line.equals("---") : line.equals("---")) {
          break;
        }
        if (line.startsWith("license")) {
          stated.add(line.substring(line.indexOf(':') + 1).strip());
        }
        line = lines.readLine();
      }
    } catch (IOException unreadable) {
      return List.of("README.md cannot be read: " + unreadable.getMessage());
    }
    return stated;
  }
}
