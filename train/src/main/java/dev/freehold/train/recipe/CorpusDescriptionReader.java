package dev.freehold.train.recipe;

import dev.freehold.train.TrainException;
import dev.freehold.train.data.source.SourceFormat;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads descriptions of corpora: one YAML file, keys as in docs/data.md, unknown keys refused.
public final class CorpusDescriptionReader {
  private static final String KIND = "corpus";
  private static final int MOST_VOCABULARY = 1 << 20;
  private static final int DOCUMENT_BYTES = 1 << 24;
  private static final int MOST_DOCUMENT_BYTES = 1 << 28;
  private static final int SHARD_TOKENS = 1 << 24;
  private static final int MOST_SHARD_TOKENS = 1 << 28;

  private CorpusDescriptionReader() {}

  /// Reads a description.
  ///
  /// @throws TrainException where the file cannot be read, is no YAML, or has a wrong key or value
  public static CorpusDescription read(Path file) {
    return description(YamlFile.read(KIND, file).root());
  }

  /// Reads a description from its text.
  ///
  /// @param name of the text in errors
  public static CorpusDescription parse(String text, String name) {
    return description(new YamlFile(KIND, name, text).root());
  }

  private static CorpusDescription description(Section root) {
    CorpusDescription description =
        new CorpusDescription(
            root.string("name"),
            sources(root.sections("sources")),
            (int) root.integer("document_bytes", 1, MOST_DOCUMENT_BYTES, DOCUMENT_BYTES),
            cleaning(root.section("normalize")),
            rules(root.section("rules")),
            deduplication(root.section("deduplicate")),
            replacement(root.section("replace")),
            tokenizer(root.section("tokenizer")),
            (int) root.integer("shard_tokens", 1, MOST_SHARD_TOKENS, SHARD_TOKENS));
    root.requireNothingElse();
    return description;
  }

  private static List<CorpusDescription.Source> sources(List<Section> sections) {
    List<CorpusDescription.Source> sources = new ArrayList<>();
    Map<String, String> seen = new HashMap<>();
    for (Section section : sections) {
      String path = path(section, "path");
      String digest = section.sha256("sha256");
      String format = section.string("format");
      SourceFormat parsed =
          switch (format) {
            case "text" -> new SourceFormat.Text();
            case "jsonl" ->
                new SourceFormat.JsonLines(section.has("field") ? section.string("field") : "text");
            default ->
                throw section.failure("format", "expected text or jsonl, found \"" + format + "\"");
          };
      section.requireNothingElse();
      for (String key : List.of(path, digest)) {
        String other = seen.put(key, path);
        if (other != null) {
          throw section.failure(
              "path", "%s is listed twice, or is the same file as %s".formatted(path, other));
        }
      }
      sources.add(new CorpusDescription.Source(path, digest, parsed));
    }
    return sources;
  }

  /// A path that stays below the folder it is taken from, the same on every system.
  private static String path(Section section, String key) {
    String path = section.string(key);
    try {
      Path parsed = Path.of(path);
      boolean inside =
          !parsed.isAbsolute()
              && !path.startsWith("/")
              && path.indexOf('\\') < 0
              && parsed.normalize().equals(parsed)
              && !parsed.startsWith("..");
      if (inside) {
        return path;
      }
    } catch (InvalidPathException e) {
      throw new TrainException("%s: %s: no path: %s".formatted(KIND, key, e.getMessage()), e);
    }
    throw section.failure(
        key, "expected a path below the folder of the sources, without \"..\", found " + path);
  }

  private static CorpusDescription.Cleaning cleaning(Section section) {
    CorpusDescription.Cleaning cleaning =
        new CorpusDescription.Cleaning(
            section.flag("nfc"),
            section.flag("newlines"),
            section.flag("controls"),
            section.flag("trailing_blanks"));
    section.requireNothingElse();
    return cleaning;
  }

  private static CorpusDescription.Rules rules(Section section) {
    CorpusDescription.Rules rules =
        new CorpusDescription.Rules(
            section.flag("gopher_repetition"),
            section.flag("gopher_quality"),
            section.flag("c4"),
            section.flag("c4_terminal_punctuation", false),
            section.flag("fineweb"));
    section.requireNothingElse();
    return rules;
  }

  private static CorpusDescription.Deduplication deduplication(Section section) {
    CorpusDescription.Deduplication deduplication =
        new CorpusDescription.Deduplication(
            section.flag("exact"),
            section.flag("near"),
            section.integer("seed", 0, Long.MAX_VALUE, 1));
    section.requireNothingElse();
    return deduplication;
  }

  private static CorpusDescription.Replacement replacement(Section section) {
    CorpusDescription.Replacement replacement =
        new CorpusDescription.Replacement(section.flag("email"), section.flag("ipv4"));
    section.requireNothingElse();
    return replacement;
  }

  private static CorpusDescription.TokenizerChoice tokenizer(Section section) {
    CorpusDescription.TokenizerChoice choice =
        section.has("folder")
            ? new CorpusDescription.Given(path(section, "folder"), section.sha256("sha256"))
            : new CorpusDescription.Trained(
                (int) section.integer("vocabulary", 257, MOST_VOCABULARY),
                section.integer("documents", 1, 1L << 40));
    section.requireNothingElse();
    return choice;
  }
}
