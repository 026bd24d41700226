package dev.freehold.cli;

import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Evidence;
import dev.freehold.audit.subject.StoredFile;
import dev.freehold.audit.subject.Subject;
import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.SourceFile;
import dev.freehold.vault.store.SourceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Seedling as an audit sees it: the model with its card, data card, report, recipe and transcript,
/// which Freehold carries, and the program's source, where it runs from a checkout.
final class DemoSubject {
  private static final List<String> MODULES =
      List.of("tensor", "kernel", "text", "model", "engine", "train", "eval");
  private static final String WEIGHTS = "seedling.gguf";
  private static final String TRANSCRIPT = "transcript.jsonl";
  private static final int MOST_PARENTS = 6;

  private DemoSubject() {}

  static Subject of(Surroundings surroundings) {
    DemoFiles files = DemoFiles.carried();
    List<Document> documents = new ArrayList<>();
    texts(files).forEach((name, bytes) -> documents.add(new Document(name, bytes)));
    List<String> problems = new ArrayList<>();
    addSource(documents::addAll, problems::add);
    List<StoredFile> stored =
        List.of(
            file(WEIGHTS, StoredFile.Kind.WEIGHTS, files.model()),
            file(TRANSCRIPT, StoredFile.Kind.OTHER, files.transcript()));
    Optional<Evidence.Rebuilt> rebuilt = new DemoRecord(surroundings, files).read();
    return Subject.of(DemoModel.NAME, documents, stored, problems)
        .with(new Evidence(rebuilt, Optional.empty()));
  }

  /// What is said of Seedling and what it was made by, by the names that a model's folder has.
  private static Map<String, byte[]> texts(DemoFiles files) {
    Map<String, byte[]> texts = new LinkedHashMap<>();
    texts.put("LICENSE", resource("LICENSE"));
    texts.put("README.md", resource("seedling-model-card.md"));
    texts.put("data-card.md", resource("seedling-data-card.md"));
    texts.put("paper.md", resource("seedling-paper.md"));
    texts.put("openness.yaml", resource("openness.yaml"));
    texts.put("recipe.yaml", files.recipe());
    return texts;
  }

  /// All that is kept of Seedling: its weights, what is said of it, recipe and transcript, which
  /// are written beside the weights' file.
  static List<SourceFile> sources(FoundModel demo) {
    DemoFiles files = DemoFiles.carried();
    List<SourceFile> sources = new ArrayList<>();
    sources.add(source(WEIGHTS, demo.path(), files.digest()));
    Map<String, byte[]> texts = texts(files);
    texts.put(TRANSCRIPT, files.transcript());
    texts.forEach((name, bytes) -> {
      String digest = Sha256.of(bytes);
      Path file = demo.path().resolveSibling(digest.substring(0, 16) + "-" + name);
      WholeFile.write(file, bytes);
      sources.add(source(name, file, digest));
    });
    return sources;
  }

  private static SourceFile source(String name, Path file, String digest) {
    return new SourceFile(
        SourceFiles.role(name), name, file, false, Optional.of(new Digest(digest)));
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
    Path folder = ProgramPlace.find().orElse(null);
    for (int i = 0; i < MOST_PARENTS && folder != null; i++) {
      if (Files.isRegularFile(folder.resolve("recipes/seedling.yaml"))
          && Files.isDirectory(folder.resolve("train/src/main/java"))) {
        return Optional.of(folder);
      }
      folder = folder.getParent();
    }
    return Optional.empty();
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
