package dev.freehold.train.recipe;

import dev.freehold.tensor.Sha256;
import dev.freehold.train.data.source.SourceFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Everything that decides which tokens come out of which texts: the same description gives the
/// same shards on every machine.
///
/// @param name for people; part of the hash
/// @param sources in the order of their paths
/// @param documentBytes what a document, or the line that holds it, may have at most
/// @param shardTokens what a shard has at most, where no document alone has more
public record CorpusDescription(
    String name,
    List<Source> sources,
    int documentBytes,
    Cleaning cleaning,
    Rules rules,
    Deduplication deduplication,
    Replacement replacement,
    TokenizerChoice tokenizer,
    int shardTokens) {

  /// A file of documents.
  ///
  /// @param path below the folder that the files are in, with forward slashes
  /// @param digest SHA-256 of its content, decompressed where its name says so
  public record Source(String path, String digest, SourceFormat format) {}

  /// What is done to a text first.
  ///
  /// @param nfc normalization form C
  /// @param newlines CR LF and CR become LF
  /// @param controls control characters other than tab and line feed, and byte order marks, go
  /// @param trailingBlanks blanks at the end of lines go, and empty lines at both ends of the text
  public record Cleaning(boolean nfc, boolean newlines, boolean controls, boolean trailingBlanks) {}

  /// Which rules a text must keep.
  ///
  /// @param c4TerminalPunctuation whether C4's rules also take lines away that end in no mark
  public record Rules(
      boolean gopherRepetition,
      boolean gopherQuality,
      boolean c4,
      boolean c4TerminalPunctuation,
      boolean fineWeb) {}

  /// Which texts are dropped because another one is kept.
  ///
  /// @param exact those that are the same
  /// @param near those that MinHash finds to be nearly the same
  /// @param seed of MinHash
  public record Deduplication(boolean exact, boolean near, long seed) {}

  /// Which traces of persons are replaced.
  public record Replacement(boolean email, boolean ipv4) {}

  /// Where the tokenizer comes from.
  public sealed interface TokenizerChoice {}

  /// A tokenizer that is trained on the corpus.
  ///
  /// @param vocabulary its size
  /// @param documents how many documents it is trained on at most: those with the smallest ids
  public record Trained(int vocabulary, long documents) implements TokenizerChoice {}

  /// A tokenizer that is there already.
  ///
  /// @param path of its folder, below the folder that the sources are in
  /// @param digest SHA-256 of tokenizer.json and, where there is one, tokenizer_config.json, one
  ///   after the other
  public record Given(String path, String digest) implements TokenizerChoice {}

  public CorpusDescription {
    sources = sources.stream().sorted(Comparator.comparing(Source::path)).toList();
  }

  /// The description as JSON with sorted keys and nothing left out.
  public String canonical() {
    Map<String, Object> root = new TreeMap<>();
    root.put("name", name);
    List<Map<String, Object>> files = new ArrayList<>();
    for (Source source : sources) {
      Map<String, Object> file = new TreeMap<>();
      file.put("path", source.path());
      file.put("sha256", source.digest());
      switch (source.format()) {
        case SourceFormat.Text text -> file.put("format", "text");
        case SourceFormat.JsonLines lines -> {
          file.put("format", "jsonl");
          file.put("field", lines.field());
        }
      }
      files.add(file);
    }
    root.put("sources", files);
    root.put("document_bytes", documentBytes);
    root.put("shard_tokens", shardTokens);
    root.put(
        "normalize",
        sorted(
            Map.of(
                "nfc", cleaning.nfc(),
                "newlines", cleaning.newlines(),
                "controls", cleaning.controls(),
                "trailing_blanks", cleaning.trailingBlanks())));
    root.put(
        "rules",
        sorted(
            Map.of(
                "gopher_repetition", rules.gopherRepetition(),
                "gopher_quality", rules.gopherQuality(),
                "c4", rules.c4(),
                "c4_terminal_punctuation", rules.c4TerminalPunctuation(),
                "fineweb", rules.fineWeb())));
    root.put(
        "deduplicate",
        sorted(
            Map.of(
                "exact", deduplication.exact(),
                "near", deduplication.near(),
                "seed", deduplication.seed())));
    root.put("replace", sorted(Map.of("email", replacement.email(), "ipv4", replacement.ipv4())));
    root.put(
        "tokenizer",
        switch (tokenizer) {
          case Trained it ->
              sorted(Map.of("vocabulary", it.vocabulary(), "documents", it.documents()));
          case Given it -> sorted(Map.of("folder", it.path(), "sha256", it.digest()));
        });
    return JsonMapper.builder()
        .disable(SerializationFeature.INDENT_OUTPUT)
        .build()
        .writeValueAsString(root);
  }

  private static Map<String, Object> sorted(Map<String, Object> values) {
    return new TreeMap<>(values);
  }

  /// SHA-256 of the canonical form.
  public String digest() {
    return Sha256.of(canonical());
  }
}
