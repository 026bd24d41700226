package dev.freehold.hub.pull;

import dev.freehold.hub.GgufName;
import dev.freehold.hub.HubException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Chooses which files of a repository make the model that was asked for.
///
/// GGUF files come first, one model of them with all its parts: the one that is asked for by file
/// name or quantization, in any case; else by [#PREFERENCE]; else the only one. A repository
/// without GGUF files gives its safetensors and what belongs to them. Projectors (`mmproj`) and
/// importance matrices come only when they are named. Pickles never come. The repository's card,
/// licences, notices and policies of use come with a model.
final class FileChoice {
  /// Quantizations in the order in which they are taken where none is asked for.
  static final List<String> PREFERENCE =
      List.of(
          "Q4_K_M",
          "UD-Q4_K_XL",
          "Q4_K_S",
          "Q4_0",
          "Q5_K_M",
          "Q5_K_S",
          "Q6_K",
          "Q8_0",
          "MXFP4",
          "MXFP4_MOE",
          "IQ4_NL",
          "IQ4_XS",
          "Q4_1",
          "Q5_0",
          "Q5_1",
          "BF16",
          "F16",
          "F32");

  private static final Set<String> BESIDE_SAFETENSORS =
      Set.of(
          "config.json",
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "added_tokens.json",
          "vocab.json",
          "merges.txt",
          "tokenizer.model",
          "chat_template.jinja",
          "chat_template.json");
  private static final String SAFETENSORS = "safetensors";
  private static final int MAX_LISTED = 20;
  private static final long MOST_TEXT_BYTES = 1 << 20;

  private final Listing listing;

  FileChoice(Listing listing) {
    this.listing = listing;
  }

  /// What was chosen.
  ///
  /// @param name how the model is found once it is here
  record Chosen(String name, List<Listing.Entry> entries) {
    Chosen {
      entries = List.copyOf(entries);
      SafePath.requireDistinct(entries.stream().map(Listing.Entry::path).toList());
    }
  }

  /// The files that are named, whatever they are.
  Chosen named(List<String> paths) {
    List<Listing.Entry> entries = new ArrayList<>();
    for (String path : paths) {
      String name = path.toLowerCase(Locale.ROOT);
      if (List.of(".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".npy", ".npz").stream()
          .anyMatch(name::endsWith)) {
        throw new HubException(
            "%s: not pulled, such files can hold programs; take .safetensors or .gguf files"
                .formatted(path));
      }
      entries.add(
          listing
              .find(path)
              .orElseThrow(() -> missing("no file \"%s\"".formatted(SafePath.shown(path)))));
    }
    List<Listing.Entry> ggufs = entries.stream().filter(FileChoice::isModelGguf).toList();
    String name = ggufs.isEmpty() ? listing.repository() : nameOf(ggufs.getFirst());
    return new Chosen(name, entries);
  }

  /// The model that a quantization or a file's name means; without one, the preferred one.
  Chosen model(Optional<String> variant) {
    Map<String, List<Listing.Entry>> ggufs = new LinkedHashMap<>();
    listing.entries().stream()
        .filter(FileChoice::isModelGguf)
        .sorted(Comparator.comparing(Listing.Entry::path))
        .forEach(entry ->
            ggufs
                .computeIfAbsent(
                    entry.folder() + GgufName.of(entry.fileName()).stem(), s -> new ArrayList<>())
                .add(entry));
    boolean asksSafetensors = variant.filter(SAFETENSORS::equalsIgnoreCase).isPresent();
    if (ggufs.isEmpty() || asksSafetensors) {
      if (variant.isPresent() && !asksSafetensors) {
        throw missing("no GGUF file, so no \"" + variant.get() + "\"");
      }
      return safetensors();
    }
    List<Listing.Entry> parts =
        variant.isPresent() ? asked(ggufs, variant.get()) : preferred(ggufs);
    requireAllParts(parts);
    return new Chosen(nameOf(parts.getFirst()), withTexts(parts));
  }

  private static boolean isModelGguf(Listing.Entry entry) {
    String name = entry.fileName().toLowerCase(Locale.ROOT);
    return name.endsWith(".gguf") && !name.contains("mmproj") && !name.contains("imatrix");
  }

  private List<Listing.Entry> asked(Map<String, List<Listing.Entry>> ggufs, String variant) {
    Optional<Listing.Entry> file =
        listing.entries().stream()
            .filter(e -> e.path().toLowerCase(Locale.ROOT).endsWith(".gguf"))
            .filter(e -> isCalled(e.path(), variant) || isCalled(e.fileName(), variant))
            .findFirst();
    if (file.isPresent()) {
      String group = file.get().folder() + GgufName.of(file.get().fileName()).stem();
      return ggufs.getOrDefault(group, List.of(file.get()));
    }
    List<List<Listing.Entry>> fitting =
        ggufs.values().stream().filter(parts -> isOf(parts.getFirst(), variant)).toList();
    return switch (fitting.size()) {
      case 0 -> throw missing("no \"" + SafePath.shown(variant) + "\"");
      case 1 -> fitting.getFirst();
      default ->
          throw new HubException(
              "hf.co/%s: \"%s\" means %d files: %s; name one of them after \":\""
                  .formatted(
                      listing.repository(),
                      variant,
                      fitting.size(),
                      fitting.stream()
                          .limit(MAX_LISTED)
                          .map(parts -> SafePath.shown(parts.getFirst().path()))
                          .collect(Collectors.joining(", "))));
    };
  }

  private static boolean isCalled(String path, String wanted) {
    return path.equalsIgnoreCase(wanted) || path.equalsIgnoreCase(wanted + ".gguf");
  }

  /// Whether a file is of a quantization, or of the model that its stem or its folder names.
  private static boolean isOf(Listing.Entry entry, String variant) {
    GgufName name = GgufName.of(entry.fileName());
    return name.quantization().filter(variant::equalsIgnoreCase).isPresent()
        || name.stem().equalsIgnoreCase(variant);
  }

  private List<Listing.Entry> preferred(Map<String, List<Listing.Entry>> ggufs) {
    for (String quantization : PREFERENCE) {
      if (ggufs.values().stream().anyMatch(parts -> isOf(parts.getFirst(), quantization))) {
        return asked(ggufs, quantization);
      }
    }
    if (ggufs.size() == 1) {
      return ggufs.values().iterator().next();
    }
    throw missing("none of the usual quantizations; name one after \":\"");
  }

  private void requireAllParts(List<Listing.Entry> parts) {
    GgufName first = GgufName.of(parts.getFirst().fileName());
    for (int i = 0; i < parts.size(); i++) {
      GgufName name = GgufName.of(parts.get(i).fileName());
      if (name.part() != i + 1 || name.parts() != first.parts()) {
        throw missing(
            "part %d of %d of \"%s\" is not there"
                .formatted(i + 1, first.parts(), SafePath.shown(first.stem())));
      }
    }
    if (parts.size() != first.parts()) {
      throw missing(
          "%d of %d parts of \"%s\" are there"
              .formatted(parts.size(), first.parts(), SafePath.shown(first.stem())));
    }
  }

  private String nameOf(Listing.Entry entry) {
    GgufName name = GgufName.of(entry.fileName());
    return listing.repository() + ":" + name.quantization().orElse(name.stem());
  }

  private Chosen safetensors() {
    List<Listing.Entry> root =
        listing.entries().stream().filter(e -> e.folder().isEmpty()).toList();
    List<Listing.Entry> weights =
        root.stream().filter(e -> e.fileName().endsWith("." + SAFETENSORS)).toList();
    List<Listing.Entry> usual =
        weights.stream().filter(e -> e.fileName().startsWith("model")).toList();
    List<Listing.Entry> chosen = usual.isEmpty() ? weights : usual;
    boolean hasConfig = root.stream().anyMatch(e -> e.fileName().equals("config.json"));
    if (chosen.isEmpty() || !hasConfig) {
      boolean hasPickles = listing.entries().stream().anyMatch(e -> e.path().endsWith(".bin"));
      throw missing(
          hasPickles
              ? "no GGUF file and no safetensors with a config.json, only weights as pickles, which"
                  + " can hold programs and are not read; look for a converted copy"
              : "no GGUF file and no safetensors with a config.json");
    }
    List<Listing.Entry> files = new ArrayList<>();
    for (Listing.Entry entry : root) {
      if (BESIDE_SAFETENSORS.contains(entry.fileName())
          || entry.fileName().equals("model.safetensors.index.json")) {
        files.add(entry);
      }
    }
    files.sort(Comparator.comparing(Listing.Entry::path));
    files.addAll(chosen.stream().sorted(Comparator.comparing(Listing.Entry::path)).toList());
    return new Chosen(listing.repository(), withTexts(files));
  }

  /// What says under which terms a model is comes first, so that it can be read before the rest.
  private List<Listing.Entry> withTexts(List<Listing.Entry> model) {
    List<Listing.Entry> files =
        new ArrayList<>(
            listing.entries().stream()
                .filter(e -> e.folder().isEmpty() && isOfTerms(e.fileName()))
                .filter(e -> e.bytes() >= 0 && e.bytes() <= MOST_TEXT_BYTES)
                .sorted(Comparator.comparing(Listing.Entry::path))
                .limit(MAX_LISTED)
                .toList());
    files.addAll(model);
    return files;
  }

  /// Whether a file is a card, a licence, a notice or a policy of use.
  static boolean isOfTerms(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    boolean isText = name.endsWith(".md") || name.endsWith(".txt") || name.indexOf('.') < 0;
    boolean isTerms =
        Stream.of("licen", "copying", "notice", "terms").anyMatch(name::startsWith)
            || name.contains("policy");
    return name.equals("readme.md") || isText && isTerms;
  }

  private HubException missing(String what) {
    String there =
        listing.entries().stream()
            .filter(e -> e.path().toLowerCase(Locale.ROOT).endsWith(".gguf"))
            .limit(MAX_LISTED)
            .map(e -> SafePath.shown(e.path()))
            .collect(Collectors.joining(", "));
    return new HubException(
        "hf.co/%s: %s%s"
            .formatted(
                listing.repository(), what, there.isEmpty() ? "" : "; its GGUF files: " + there));
  }
}
