package dev.freehold.train.data.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.train.TrainException;
import dev.freehold.train.data.source.SourceReader;
import dev.freehold.train.recipe.CorpusDescription;
import dev.freehold.train.recipe.CorpusDescriptionReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A corpus has the same bytes whatever computes it; what was dropped says why; what is not as
/// described is refused and leaves nothing.
class CorpusBuildTest {
  private static final String[] WORDS = {
    "river",
    "mountain",
    "teacher",
    "garden",
    "the",
    "of",
    "walks",
    "sees",
    "and",
    "green",
    "old",
    "with",
    "quiet",
    "to",
    "market",
    "letters",
    "that",
    "morning",
    "bridge",
    "carries"
  };

  @TempDir private Path folder = Path.of("");

  private Path from = Path.of("");

  /// Three files of 60 documents each: the first has a text of the second again, and one that
  /// differs from it in a word.
  @BeforeEach
  void writeSources() throws IOException {
    from = Files.createDirectories(folder.resolve("from"));
    List<String> a = texts(1);
    List<String> b = texts(2);
    a.set(7, b.get(3));
    a.set(9, b.get(3).replaceFirst("\\w+\\.$", "changed."));
    b.set(5, "  \r\n");
    Files.writeString(from.resolve("a.jsonl"), lines(a));
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(from.resolve("b.jsonl.gz")))) {
      out.write(lines(b).getBytes(StandardCharsets.UTF_8));
    }
    Files.writeString(from.resolve("c.txt"), texts(3).getFirst());
  }

  private static List<String> texts(long seed) {
    Random random = new Random(seed);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = 0; word < 120; word++) {
        text.append(WORDS[random.nextInt(WORDS.length)]);
        text.append(word % 10 == 9 ? word % 30 == 29 ? ".\n" : ". " : " ");
      }
      texts.add(text.toString().strip());
    }
    return texts;
  }

  private static String lines(List<String> texts) {
    StringBuilder lines = new StringBuilder();
    for (String text : texts) {
      lines.append(JsonMapper.shared().writeValueAsString(Map.of("text", text))).append('\n');
    }
    return lines.toString();
  }

  private String source(String file, String format) {
    return "  - {path: %s, sha256: %s, format: %s}\n"
        .formatted(file, SourceReader.digest(from.resolve(file)), format);
  }

  private String description(List<String> sources) {
    return """
    name: test
    sources:
    %snormalize: {nfc: true, newlines: true, controls: true, trailing_blanks: true}
    rules: {gopher_repetition: false, gopher_quality: true, c4: true, fineweb: true}
    deduplicate: {exact: true, near: true}
    replace: {email: true, ipv4: true}
    tokenizer: {vocabulary: 300, documents: 50}
    shard_tokens: 4000
    """
        .formatted(String.join("", sources));
  }

  private List<String> sources() {
    return List.of(
        source("a.jsonl", "jsonl"), source("b.jsonl.gz", "jsonl"), source("c.txt", "text"));
  }

  private CorpusManifest build(List<String> sources, String name, int threads) {
    CorpusDescription description = CorpusDescriptionReader.parse(description(sources), "test");
    return CorpusBuild.build(description, from, folder.resolve(name), threads, line -> {});
  }

  /// All files of a corpus with their SHA-256.
  private Map<String, String> files(String name) throws IOException {
    Path root = folder.resolve(name);
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      walk.filter(Files::isRegularFile)
          .forEach(file -> files.put(root.relativize(file).toString(), Hashes.ofFile(file)));
    }
    return files;
  }

  private List<JsonNode> records(String name) throws IOException {
    return Files.readAllLines(folder.resolve(name).resolve("documents.jsonl")).stream()
        .map(JsonMapper.shared()::readTree)
        .toList();
  }

  @Test
  void theBytesAreTheSameForAnyThreadsAndAnyOrderOfSources() throws IOException {
    build(sources(), "one", 1);
    Map<String, String> expected = files("one");
    assertThat(expected)
        .containsKeys("manifest.json", "documents.jsonl", "corpus.json", "shards/00003.tokens")
        .containsKey("tokenizer/tokenizer.json")
        .doesNotContainKey("texts");
    List<String> shuffled = new ArrayList<>(sources());
    for (int threads = 2; threads <= 3; threads++) {
      Collections.shuffle(shuffled, new Random(threads));
      build(shuffled, "threads-" + threads, threads);
      assertThat(files("threads-" + threads)).isEqualTo(expected);
    }
  }

  /// How texts lie in files, and what files are called, does not show in the shards.
  @Test
  void otherFilesOfTheSameTextsGiveTheSameShards() throws IOException {
    build(sources(), "one", 2);
    List<String> all = new ArrayList<>(Files.readAllLines(from.resolve("a.jsonl")));
    Files.writeString(from.resolve("z.jsonl"), String.join("\n", all.subList(0, 20)) + "\n");
    Collections.reverse(all);
    Files.writeString(from.resolve("0.jsonl"), String.join("\n", all.subList(0, 40)) + "\n");
    build(
        List.of(
            source("z.jsonl", "jsonl"),
            source("c.txt", "text"),
            source("0.jsonl", "jsonl"),
            source("b.jsonl.gz", "jsonl")),
        "two",
        2);
    Map<String, String> one = files("one");
    Map<String, String> two = files("two");
    for (Map<String, String> files : List.of(one, two)) {
      files.keySet().removeIf(file -> !file.startsWith("shards") && !file.startsWith("tokenizer"));
    }
    assertThat(two).hasSizeGreaterThan(3).isEqualTo(one);
  }

  @Test
  void everyDocumentIsAccountedFor() throws IOException {
    CorpusManifest manifest = build(sources(), "one", 2);
    List<JsonNode> records = records("one");
    assertThat(manifest.read()).isEqualTo(121);
    assertThat(records).hasSize(121);
    assertThat(manifest.dropped())
        .isEqualTo(Map.of("empty", 1L, "duplicate", 1L, "near_duplicate", 1L));
    assertThat(manifest.documents()).isEqualTo(118);
    long tokens = 0;
    List<String> kept = new ArrayList<>();
    for (JsonNode each : records) {
      if (each.has("number")) {
        assertThat(each.get("number").asLong()).isEqualTo(kept.size());
        kept.add(each.get("id").asString());
        tokens += each.get("tokens").asLong();
      } else if (each.has("of")) {
        String id = each.get("id").asString();
        String of = each.get("of").asString();
        assertThat(records).anyMatch(r -> r.get("id").asString().equals(of) && r.has("number"));
        assertThat(of.compareTo(id)).isLessThanOrEqualTo(0);
      }
    }
    assertThat(kept).isSorted().doesNotHaveDuplicates();
    assertThat(manifest.tokens()).isEqualTo(tokens);
    assertThat(manifest.shards()).allMatch(shard -> shard.tokens() <= 4000);
  }

  private void refused(List<String> sources, String... parts) throws IOException {
    assertThatThrownBy(() -> build(sources, "bad", 2))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll(parts);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(from);
    }
  }

  @Test
  void whatIsNotAsDescribedIsRefusedAndLeavesNothing() throws IOException {
    List<String> sources = sources();
    String digest = SourceReader.digest(from.resolve("a.jsonl"));
    Files.writeString(from.resolve("a.jsonl"), lines(texts(9)));
    refused(sources, "a.jsonl", digest, SourceReader.digest(from.resolve("a.jsonl")));
    Files.writeString(from.resolve("a.jsonl"), lines(texts(1)) + "{\"text\": 3}\n");
    refused(sources(), "a.jsonl", "line 61");
    Files.delete(from.resolve("a.jsonl"));
    refused(sources, "a.jsonl", "no such file");
    refused(List.of(source("c.txt", "text").replace("c.txt", "../from/c.txt")), "path", "below");
    refused(
        List.of(source("c.txt", "text"), source("c.txt", "text")), "sources[1]", "listed twice");
    refused(List.of(source("c.txt", "parquet")), "sources[0].format", "parquet");
    refused(List.of(source("c.txt", "text").replace("}", ", colour: red}")), "unknown colour");
  }

  @Test
  void aFolderThatIsThereIsLeftAlone() throws IOException {
    Path out = Files.createDirectories(folder.resolve("one"));
    Files.writeString(out.resolve("mine"), "x");
    assertThatThrownBy(() -> build(sources(), "one", 1))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("is there already");
    assertThat(out.resolve("mine")).hasContent("x");
  }

  @Test
  void aCorpusOfWhichNothingIsLeftIsRefused() throws IOException {
    Files.writeString(from.resolve("c.txt"), "short");
    refused(List.of(source("c.txt", "text")), "none of 1 documents is left");
  }
}
