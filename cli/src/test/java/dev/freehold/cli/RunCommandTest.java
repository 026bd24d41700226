package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `freehold run` on a tiny model, from the arguments to the streams.
class RunCommandTest {
  private static final String MODEL =
      Path.of(
              System.getProperty("freehold.root"),
              "model/src/test/resources/goldens/qwen2/model.gguf")
          .toString();

  @TempDir private Path home;

  private Session.Result run(String input, String... arguments) {
    return new Session(home).runWithInput(input, arguments);
  }

  @Test
  void theSameSeedGivesTheSameTextAndAnotherOneDoesNot() {
    Session.Result first = run("", "run", MODEL, "Hello", "there", "--raw", "--max-tokens", "12");
    Session.Result again =
        run("Hello there", "run", MODEL, "--raw", "--max-tokens", "12", "--seed", "0");
    Session.Result other =
        run("", "run", MODEL, "Hello there", "--raw", "--max-tokens", "12", "--seed", "1");

    assertThat(first.exit()).isEqualTo(Exit.OK);
    assertThat(first.out()).isNotBlank().endsWith("\n").isEqualTo(again.out());
    assertThat(other.out()).isNotEqualTo(first.out());
    assertThat(first.err()).contains("note: cut off after 12 tokens");
  }

  @Test
  void inputFollowsThePrompt() {
    String[] greedy = {"--raw", "--max-tokens", "8", "--temperature", "0", "--kernel", "reference"};
    Session.Result joined = run("", concat(new String[] {"run", MODEL, "Sum up:\n\ntext"}, greedy));
    Session.Result piped = run("text", concat(new String[] {"run", MODEL, "Sum", "up:"}, greedy));

    assertThat(piped.out()).isEqualTo(joined.out());
    assertThat(piped.exit()).isEqualTo(Exit.OK);
  }

  @Test
  void severalWordsAloneAreAPromptForTheUsualModel() {
    Session.Result asked = run("", "run", "What is 48 + 36?", "--max-tokens", "60");

    assertThat(asked.exit()).isEqualTo(Exit.OK);
    assertThat(asked.out()).contains("84");
    assertRefused(run("", "run", "nosuchmodel"), Exit.USAGE, "there is no prompt");
  }

  @Test
  void verboseTellsTokensTimesAndSeed() {
    Session.Result session = run("", "run", MODEL, "Hello", "--max-tokens", "2", "--verbose");
    assertThat(session.err()).contains("prompt 19 tokens (0 reused)", "seed 0", "tokens/s");
  }

  @Test
  void badRequestsAreALineOrTwoAndAnExitCode() {
    assertRefused(run("", "run", MODEL), Exit.USAGE, "there is no prompt");
    assertRefused(
        run("", "run", MODEL, "x", "--raw", "--system", "y"), Exit.USAGE, "exclude each other");
    assertRefused(run("", "run", MODEL, "x", "--top-p", "3"), Exit.FAILURE, "top_p", "found 3");
    assertRefused(run("", "run", MODEL, "x", "--context", "4096"), Exit.FAILURE, "4096", "512");
    assertRefused(
        run("", "run", MODEL, "word ".repeat(600), "--context", "100"),
        Exit.FAILURE,
        "tokens and the context holds 100");
    assertRefused(
        run("", "run", MODEL, "x", "--seed", "soon"), Exit.FAILURE, "64-bit integer", "soon");
    assertRefused(run("", "run", MODEL, "x", "--logit-bias", "9999=1"), Exit.FAILURE, "token 9999");
  }

  private static void assertRefused(Session.Result session, Exit exit, String... said) {
    assertThat(session.exit()).isEqualTo(exit);
    assertThat(session.out()).isEmpty();
    assertThat(session.err()).contains(said).doesNotContain("a bug");
    assertThat(session.err().lines().count()).isBetween(1L, 2L);
  }

  private static String[] concat(String[] a, String[] b) {
    String[] all = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }
}
