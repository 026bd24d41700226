package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.data.Permutation;
import dev.freehold.train.data.ShardDocuments;
import dev.freehold.train.data.ShardSequences;
import dev.freehold.train.data.corpus.CorpusBuild;
import dev.freehold.train.data.corpus.CorpusManifest;
import dev.freehold.train.data.corpus.ShardedCorpus;
import dev.freehold.train.data.source.SourceReader;
import dev.freehold.train.recipe.CorpusDescriptionReader;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Batches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a file of texts to a corpus to a trained model: the same bits for any number of threads,
/// stopped or not; missing, altered or wrong data is refused with both hashes.
class ShardTrainingTest {
  private static final String[] WORDS = {
    "river", "stone", "the", "walks", "to", "an", "old", "house", "where", "nobody", "sings"
  };

  @TempDir private Path folder = Path.of("");

  private Path corpus = Path.of("");

  @BeforeEach
  void buildCorpus() throws IOException {
    Random random = new Random(1);
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      lines.append("{\"text\": \"Story ").append(i).append(':');
      for (int word = 0; word < 3 + random.nextInt(60); word++) {
        lines.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
      }
      lines.append(".\"}\n");
    }
    Path file = Files.writeString(folder.resolve("texts.jsonl"), lines);
    String description =
        """
        name: stories
        sources: [{path: texts.jsonl, sha256: %s, format: jsonl}]
        normalize: {nfc: true, newlines: true, controls: true, trailing_blanks: true}
        rules: {gopher_repetition: false, gopher_quality: false, c4: false, fineweb: false}
        deduplicate: {exact: true, near: false}
        replace: {email: false, ipv4: false}
        tokenizer: {vocabulary: 300, documents: 100}
        shard_tokens: 1000
        """
            .formatted(SourceReader.digest(file));
    corpus = folder.resolve("corpus");
    CorpusBuild.build(
        CorpusDescriptionReader.parse(description, "test"), folder, corpus, 2, line -> {});
  }

  private String recipe() {
    CorpusManifest manifest = CorpusManifest.read(corpus);
    return """
    name: shards
    arithmetic: fh1
    seed: 1
    steps: 12
    architecture: {model_type: llama, hidden_size: 32, intermediate_size: 64,
      num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 16,
      vocab_size: 300, max_position_embeddings: 64, tie_word_embeddings: true}
    data: {corpus: shards, manifest: %s, tokenizer: %s, order_seed: 1, held_out: 20, loss: text}
    batch: {sequences: 2, length: 64, accumulate: 2}
    optimizer: {kind: adamw, rate: 3e-3}
    schedule: {kind: cosine, warmup: 2}
    every: {evaluate: 6, checkpoint: 4}
    """
        .formatted(CorpusManifest.digest(corpus), manifest.tokenizer());
  }

  private List<TrainingRun.Result> train(
      String recipe, Optional<Path> data, String out, int threads, long last) {
    KernelOptions options = new KernelOptions(Tier.VECTOR, 0, threads, ActivationFormat.F32);
    List<TrainingRun.Result> results = new ArrayList<>();
    try (Kernels kernels = Kernels.open(options)) {
      TrainingRun run =
          new TrainingRun(
              RecipeReader.parse(recipe, "test"), data, folder.resolve(out), kernels, false);
      while (run.step() < last) {
        results.add(run.next());
      }
    }
    return results;
  }

  @Test
  void aModelIsTrainedFromTexts() throws IOException {
    List<TrainingRun.Result> results = train(recipe(), Optional.of(corpus), "one", 1, 12);
    assertThat(results.getLast().loss()).isLessThan(results.getFirst().loss() - 0.3f);
    assertThat(results.get(5).heldOut()).isPresent();
    Path checkpoint = folder.resolve("one/checkpoints/step-00000012");
    assertThat(checkpoint.resolve("model.safetensors")).exists();
    assertThat(checkpoint.resolve("tokenizer.json"))
        .hasSameBinaryContentAs(corpus.resolve("tokenizer/tokenizer.json"));
    for (int threads = 2; threads <= 3; threads++) {
      String out = "threads-" + threads;
      train(recipe(), Optional.of(corpus), out, threads, 7);
      train(recipe(), Optional.of(corpus), out, threads, 12); // computes from step 5 on again
      assertThat(folder.resolve(out).resolve("transcript.jsonl"))
          .hasSameBinaryContentAs(folder.resolve("one/transcript.jsonl"));
    }
  }

  /// The recipe as it is shipped, with the corpus named and the sizes made smaller.
  @Test
  void theRealTextRecipeTrainsOnASlice() throws IOException {
    Path file = Path.of(System.getProperty("freehold.root")).resolve("recipes/gpt2-small.yaml");
    String small =
        Files.readString(file)
            .replace("hidden_size: 768", "hidden_size: 48")
            .replace("intermediate_size: 2048", "intermediate_size: 128")
            .replace("head_dim: 64", "head_dim: 8")
            .replace("vocab_size: 50304", "vocab_size: 320")
            .replace("length: 1024, accumulate: 128", "length: 96, accumulate: 2")
            .replace("held_out: 1000", "held_out: 20")
            .replace("warmup: 95", "warmup: 2");
    refused(small, Optional.of(corpus), "not named", CorpusManifest.digest(corpus));
    CorpusManifest manifest = CorpusManifest.read(corpus);
    String named =
        small.replace(
            "  corpus: shards\n",
            "  corpus: shards\n  manifest: %s\n  tokenizer: %s\n"
                .formatted(CorpusManifest.digest(corpus), manifest.tokenizer()));
    List<TrainingRun.Result> results = train(named, Optional.of(corpus), "slice", 2, 6);
    assertThat(results).hasSize(6);
    assertThat(results.getLast().loss()).isLessThan(results.getFirst().loss());
  }

  @Test
  void sequencesAreTheDocumentsInTheirOrderOneAfterTheOther() {
    CorpusManifest manifest = CorpusManifest.read(corpus);
    ShardedCorpus opened =
        ShardedCorpus.open(corpus, CorpusManifest.digest(corpus), manifest.tokenizer());
    assertThat(manifest.shards()).hasSizeGreaterThan(2);
    long trained = opened.documents() - 20;
    Permutation order = new Permutation(1, trained);
    List<Integer> stream = new ArrayList<>();
    for (long i = 0; i < trained; i++) {
      addAll(stream, document(opened, order.at(i)));
    }
    Batches batches = ShardSequences.batches(opened, RecipeReader.parse(recipe(), "test"));
    int sequences = (stream.size() - 1) / 64;
    for (int i = 0; i < sequences; i++) {
      Batch batch = batches.batch(1 + i / 4, i / 2 % 2);
      int at = i % 2 * 64;
      for (int t = 0; t < 64; t++) {
        assertThat(batch.tokens()[at + t]).isEqualTo(stream.get(64 * i + t));
        assertThat(batch.targets()[at + t]).isEqualTo(stream.get(64 * i + t + 1));
      }
    }
    Batch again = batches.batch(1 + sequences / 4, sequences / 2 % 2);
    assertThat(again.tokens()[sequences % 2 * 64]).isEqualTo(stream.getFirst());
    assertThat(batches.heldOutBatches()).isPositive();
  }

  private static int[] document(ShardedCorpus corpus, long number) {
    int[] tokens = new int[corpus.length(number)];
    corpus.read(number, 0, tokens.length, tokens, 0);
    return tokens;
  }

  private static void addAll(List<Integer> list, int[] values) {
    for (int value : values) {
      list.add(value);
    }
  }

  @Test
  void theShardsHoldTheTextsThatWereKept() throws IOException {
    CorpusManifest manifest = CorpusManifest.read(corpus);
    ShardedCorpus opened =
        ShardedCorpus.open(corpus, CorpusManifest.digest(corpus), manifest.tokenizer());
    Tokenizer tokenizer = Tokenizer.fromFolder(opened.tokenizerFolder());
    Set<String> expected = new HashSet<>();
    for (String line : Files.readAllLines(folder.resolve("texts.jsonl"))) {
      expected.add(line.substring(10, line.length() - 2) + "<|endoftext|>");
    }
    Set<String> found = new HashSet<>();
    for (long i = 0; i < opened.documents(); i++) {
      found.add(tokenizer.decode(document(opened, i), true));
    }
    assertThat(found).isEqualTo(expected);
  }

  private void refused(String recipe, Optional<Path> data, String... parts) {
    assertThatThrownBy(() -> train(recipe, data, "refused", 1, 1))
        .isInstanceOf(TrainException.class)
        .hasMessageContainingAll(parts);
  }

  @Test
  void otherDataThanTheRecipeNamesIsRefused() throws IOException {
    String recipe = recipe();
    String manifest = CorpusManifest.digest(corpus);
    String tokenizer = CorpusManifest.read(corpus).tokenizer();
    String other = "0".repeat(64);
    refused(recipe, Optional.empty(), "--data", manifest);
    refused(recipe, Optional.of(folder), "holds no manifest.json");
    refused(recipe.replace(manifest, other), Optional.of(corpus), manifest, other);
    refused(recipe.replace(tokenizer, other), Optional.of(corpus), tokenizer, other);
    refused(
        recipe.replace("vocab_size: 300", "vocab_size: 299"), Optional.of(corpus), "299", "300");
    refused(recipe.replace("held_out: 20", "held_out: 200"), Optional.of(corpus), "held_out");
    refused(recipe.replace("loss: text", "loss: replies"), Optional.of(corpus), "loss", "replies");
  }

  @Test
  void changedFilesAreRefused() throws IOException {
    String recipe = recipe();
    for (String name :
        List.of("shards/00001.tokens", "tokenizer/tokenizer.json", "documents.jsonl")) {
      Path file = corpus.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      byte[] changed = bytes.clone();
      changed[bytes.length / 2] ^= 1;
      Files.write(file, changed);
      refused(recipe, Optional.of(corpus), name, "was changed");
      Files.write(file, bytes);
    }
    Files.delete(corpus.resolve("shards/00000.tokens"));
    refused(recipe, Optional.of(corpus), "00000.tokens", "no such file");
    Files.writeString(corpus.resolve("manifest.json"), "{\"format\": 1, \"name\": 2}");
    refused(recipe, Optional.of(corpus), "manifest.json", "dropped");
    Files.writeString(corpus.resolve("manifest.json"), "{");
    refused(recipe, Optional.of(corpus), "manifest.json");
  }

  @Test
  void aDocumentIsLeftOutAndEverythingElseStays() {
    CorpusManifest manifest = CorpusManifest.read(corpus);
    ShardedCorpus opened =
        ShardedCorpus.open(corpus, CorpusManifest.digest(corpus), manifest.tokenizer());
    long trained = opened.documents() - 20;
    ShardDocuments documents =
        new ShardDocuments(opened, corpus.resolve("documents.jsonl"), trained);
    Batches batches = ShardSequences.batches(opened, RecipeReader.parse(recipe(), "test"));
    Permutation order = new Permutation(1, trained);
    for (long place : new long[] {0, 70, 130}) {
      long left = order.at(place);
      assertThat(documents.numbers(documents.id(left))).containsExactly(left);
      Batches without = batches.without(List.of(left), manifest.endOfText());
      long step = batches.firstStep(List.of(left)).orElseThrow();
      List<Integer> tokens = new ArrayList<>();
      List<Integer> targets = new ArrayList<>();
      for (int part = 0; part < 6; part++) {
        Batch all = batches.batch(step + part / 2, part % 2);
        Batch rest = without.batch(step + part / 2, part % 2);
        for (int t = 0; t < all.rows(); t++) {
          if (rest.targets()[t] != all.targets()[t]) {
            assertThat(rest.targets()[t]).isEqualTo(-1);
            targets.add(all.targets()[t]);
          }
          if (rest.tokens()[t] != all.tokens()[t]) {
            assertThat(rest.tokens()[t]).isEqualTo(manifest.endOfText());
            tokens.add(all.tokens()[t]);
          }
        }
      }
      List<Integer> expected = new ArrayList<>();
      addAll(expected, document(opened, left));
      assertThat(tokens).isEqualTo(expected.subList(0, expected.size() - 1));
      assertThat(targets.subList(place == 0 ? 0 : 1, targets.size() - 1))
          .as("its tokens, and the first of the next document")
          .isEqualTo(expected.subList(1, expected.size()));
    }
  }
}
