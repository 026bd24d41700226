package dev.freehold.cli;

import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Evidence;
import dev.freehold.audit.subject.StoredFile;
import dev.freehold.audit.subject.Subject;
import dev.freehold.tensor.Sha256;
import dev.freehold.vault.store.Role;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Seedling as an audit sees it: the model with its card, data card, report, recipe and transcript,
/// which Freehold carries, and the program's source, where it runs from a checkout.
final class DemoSubject {
  private static final List<String> MODULES =
      List.of("tensor", "kernel", "text", "model", "engine", "train", "eval");
  private static final int MOST_PARENTS = 6;

  private DemoSubject() {}

  static Subject of(Surroundings surroundings) {
    DemoFiles files = DemoFiles.carried();
    List<Document> documents = new ArrayList<>();
    documents.add(new Document("LICENSE", resource("LICENSE")));
    documents.add(new Document("README.md", resource("seedling-model-card.md")));
    documents.add(new Document("data-card.md", resource("seedling-data-card.md")));
    documents.add(new Document("paper.md", resource("seedling-paper.md")));
    documents.add(new Document("openness.yaml", resource("openness.yaml")));
    documents.add(new Document("recipe.yaml", files.recipe()));
    List<String> problems = new ArrayList<>();
    addSource(documents::addAll, problems::add);
    List<StoredFile> stored =
        List.of(
            file("seedling.gguf", StoredFile.Kind.WEIGHTS, files.model()),
            file("transcript.jsonl", StoredFile.Kind.OTHER, files.transcript()));
    Optional<Evidence.Rebuilt> rebuilt = new DemoRecord(surroundings, files).read();
    return Subject.of(DemoModel.NAME, documents, stored, problems)
        .with(new Evidence(rebuilt, Optional.empty()));
  }

  /// Adds to Seedling in the vault what is not kept with it: the program's source, and what this
  /// machine found when it ran the recipe.
  static Optional<Evidence.Rebuilt> joinKept(Surroundings surroundings, KeptSubject kept) {
    Optional<String> recipe = kept.digest(Role.RECIPE);
    Optional<String> weights = kept.digest(Role.WEIGHTS);
    if (recipe.isEmpty() || kept.digest(Role.TRANSCRIPT).isEmpty()) {
      return Optional.empty();
    }
    DemoFiles files = DemoFiles.carried();
    boolean isSeedling =
        recipe.get().equals(files.recipeDigest())
            && weights.filter(files.digest()::equals).isPresent();
    if (!isSeedling) {
      return Optional.empty();
    }
    addSource(kept::add, kept::problem);
    return new DemoRecord(surroundings, files).read();
  }

  private static void addSource(Consumer<List<Document>> documents, Consumer<String> problems) {
    checkout()
        .ifPresentOrElse(
            root -> documents.accept(sources(root)),
            () ->
                problems.accept(
                    "the program's source is not beside it: run the audit from a checkout"));
  }

  private static StoredFile file(String name, StoredFile.Kind kind, byte[] bytes) {
    return new StoredFile(name, kind, bytes.length, Optional.of(Sha256.of(bytes)));
  }

  private static byte[] resource(String name) {
    try (InputStream in = DemoSubject.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("this build carries no " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new CliException("%s cannot be read: %s".formatted(name, e.getMessage()), e);
    }
  }

  /// The checkout that this program was built in, where it runs from one.
  private static Optional<Path> checkout() {
    CodeSource source = DemoSubject.class.getProtectionDomain().getCodeSource();
    if (source == null) {
      return Optional.empty();
    }
    try {
      Path folder = Path.of(source.getLocation().toURI());
      for (int i = 0; i < MOST_PARENTS && folder != null; i++) {
        if (Files.isRegularFile(folder.resolve("recipes/seedling.yaml"))
            && Files.isDirectory(folder.resolve("train/src/main/java"))) {
          return Optional.of(folder);
        }
        folder = folder.getParent();
      }
      return Optional.empty();
    } catch (URISyntaxException noPath) {
      return Optional.empty();
    }
  }

  private static List<Document> sources(Path root) {
    List<Document> sources = new ArrayList<>();
    for (String module : MODULES) {
      Path folder = root.resolve(module).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
          String name = root.relativize(file).toString().replace('\\', '/');
          sources.add(new Document("source/" + name, Files.readAllBytes(file)));
        }
      } catch (IOException e) {
        throw new CliException("%s cannot be read: %s".formatted(folder, e), e);
      }
    }
    return sources;
  }
}
