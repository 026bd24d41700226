package dev.freehold.train.data.corpus;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.train.TrainException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is in the folder of a corpus: `manifest.json`, whose own SHA-256 names the corpus.
///
/// @param description SHA-256 of the description that it was made by
/// @param unicode version of the tables that texts were cleaned and cut by
/// @param tokenizer SHA-256 of the tokenizer's files, one after the other
/// @param endOfText id of the token that ends a text
/// @param read documents that were read
/// @param dropped how many were dropped for what
/// @param shards in order
/// @param files SHA-256 of every other file in the folder, by its name
public record CorpusManifest(
    String name,
    String description,
    String unicode,
    String tokenizer,
    int vocabulary,
    int endOfText,
    long read,
    Map<String, Long> dropped,
    List<Shard> shards,
    Map<String, String> files) {
  /// The file's name.
  public static final String FILE = "manifest.json";

  private static final int FORMAT = 1;

  /// A file of tokens.
  ///
  /// @param file its name in the folder
  public record Shard(String file, String digest, long documents, long tokens) {}

  public CorpusManifest {
    dropped = new TreeMap<>(dropped);
    shards = List.copyOf(shards);
    files = new TreeMap<>(files);
  }

  /// SHA-256 of the manifest in a folder.
  public static String digest(Path folder) {
    return Hashes.ofFile(folder.resolve(FILE));
  }

  /// Documents in the shards.
  public long documents() {
    return shards.stream().mapToLong(Shard::documents).sum();
  }

  /// Tokens in the shards, those that end texts included.
  public long tokens() {
    return shards.stream().mapToLong(Shard::tokens).sum();
  }

  void write(Path folder) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT);
    root.put("name", name);
    root.put("description", description);
    root.put("unicode", unicode);
    root.put("tokenizer", tokenizer);
    root.put("vocabulary", vocabulary);
    root.put("end_of_text", endOfText);
    root.put("read", read);
    root.put("dropped", dropped);
    List<Map<String, Object>> list = new ArrayList<>();
    for (Shard shard : shards) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("file", shard.file());
      each.put("sha256", shard.digest());
      each.put("documents", shard.documents());
      each.put("tokens", shard.tokens());
      list.add(each);
    }
    root.put("shards", list);
    root.put("files", files);
    try {
      String text = JsonMapper.shared().writeValueAsString(root) + "\n";
      Files.write(folder.resolve(FILE), text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new TrainException("%s: cannot be written: %s".formatted(folder.resolve(FILE), e), e);
    }
  }

  /// Reads the manifest of a folder.
  ///
  /// @throws TrainException where there is none, or it is not of this format
  public static CorpusManifest read(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new TrainException(
          "%s: holds no %s; it is no corpus, or one that was never finished"
              .formatted(folder, FILE));
    }
    try {
      return new Fields(file, StrictJson.parse(file)).manifest();
    } catch (TensorException e) {
      throw new TrainException("corpus: " + e.getMessage(), e);
    }
  }

  /// The fields of a manifest, each checked.
  private record Fields(Path file, JsonNode root) {
    private TrainException wrong(String field, String expected) {
      return new TrainException("%s: %s: expected %s".formatted(file, field, expected));
    }

    private String text(JsonNode node, String field) {
      JsonNode value = node.get(field);
      if (value == null || !value.isString()) {
        throw wrong(field, "a text");
      }
      return value.stringValue();
    }

    private long count(JsonNode node, String field) {
      JsonNode value = node.get(field);
      if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
        throw wrong(field, "a number");
      }
      if (value.longValue() < 0) {
        throw wrong(field, "a number from 0 on");
      }
      return value.longValue();
    }

    private JsonNode object(String field) {
      JsonNode value = root.get(field);
      if (value == null || !value.isObject()) {
        throw wrong(field, "an object");
      }
      return value;
    }

    CorpusManifest manifest() {
      if (!root.isObject() || count(root, "format") != FORMAT) {
        throw wrong("format", String.valueOf(FORMAT));
      }
      Map<String, Long> dropped = new TreeMap<>();
      JsonNode counts = object("dropped");
      counts.propertyNames().forEach(name -> dropped.put(name, count(counts, name)));
      Map<String, String> files = new TreeMap<>();
      JsonNode digests = object("files");
      digests.propertyNames().forEach(name -> files.put(inside(name), text(digests, name)));
      List<Shard> shards = new ArrayList<>();
      JsonNode list = root.get("shards");
      if (list == null || !list.isArray()) {
        throw wrong("shards", "an array");
      }
      for (JsonNode each : list) {
        shards.add(
            new Shard(
                inside(text(each, "file")),
                text(each, "sha256"),
                count(each, "documents"),
                count(each, "tokens")));
      }
      return new CorpusManifest(
          text(root, "name"),
          text(root, "description"),
          text(root, "unicode"),
          text(root, "tokenizer"),
          (int) Math.min(Integer.MAX_VALUE, count(root, "vocabulary")),
          (int) Math.min(Integer.MAX_VALUE, count(root, "end_of_text")),
          count(root, "read"),
          dropped,
          shards,
          files);
    }

    /// A manifest names files of its own folder only.
    private String inside(String name) {
      if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?")) {
        throw wrong("files", "names of files in the folder, found " + name);
      }
      return name;
    }
  }
}
