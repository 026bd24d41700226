package dev.freehold.audit;

import dev.freehold.audit.licence.WrittenLicences;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Writes folders of models, small but whole, with what tells them apart.
final class ModelFolders {
  private static final String BODY =
      """
      # A model

      This is a small language model that continues texts. It was made to show how a card reads:
      what it is for, what it is not for, how it was tried and by whom, and where to ask about it.
      It has few parameters and knows little, so that nobody should rely on what it writes.

      """;

  private static final String RESULTS =
      """
      ## Evaluation

      | task | right |
      |---|---|
      | sums | 97.5 % |
      """;

  private final Path root;

  ModelFolders(Path root) {
    this.root = root;
  }

  /// A folder with weights, a configuration and nothing else.
  Folder bare(String name) {
    Folder folder = new Folder(root.resolve(name));
    return folder.file("config.json", "{\"model_type\": \"llama\"}").weights();
  }

  /// Weights under a licence of the table, with its text and a card that claims it.
  Folder licensed(String name, String licence, String claim) {
    return bare(name)
        .file("LICENSE", WrittenLicences.text(licence))
        .card("license: " + claim + "\n", "");
  }

  /// Everything that both frameworks ask for, under one open licence.
  Folder open(String name, String licence, String claim) {
    return licensed(name, licence, claim)
        .card("license: " + claim + "\ndatasets: [made/here]\nlanguage: [en]\n", RESULTS)
        .file("data-card.md", dataCard())
        .file("paper.md", "# How it was made\n\nBy the recipe beside this text.\n")
        .file("training/train.py", "print('trains')\n")
        .file("inference/generate.py", "print('answers')\n")
        .file("eval/evaluate.py", "print('scores')\n")
        .file("eval/items.jsonl", "{\"question\": \"1 + 1\"}\n")
        .file("data/texts.jsonl", "{\"text\": \"one\"}\n")
        .file("data/preprocess.py", "print('cleans')\n")
        .file("requirements.txt", "numpy==2.0\n")
        .file("recipe.yaml", "steps: 10\n")
        .weightsAt("checkpoints/step-5.safetensors");
  }

  static String dataCard() {
    return """
    # Data card

    Source: texts that a program makes. Size: one document.
    How they were selected: all of them. Labels: none; annotators: none were employed.
    Processing: deduplicated and filtered by length. Personal data: none.
    Data licence: as the program.
    """;
  }

  /// A folder that is being written.
  record Folder(Path path) {
    Folder file(String name, String text) {
      return bytes(name, text.getBytes(StandardCharsets.UTF_8));
    }

    Folder bytes(String name, byte[] bytes) {
      try {
        Path file = path.resolve(name);
        Files.createDirectories(file.resolveSibling(""));
        Files.write(file, bytes);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Folder without(String name) {
      try {
        Files.delete(path.resolve(name));
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// A card with fields, and text that follows what every card says.
    Folder card(String fields, String more) {
      return file("README.md", "---\n" + fields + "---\n" + BODY + more);
    }

    Folder weights() {
      return weightsAt("model.safetensors");
    }

    Folder weightsAt(String name) {
      byte[] header =
          "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}"
              .getBytes(StandardCharsets.UTF_8);
      ByteBuffer file = ByteBuffer.allocate(8 + header.length + 8).order(ByteOrder.LITTLE_ENDIAN);
      file.putLong(header.length).put(header).putFloat(1).putFloat(2);
      return bytes(name, file.array());
    }

    Folder pointer(String name) {
      return file(
          name,
          "version https://git-lfs.github.com/spec/v1\noid sha256:"
              + "ab".repeat(32)
              + "\nsize 4000000000\n");
    }
  }
}
