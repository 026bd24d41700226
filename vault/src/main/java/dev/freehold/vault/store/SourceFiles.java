package dev.freehold.vault.store;

import dev.freehold.hub.FoundModel;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.VaultException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files that belong to a model that was found on this machine.
///
/// Of a folder all files; of a GGUF file it and its other parts, and in a snapshot of Hugging
/// Face's cache also what stands beside it and is no other model; of Ollama's store the layers.
public final class SourceFiles {
  private static final int MAX_FILES = 4_000;
  private static final int MAX_DEPTH = 7;

  /// How Hugging Face's cache and Ollama's store call blobs.
  private static final Pattern BLOB = Pattern.compile("(?:sha256-)?([0-9a-f]{64})|[0-9a-f]{40}");

  private static final Pattern SPLIT =
      Pattern.compile("(.*)-\\d{5}-of-(\\d{5})\\.gguf", Pattern.CASE_INSENSITIVE);
  private static final Set<String> LEFT_OUT = Set.of(".git", ".cache", ".DS_Store", "Thumbs.db");

  private SourceFiles() {}

  /// @throws VaultException where a link leads out of the folder, or there are too many files
  public static List<SourceFile> of(FoundModel model) {
    try {
      return switch (model.source()) {
        case OLLAMA -> ofOllama(model);
        default ->
            model.format() == FoundModel.Format.SAFETENSORS
                ? ofFolder(model.path())
                : ofGguf(model);
      };
    } catch (IOException failure) {
      throw new VaultException(
          Reason.DISK, "%s cannot be read: %s".formatted(model.path(), failure), failure);
    }
  }

  /// What a file is for, by its name.
  public static Role role(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (name.endsWith(".gguf") || name.endsWith(".safetensors")) {
      return Role.WEIGHTS;
    } else if (name.startsWith("license")
        || name.startsWith("licence")
        || name.startsWith("copying")
        || name.startsWith("notice")) {
      return Role.LICENSE;
    } else if (name.contains("policy") || name.startsWith("terms")) {
      return Role.POLICY;
    } else if (name.startsWith("readme") || name.contains("card")) {
      return Role.CARD;
    } else if (name.startsWith("chat_template") || name.endsWith(".jinja")) {
      return Role.TEMPLATE;
    } else if (name.startsWith("tokenizer")
        || name.startsWith("vocab")
        || name.equals("merges.txt")
        || name.startsWith("special_tokens")
        || name.startsWith("added_tokens")) {
      return Role.TOKENIZER;
    } else if (name.equals("transcript.jsonl")) {
      return Role.TRANSCRIPT;
    } else if (name.equals("recipe.yaml")) {
      return Role.RECIPE;
    } else if (name.endsWith(".json")) {
      return Role.CONFIG;
    }
    return name.endsWith(".py") ? Role.CODE : Role.OTHER;
  }

  private static List<SourceFile> ofOllama(FoundModel model) {
    String name = model.name().replace(':', '-');
    List<SourceFile> files = new ArrayList<>();
    String stem = name.substring(name.lastIndexOf('/') + 1);
    files.add(file(Role.WEIGHTS, stem + ".gguf", model.path()));
    model
        .extras()
        .forEach((kind, path) -> {
          Role role =
              switch (kind) {
                case "template" -> Role.TEMPLATE;
                case "license" -> Role.LICENSE;
                default -> Role.CONFIG;
              };
          files.add(file(role, kind.equals("license") ? "LICENSE" : kind, path));
        });
    files.sort(java.util.Comparator.comparing(SourceFile::path));
    return files;
  }

  private static List<SourceFile> ofGguf(FoundModel model) throws IOException {
    Path first = model.path();
    String name = String.valueOf(first.getFileName());
    Path folder = first.toAbsolutePath().getParent();
    boolean isOfCache = model.source() == FoundModel.Source.HUGGING_FACE;
    Matcher split = SPLIT.matcher(name);
    boolean isSplit = split.matches();
    if (folder == null || !isOfCache && !isSplit) {
      return List.of(file(Role.WEIGHTS, name, first));
    }
    List<SourceFile> files = new ArrayList<>();
    for (Path beside : entries(folder)) {
      String other = String.valueOf(beside.getFileName());
      Matcher otherSplit = SPLIT.matcher(other);
      boolean isPart =
          other.equals(name)
              || isSplit
                  && otherSplit.matches()
                  && otherSplit.group(1).equals(split.group(1))
                  && otherSplit.group(2).equals(split.group(2));
      boolean isAbout = isOfCache && role(other) != Role.WEIGHTS && Files.isRegularFile(beside);
      if (isPart || isAbout) {
        requireInside(folder, beside);
        files.add(file(role(other), other, beside));
      }
    }
    return files;
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.limit(MAX_FILES).sorted().toList();
    }
  }

  private static List<SourceFile> ofFolder(Path folder) throws IOException {
    List<SourceFile> files = new ArrayList<>();
    add(folder, folder, "", files);
    return files;
  }

  private static void add(Path root, Path folder, String prefix, List<SourceFile> files)
      throws IOException {
    for (Path entry : entries(folder)) {
      String name = String.valueOf(entry.getFileName());
      if (LEFT_OUT.contains(name) || name.endsWith(".incomplete")) {
        continue;
      }
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        if (prefix.chars().filter(c -> c == '/').count() >= MAX_DEPTH) {
          throw new VaultException(entry + ": more than " + MAX_DEPTH + " folders deep: refused");
        }
        add(root, entry, prefix + name + "/", files);
      } else {
        requireInside(root, entry);
        files.add(file(role(name), prefix + name, entry));
        if (files.size() >= MAX_FILES) {
          throw new VaultException(root + ": " + MAX_FILES + " files are the most that are kept");
        }
      }
    }
  }

  /// A link may lead to a file of the folder, or to a blob beside a snapshot of Hugging Face's
  /// cache.
  private static void requireInside(Path folder, Path file) throws IOException {
    Path home = folder.toRealPath();
    Path real = file.toRealPath();
    Path snapshots = home.getParent();
    boolean isBlob =
        snapshots != null
            && snapshots.endsWith("snapshots")
            && real.startsWith(snapshots.resolveSibling("blobs"));
    if (!real.startsWith(home) && !isBlob) {
      throw new VaultException(
          "%s is a link that leads out of the model's folder, to %s: refused"
              .formatted(file, real));
    }
  }

  private static SourceFile file(Role role, String path, Path file) {
    Path real;
    try {
      real = file.toRealPath();
    } catch (IOException failure) {
      throw new VaultException(Reason.NOT_FOUND, file + ": cannot be read: " + failure, failure);
    }
    Path folder = real.getParent();
    Matcher blob = BLOB.matcher(String.valueOf(real.getFileName()));
    boolean isBlob = blob.matches() && folder != null && folder.endsWith("blobs");
    Optional<Digest> expected =
        isBlob ? Optional.ofNullable(blob.group(1)).map(Digest::new) : Optional.empty();
    return new SourceFile(role, path, real, isBlob, expected);
  }
}
