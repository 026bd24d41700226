package dev.freehold.audit.subject;

import dev.freehold.audit.AuditException;
import dev.freehold.tensor.Gguf;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model in one GGUF file, whose `general.*` metadata are its card.
///
/// The metadata stand in a document of lines `key: value`, so that quotations of them have a place;
/// its digest is that of these lines. Source of the keys: the GGUF specification.
public final class GgufSubject {
  private static final int MOST_VALUE = 1 << 16;

  /// A licence field that is longer holds the text, and not a name.
  private static final int MOST_LICENCE_NAME = 200;

  private static final Map<String, String> KEYS =
      Map.of(
          "general.license", "license",
          "general.license.name", "license_name",
          "general.license.link", "license_link",
          "general.languages", "language",
          "general.datasets", "datasets",
          "general.architecture", "architecture",
          "general.source.huggingface.repository", "source");

  private GgufSubject() {}

  /// Reads a file's metadata, and beside them the texts that belong to it.
  ///
  /// @param beside texts that a store keeps with the file, its licence say
  /// @param digest whether all of the file is read for its digest
  /// @throws AuditException where the file is no model that can be opened
  public static Subject read(String name, Path file, List<Document> beside, boolean digest) {
    String fileName = String.valueOf(file.getFileName());
    try {
      Optional<String> sha256 = digest ? Optional.of(Sha256.of(file)) : Optional.empty();
      StoredFile weights =
          new StoredFile(fileName, StoredFile.Kind.WEIGHTS, Files.size(file), sha256);
      return described(Subject.of(name, beside, List.of(weights), List.of()), fileName, file);
    } catch (TensorException | IOException e) {
      throw new AuditException("%s: cannot be audited: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// A model with what the metadata of one of its files state. Weights are not read.
  ///
  /// @param fileName what the file is called in the model
  /// @throws AuditException where the file is no model that can be opened
  public static Subject described(Subject subject, String fileName, Path file) {
    try (TensorStore store = Gguf.open(file)) {
      List<Document> documents = new ArrayList<>();
      List<Statement> statements = describe(fileName, store.metadata(), documents);
      return subject.and(documents).withStatements(statements);
    } catch (TensorException e) {
      throw new AuditException("%s: cannot be audited: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static List<Statement> describe(
      String file, Metadata metadata, List<Document> documents) {
    StringBuilder lines = new StringBuilder();
    record Place(String key, String value, int from, int to) {}
    List<Place> places = new ArrayList<>();
    for (Map.Entry<String, Object> entry : metadata.asMap().entrySet()) {
      if (!entry.getKey().startsWith("general.") || entry.getKey().length() > 200) {
        continue;
      }
      for (String value : values(entry.getValue())) {
        if (lines.length() + value.length() > Document.MOST_BYTES / 4) {
          break;
        }
        if (entry.getKey().equals("general.license") && value.length() > MOST_LICENCE_NAME) {
          byte[] text = value.getBytes(StandardCharsets.UTF_8);
          documents.add(new Document(file + "#general.license/LICENSE", text));
          continue;
        }
        lines.append(Shown.text(entry.getKey(), 200)).append(": ");
        int from = lines.length();
        lines.append(value.replaceAll("\\R", " "));
        places.add(new Place(entry.getKey(), value, from, lines.length()));
        lines.append('\n');
      }
    }
    Document card =
        new Document(file + "#metadata", lines.toString().getBytes(StandardCharsets.UTF_8));
    documents.add(card);
    return places.stream()
        .flatMap(place ->
            key(place.key()).stream()
                .map(key -> new Statement(key, place.value(), card, place.from(), place.to())))
        .toList();
  }

  private static Optional<String> key(String key) {
    if (key.matches("general\\.base_model\\.\\d{1,4}\\.repo_url")) {
      return Optional.of("base_model");
    }
    if (key.matches("general\\.(dataset|datasets)\\.\\d{1,4}\\.(repo_url|url|name)")) {
      return Optional.of("datasets");
    }
    return Optional.ofNullable(KEYS.get(key));
  }

  private static List<String> values(Object value) {
    return switch (value) {
      case String text when text.length() <= MOST_VALUE -> List.of(text);
      case List<?> list -> list.stream().limit(200).map(String::valueOf).toList();
      case Long number -> List.of(String.valueOf(number));
      default -> List.of();
    };
  }
}
