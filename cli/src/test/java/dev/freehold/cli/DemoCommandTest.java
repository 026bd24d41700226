package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The model that Freehold carries: it answers, stands in openly, and is what its recipe gives.
class DemoCommandTest {
  private static final String GOLDEN =
      Path.of(System.getProperty("freehold.root"), "model/src/test/resources/goldens/qwen2")
          .resolve("model.gguf")
          .toString();

  @TempDir private Path home;

  private Session.Result session(String... arguments) {
    return new Session(home).run(arguments);
  }

  private Path carried() throws IOException {
    try (Stream<Path> files = Files.list(home.resolve(".cache/freehold/demo"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.getFirst();
    }
  }

  @Test
  void itAnswersInAWholeSentenceAndStops() {
    Session.Result answer = session("demo", "What is 17 + 25?");
    assertThat(answer.exit()).as(answer.err()).isEqualTo(Exit.OK);
    assertThat(answer.out().strip()).endsWith(".").contains("42").hasSizeLessThan(300);
    assertThat(session("run", "demo", "What is 17 + 25?").out()).isEqualTo(answer.out());
    assertThat(session("demo", "What is 17 + 25?", "--threads", "1").out()).isEqualTo(answer.out());
    assertThat(session("demo", "Who are you?").out()).contains("Seedling");
  }

  @Test
  void itStandsInForAModelThatIsNotNamed() throws IOException {
    Session.Result answer = new Session(home).runWithInput("Hello!", "run");
    assertThat(answer.exit()).as(answer.err()).isEqualTo(Exit.OK);
    assertThat(answer.err())
        .contains("no model is named", "not an assistant", "for a larger one, see");
    Path config = Files.createDirectories(home.resolve(".config/freehold")).resolve("config.json");
    Files.writeString(config, "{\"model\": \"%s\"}".formatted(GOLDEN));
    Session.Result configured =
        new Session(home).runWithInput("Hello!", "run", "--max-tokens", "3", "--verbose");
    assertThat(configured.exit()).as(configured.err()).isEqualTo(Exit.OK);
    assertThat(configured.err()).doesNotContain("no model is named");
    Files.writeString(config, "{\"model\": 7}");
    assertThat(new Session(home).runWithInput("Hello!", "run").err())
        .contains("config.json: model: expected the name or path of a model, found 7");
  }

  @Test
  void otherCommandsKnowIt() {
    assertThat(session("list").out()).containsPattern("demo +3\\.\\d+ MB +gguf +built-in");
    assertThat(session("list", "--json").out()).contains("\"name\":\"demo\"");
    Session.Result scores = session("eval", "demo", "--task", "addition", "--items", "20");
    assertThat(scores.out()).containsPattern("addition +(19|20) of 20");
    assertThat(session("show", "demo").out()).contains("qwen3");
  }

  @Test
  void aChangedCopyIsWrittenAgain() throws IOException {
    String answer = session("demo", "Who are you?").out();
    Path file = carried();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThat(session("demo", "Who are you?").out()).isEqualTo(answer);
    bytes[bytes.length / 2] ^= 1;
    assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "");
    Session.Result result =
        new Session(home).with("XDG_CACHE_HOME", file.toString()).run("demo", "Hello!");
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err()).contains("cannot be written", "XDG_CACHE_HOME");
  }

  /// What CI computes of the demo model; verify demo without --sample computes all.
  @Test
  void itsRunIsWhatTheRecipeGives() {
    Session.Result result = session("verify", "demo", "--sample", "1");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains(
            "chain       unbroken over ",
            "header      equal: ",
            "inputs      equal: ",
            "computed    equal: steps 1 to 10",
            "losses      near: ",
            "covered     10 of ");
  }

  /// The whole way on a small run: trained again in part, interrupted, gone on with, exported.
  @Test
  void aModelIsRebuiltFromWhatItWasMadeBy() throws IOException {
    Path recipe = home.resolve("tiny.yaml");
    Files.writeString(
        recipe,
        """
        name: tiny
        arithmetic: fh1
        seed: 3
        steps: 4
        architecture: {model_type: qwen3, hidden_size: 32, intermediate_size: 32,
          num_hidden_layers: 1, num_attention_heads: 2, num_key_value_heads: 1, head_dim: 32,
          vocab_size: 300, max_position_embeddings: 64, tie_word_embeddings: true}
        data: {corpus: seedling, corpus_seed: 1, documents: 40, held_out: 0, vocabulary: 300,
          order_seed: 1, loss: text}
        batch: {sequences: 2, length: 64}
        optimizer: {kind: adamw, rate: 3e-3, decay: 0.1}
        schedule: {kind: cosine, warmup: 1, floor: 0}
        every: {checkpoint: 2}
        """);
    Path run = home.resolve("run");
    Path file = home.resolve("tiny.gguf");
    assertThat(session("train", "" + recipe, "--out", "" + run).exit()).isEqualTo(Exit.OK);
    assertThat(session("export", "" + run, "--to", "" + file, "--name", "Seedling").exit())
        .isEqualTo(Exit.OK);
    byte[] transcript = Files.readAllBytes(run.resolve("transcript.jsonl"));
    byte[] bytes = Files.readAllBytes(file);
    DemoFiles files = new DemoFiles(bytes, Files.readAllBytes(recipe), transcript);
    Path again = home.resolve("again");
    assertThat(rebuild(files, again))
        .contains("computed    equal: all 4 steps", "rebuilt     equal: ", files.digest());
    RunVerification.delete(again.resolve("checkpoints/step-00000004"));
    assertThat(rebuild(files, again)).contains("going on after step 2");
    bytes[bytes.length - 1] ^= 1;
    DemoFiles altered = new DemoFiles(bytes, files.recipe(), transcript);
    assertThatThrownBy(() -> rebuild(altered, again))
        .hasMessageContaining("has the SHA-256 ")
        .hasMessageContaining("the demo model " + altered.digest());
  }

  /// Everything that is printed.
  private String rebuild(DemoFiles files, Path out) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream printed = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Surroundings surroundings =
        new Surroundings(
            Map.of(), home, InputStream.nullInputStream(), printed, printed, Clock.systemUTC());
    new DemoVerification(surroundings, files, Optional.of(out)).rebuild();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anotherRunIsNotGoneOnWith() throws IOException {
    Path folder = Files.createDirectories(home.resolve("other"));
    Files.writeString(folder.resolve("transcript.jsonl"), "{}\n");
    Session.Result result = session("verify", "demo", "--out", folder.toString());
    assertThat(result.exit()).isEqualTo(Exit.USAGE);
    assertThat(result.err()).contains("holds another run");
    assertThat(session("verify", "demo", "--from", "3").exit()).isEqualTo(Exit.USAGE);
  }
}
