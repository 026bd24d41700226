package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        .contains("no model is named", "not an assistant", "for a larger one, bring");
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
    assertThat(session("list").out()).containsPattern("demo +2\\.\\d+ MB +gguf +built-in");
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
