package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What goes into training may be broken, missing, altered or made to do harm: the user is told in
/// two lines what was asked, found and can be done, and what was there before stays as it was.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadTrainingInputTest {
  private static final String NO_HASH = "0".repeat(64);
  private static final byte[] LINE = "{\"text\": \"A house.\"}\n".getBytes(StandardCharsets.UTF_8);

  private Path home = Path.of("");
  private Path corpus = Path.of("");
  private String manifest = "";
  private String tokenizer = "";

  @BeforeAll
  void buildCorpus(@TempDir Path folder) throws IOException {
    home = folder;
    corpus = folder.resolve("corpus");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 60; i++) {
      lines.append("{\"text\": \"The %d houses of a town near the river.\"}\n".formatted(i));
    }
    Path texts = Files.writeString(folder.resolve("a.jsonl"), lines);
    String digest = run("data", "hash", "" + texts).out().substring(0, 64);
    Session.Result built = build("a.jsonl", digest, corpus);
    assertThat(built.exit()).as(built.err()).isEqualTo(Exit.OK);
    manifest = built.out().replaceFirst("(?s).*([0-9a-f]{64})  manifest.*", "$1");
    tokenizer = built.out().replaceFirst("(?s).*([0-9a-f]{64})  tokenizer.*", "$1");
  }

  private Session.Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  private Session.Result build(String source, String digest, Path out) throws IOException {
    String description =
        """
        name: towns
        sources: [{path: %s, sha256: %s, format: jsonl}]
        normalize: {nfc: true, newlines: true, controls: true, trailing_blanks: true}
        rules: {gopher_repetition: false, gopher_quality: false, c4: false, fineweb: false}
        deduplicate: {exact: true, near: false}
        replace: {email: false, ipv4: false}
        tokenizer: {vocabulary: 280, documents: 40}
        """
            .formatted(source, digest);
    Path file = Files.writeString(home.resolve("corpus.yaml"), description);
    return run("data", "build", "" + file, "--from", "" + home, "--out", "" + out);
  }

  private String recipe() {
    return """
    name: towns
    arithmetic: fh1
    seed: 1
    steps: 4
    architecture: {model_type: llama, hidden_size: 16, intermediate_size: 32,
      num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 8,
      vocab_size: 280, max_position_embeddings: 64, tie_word_embeddings: true}
    data: {corpus: shards, manifest: %s, tokenizer: %s, order_seed: 1, held_out: 5, loss: text}
    batch: {sequences: 2, length: 32}
    optimizer: {kind: adamw, rate: 3e-3}
    schedule: {kind: cosine, warmup: 1}
    every: {checkpoint: 2}
    """
        .formatted(manifest, tokenizer);
  }

  private Session.Result train(String recipe, Path out, String... more) throws IOException {
    Path file = Files.writeString(home.resolve("recipe.yaml"), recipe);
    List<String> arguments = new ArrayList<>(List.of("train", "" + file, "--out", "" + out));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private static void require(Session.Result result, String command, String... parts) {
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.FAILURE);
    List<String> lines = result.err().lines().toList();
    assertThat(lines).filteredOn(line -> line.startsWith("freehold " + command + ": ")).hasSize(1);
    assertThat(lines.subList(Math.max(0, lines.size() - 2), lines.size()))
        .anyMatch(line -> line.startsWith("freehold " + command + ": "));
    assertThat(result.err()).contains(parts).doesNotContain("a bug", "Exception");
  }

  /// Before anything is computed or written.
  private void refused(String from, String to, String... parts) throws IOException {
    assertThat(recipe()).contains(from);
    Path out = home.resolve("refused");
    require(train(recipe().replace(from, to), out, "--data", "" + corpus), "train", parts);
    assertThat(out).doesNotExist();
  }

  @Test
  void aBrokenRecipeIsNamedByItsKey() throws IOException {
    refused("steps: 4", "steps: 4\ncolour: red", "the top level: unknown colour; known are");
    refused("rate: 3e-3", "rate: fast", "optimizer.rate: expected a number", "\"fast\"");
    refused("steps: 4", "steps: -4", "steps: expected an integer of 1 to", "\"-4\"");
    refused("steps: 4", "steps: [4", "recipe.yaml: no YAML", "line 4");
    refused("length: 32", "length: 65", "batch.length: 65", "max_position_embeddings is 64");
    refused(
        "num_attention_heads: 2, num_key_value_heads: 1",
        "num_attention_heads: 3, num_key_value_heads: 2",
        "3 query heads",
        "2 key-value heads");
    refused("model_type: llama", "model_type: nobody", "nobody");
    Path bytes = Files.write(home.resolve("bytes.yaml"), new byte[] {'a', (byte) 0xff});
    String out = home.resolve("x").toString();
    require(run("train", "" + bytes, "--out", out), "train", "bytes.yaml", "a text in UTF-8");
    require(
        run("train", "" + home, "--out", out), "train", "a folder; expected a recipe in a file");
  }

  @Test
  void aRecipeThatIsTooLargeIsRefusedBeforeAnythingIsAllocated() throws IOException {
    refused(
        "hidden_size: 16, intermediate_size: 32",
        "hidden_size: 4000000, intermediate_size: 16000000",
        "16000000 x 4000000 numbers in one place");
    refused(
        "sequences: 2, length: 32",
        "sequences: 65536, length: 64",
        "the recipe takes",
        "this JVM may take",
        "FREEHOLD_JAVA_OPTS=-Xmx");
    refused(
        "hidden_size: 16, intermediate_size: 32,\n  num_hidden_layers: 1",
        "hidden_size: 8192, intermediate_size: 32768,\n  num_hidden_layers: 99",
        "the recipe takes",
        "weights, gradients and moments");
  }

  @Test
  void missingOrOtherDataIsNamedWithBothHashes() throws IOException {
    Path out = home.resolve("other");
    require(train(recipe(), out), "train", "--data DIR", manifest);
    require(
        train(recipe(), out, "--data", "" + home.resolve("nowhere")),
        "train",
        "nowhere",
        "manifest.json");
    String another = recipe().replace(manifest, NO_HASH);
    require(train(another, out, "--data", "" + corpus), "train", manifest, NO_HASH);
    another = recipe().replace(tokenizer, NO_HASH);
    require(train(another, out, "--data", "" + corpus), "train", tokenizer, NO_HASH);
  }

  @Test
  void alteredDataStopsARunThatGoesOnAndNothingOfItIsLost() throws IOException {
    Path out = home.resolve("run");
    Session.Result trained = train(recipe(), out, "--data", "" + corpus);
    assertThat(trained.exit()).as(trained.err()).isEqualTo(Exit.OK);
    byte[] transcript = Files.readAllBytes(out.resolve("transcript.jsonl"));
    Path weights = out.resolve("checkpoints/step-00000004/model.safetensors");
    byte[] before = Files.readAllBytes(weights);

    Path altered = copyOfCorpus("altered");
    Path shard = altered.resolve("shards/00000.tokens");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length - 3] ^= 1;
    Files.write(shard, bytes);
    String[] resume = {"--resume", "--data", "" + altered};
    require(train(recipe(), out, resume), "train", "00000.tokens", "was changed");
    Files.delete(shard);
    require(train(recipe(), out, resume), "train", "00000.tokens", "no such file");

    assertThat(out.resolve("transcript.jsonl")).hasBinaryContent(transcript);
    assertThat(weights).hasBinaryContent(before);
    Session.Result verified = run("verify", "" + out, "--data", "" + corpus);
    assertThat(verified.exit()).as(verified.err()).isEqualTo(Exit.OK);
  }

  private Path copyOfCorpus(String name) throws IOException {
    Path copy = home.resolve(name);
    List<Path> all;
    try (Stream<Path> walk = Files.walk(corpus)) {
      all = walk.toList();
    }
    for (Path path : all) {
      Files.copy(path, copy.resolve(corpus.relativize(path)));
    }
    return copy;
  }

  private void unbuilt(String source, String... parts) throws IOException {
    Path out = home.resolve("unbuilt");
    require(build(source, NO_HASH, out), "data", parts);
    assertThat(out).doesNotExist();
  }

  @Test
  void textsThatAreNoneAreNamedByFileLineAndByte() throws IOException {
    unbuilt("none.jsonl", "none.jsonl: no such file");
    byte[] bad = Arrays.copyOf(LINE, 2 * LINE.length);
    System.arraycopy(LINE, 0, bad, LINE.length, LINE.length);
    bad[LINE.length + 12] = (byte) 0xff;
    Files.write(home.resolve("bad.jsonl"), bad);
    unbuilt("bad.jsonl", "bad.jsonl: line 2, byte %d".formatted(LINE.length + 12), "0xff");
    Files.write(home.resolve("good.jsonl"), LINE);
    unbuilt("good.jsonl", "good.jsonl: the corpus names content with SHA-256 " + NO_HASH);
  }

  /// The file is sparse: it has a gigabyte without holding one.
  @Test
  void aLineOfAGigabyteIsRefusedAtTheLimit() throws IOException {
    Path file = Files.write(home.resolve("long.jsonl"), LINE);
    try (RandomAccessFile grown = new RandomAccessFile(file.toFile(), "rw")) {
      grown.setLength(1L << 30);
    }
    unbuilt("long.jsonl", "the document at line 2 is longer than", "raise document_bytes");
  }
}
