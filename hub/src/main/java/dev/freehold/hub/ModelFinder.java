package dev.freehold.hub;

import dev.freehold.hub.FoundModel.Format;
import dev.freehold.hub.FoundModel.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds the model that a name means: a path, or a model in one of the stores of this machine.
///
/// A path wins over a name. A name is compared without regard to case: as a whole
/// (`org/name:Q4_K_M`, `llama3:8b`, a file's stem), then without its tag, then by its last part;
/// the first of these that fits decides, and must fit one model only.
public final class ModelFinder {
  private static final Pattern SAFE_NAME =
      Pattern.compile(
          "[\\p{L}\\p{N}_][\\p{L}\\p{N}._@+-]*(?:/[\\p{L}\\p{N}_][\\p{L}\\p{N}._@+-]*){0,5}"
              + "(?::[\\p{L}\\p{N}_][\\p{L}\\p{N}._@+-]*)?");
  private static final List<String> HOSTS =
      List.of(
          "https://",
          "hf.co/",
          "huggingface.co/",
          "ollama.com/library/",
          "ollama.com/",
          "registry.ollama.ai/library/",
          "registry.ollama.ai/");
  private static final String LATEST = ":latest";
  private static final int MAX_NAME = 300;
  private static final int MAX_SUGGESTIONS = 5;

  private final List<ModelStore> stores;

  public ModelFinder(List<ModelStore> stores) {
    this.stores = List.copyOf(stores);
  }

  /// Everything that the stores hold, in their order.
  public Inventory inventory() {
    Inventory all = Inventory.empty();
    for (ModelStore store : stores) {
      all = all.and(store.inventory());
    }
    return all;
  }

  /// The model that `name` means.
  ///
  /// @throws HubException where no model is called so, or several are; the message lists the near
  ///   ones
  public FoundModel find(String name) {
    if (name.isBlank() || name.length() > MAX_NAME && !name.contains("/")) {
      throw new HubException("not a model's name or path: \"" + shortened(name) + "\"");
    }
    Optional<FoundModel> atPath = atPath(name);
    if (atPath.isPresent()) {
      return atPath.get();
    }
    if (looksLikePath(name)) {
      throw new HubException(
          "no file or folder \"" + shortened(name) + "\"; \"freehold list\" shows models by name");
    }
    String wanted = withoutHost(name);
    if (wanted.length() > MAX_NAME || !SAFE_NAME.matcher(wanted).matches()) {
      throw new HubException(
          "\""
              + shortened(name)
              + "\" is not a model's name: letters, digits, . _ - + @ in parts"
              + " joined by /, then :tag, are allowed");
    }
    return byName(name, wanted.toLowerCase(Locale.ROOT));
  }

  private FoundModel byName(String name, String wanted) {
    List<FoundModel> models = inventory().models();
    for (Predicate<FoundModel> fits : steps(wanted)) {
      List<FoundModel> fitting = models.stream().filter(fits).toList();
      List<FoundModel> distinct = distinctFiles(fitting);
      if (distinct.size() == 1) {
        return distinct.getFirst();
      }
      if (distinct.size() > 1) {
        throw new HubException(
            "\"%s\" means %d models: %s; give one of these names, or a path"
                .formatted(name, distinct.size(), listed(distinct)));
      }
    }
    List<FoundModel> near = near(models, wanted);
    throw HubException.notFound(
        near.isEmpty()
            ? "no model \"%s\" among the %d on this machine; \"freehold list\" shows them"
                .formatted(name, models.size())
            : "no model \"%s\" on this machine; near it: %s".formatted(name, listed(near)));
  }

  private static List<Predicate<FoundModel>> steps(String wanted) {
    List<Predicate<String>> ofName =
        wanted.contains(":")
            ? List.of(
                candidate -> candidate.equals(wanted),
                candidate -> (candidate + LATEST).equals(wanted),
                candidate -> lastPart(candidate).equals(wanted))
            : List.of(
                candidate -> candidate.equals(wanted),
                candidate -> candidate.equals(wanted + LATEST),
                candidate -> withoutTag(candidate).equals(wanted),
                candidate -> lastPart(candidate).equals(wanted),
                candidate -> withoutTag(lastPart(candidate)).equals(wanted));
    List<Predicate<FoundModel>> steps = new ArrayList<>();
    ofName.forEach(fits -> steps.add(m -> fits.test(m.name().toLowerCase(Locale.ROOT))));
    steps.add(model -> isFileOf(model, wanted));
    return steps;
  }

  /// Whether `org/name:FILE` names this model's file, with or without `.gguf`.
  private static boolean isFileOf(FoundModel model, String wanted) {
    String file = ModelFiles.fileName(model.path()).toLowerCase(Locale.ROOT);
    String tag = wanted.substring(wanted.lastIndexOf(':') + 1);
    return model.format() == Format.GGUF
        && withoutTag(model.name()).toLowerCase(Locale.ROOT).equals(withoutTag(wanted))
        && (file.equals(tag) || ModelFiles.stem(file).equals(tag));
  }

  /// One of each file; the same file may be reached through several stores or links.
  private static List<FoundModel> distinctFiles(List<FoundModel> models) {
    List<FoundModel> distinct = new ArrayList<>();
    for (FoundModel model : models) {
      if (distinct.stream().noneMatch(other -> isSame(other, model))) {
        distinct.add(model);
      }
    }
    return distinct;
  }

  /// Whether two entries are one model. Of Ollama's models with the same name the first counts:
  /// those that were pulled here come before those of Ollama's own store. One that was kept in the
  /// vault under its name stands for the one that it was taken from.
  private static boolean isSame(FoundModel a, FoundModel b) {
    boolean isKept = a.source() == Source.VAULT;
    boolean isOllama = a.source() == Source.OLLAMA && b.source() == Source.OLLAMA;
    return (isKept || isOllama) && plainName(a).equalsIgnoreCase(plainName(b))
        || sameFile(a.path(), b.path());
  }

  private static String plainName(FoundModel model) {
    String name = model.name();
    return name.endsWith(":latest") ? withoutTag(name) : name;
  }

  private static boolean sameFile(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException gone) {
      return a.equals(b);
    }
  }

  private static Optional<FoundModel> atPath(String name) {
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException invalid) {
      return Optional.empty();
    }
    if (Files.isRegularFile(path)) {
      return Optional.of(
          new FoundModel(name, Source.PATH, path, Format.GGUF, size(path), Map.of()));
    }
    return Files.isDirectory(path) ? atFolder(name, path) : Optional.empty();
  }

  /// A folder that is a Hugging Face model, or holds one GGUF model. Weights need not be there: a
  /// tokenizer alone can be asked for.
  private static Optional<FoundModel> atFolder(String name, Path folder) {
    Inventory found = ModelFiles.of(folder, Source.PATH, stem -> stem, name);
    List<FoundModel> models = found.models();
    Optional<FoundModel> whole =
        models.stream().filter(m -> m.format() == Format.SAFETENSORS).findFirst();
    if (whole.isPresent()) {
      return whole;
    }
    if (models.size() == 1) {
      return Optional.of(models.getFirst());
    }
    if (models.size() > 1) {
      throw new HubException(
          "the folder \"%s\" holds %d models: %s; give the path of one"
              .formatted(name, models.size(), listed(models)));
    }
    if (!found.problems().isEmpty()) {
      throw new HubException(found.problems().getFirst());
    }
    if (Files.isRegularFile(folder.resolve("config.json"))
        || Files.isRegularFile(folder.resolve("tokenizer.json"))) {
      return Optional.of(
          new FoundModel(name, Source.PATH, folder, Format.SAFETENSORS, 0, Map.of()));
    }
    if (looksLikePath(name)) {
      throw new HubException(
          "the folder \"" + name + "\" holds no model: no .gguf file and no config.json");
    }
    return Optional.empty();
  }

  private static boolean looksLikePath(String name) {
    return name.startsWith("/")
        || name.startsWith(".")
        || name.startsWith("~")
        || name.contains("\\")
        || name.toLowerCase(Locale.ROOT).endsWith(".gguf") && withoutHost(name).equals(name);
  }

  private static String withoutHost(String name) {
    for (String host : HOSTS) {
      if (name.startsWith(host)) {
        return withoutHost(name.substring(host.length()));
      }
    }
    return name;
  }

  private static String withoutTag(String name) {
    int colon = name.lastIndexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static String listed(List<FoundModel> models) {
    String names =
        models.stream()
            .limit(MAX_SUGGESTIONS)
            .map(m -> m.name() + " (" + m.source().label() + ")")
            .collect(Collectors.joining(", "));
    return models.size() > MAX_SUGGESTIONS ? names + ", ..." : names;
  }

  private static List<FoundModel> near(List<FoundModel> models, String wanted) {
    return models.stream()
        .filter(m -> distance(m, wanted) <= Math.max(2, wanted.length() / 3))
        .sorted(Comparator.comparingInt(m -> distance(m, wanted)))
        .limit(MAX_SUGGESTIONS)
        .toList();
  }

  private static int distance(FoundModel model, String wanted) {
    String name = model.name().toLowerCase(Locale.ROOT);
    if (name.contains(wanted) || wanted.contains(withoutTag(lastPart(name)))) {
      return 0;
    }
    return Math.min(
        EditDistance.of(name, wanted),
        Math.min(
            EditDistance.of(withoutTag(name), wanted),
            EditDistance.of(withoutTag(lastPart(name)), wanted)));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failure) {
      throw new HubException("cannot read " + file + ": " + failure.getMessage(), failure);
    }
  }

  private static String shortened(String name) {
    return name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "..." : name;
  }
}
