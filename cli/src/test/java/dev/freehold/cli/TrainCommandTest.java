package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `freehold train` and `freehold verify RUN`, on the recipe that the README names.
class TrainCommandTest {
  private static final Path ROOT = Path.of(System.getProperty("freehold.root"));
  private static final String RECIPE = ROOT.resolve("recipes/smoke.yaml").toString();

  @TempDir private Path home;

  @Test
  void theSmokeRecipeGivesTheWeightsThatTheDocumentsName() throws IOException {
    String out = home.resolve("run").toString();
    Session.Result trained = new Session(home).run("train", RECIPE, "--out", out);
    assertThat(trained.exit()).as(trained.err()).isEqualTo(Exit.OK);
    String hash = trained.out().substring(0, 64);
    assertThat(Files.readString(ROOT.resolve("docs/recipes.md"))).contains(hash);
    assertThat(trained.err()).contains("step 60 of 60: loss ", "held out", "of the FMA peak");

    Session.Result again = new Session(home).run("train", RECIPE, "--out", out);
    assertThat(again.exit()).isEqualTo(Exit.USAGE);
    assertThat(again.err()).contains("holds a run already", "--resume");

    Session.Result verified = new Session(home).run("verify", out, "--from", "41", "--to", "45");
    assertThat(verified.exit()).as(verified.err()).isEqualTo(Exit.OK);
    assertThat(verified.out()).contains("equal: steps 41 to 45");
  }

  @Test
  void aDryRunSaysWhatItWouldTake() {
    Session.Result result = new Session(home).run("train", RECIPE, "--dry-run");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out()).contains("parameters  ", "tokens      122,880 in 60 steps", "memory ");
    assertThat(result.out()).contains("measured now", "at 60 % of that (assumed", "Wh at 65 W");
  }

  /// 2 x 3 x 124 million operations for a token, and 12 layers of attention over 512 positions.
  @Test
  void theRealTextRecipeIsPricedBeforeItsCorpusIsThere() {
    String recipe = ROOT.resolve("recipes/gpt2-small.yaml").toString();
    Session.Result result =
        new Session(home).run("train", recipe, "--dry-run", "--watts", "100", "--share", "0.5");
    assertThat(result.exit()).as(result.err()).isEqualTo(Exit.OK);
    assertThat(result.out())
        .contains("parameters  123,587,328", "tokens      2,499,805,184 in 4,768 steps")
        .contains("2.02e+18 operations", "8.08e+08 for a token", "at 50 % of that")
        .containsPattern("energy      [0-9.]+ kWh at 100 W")
        .containsPattern("memory      [0-9.]+ GB: ");
    Session.Result none = new Session(home).run("train", recipe, "--dry-run", "--share", "0");
    assertThat(none.exit()).isEqualTo(Exit.USAGE);
    assertThat(none.err()).contains("--share");
  }

  @Test
  void aMissingRecipeIsAnError() {
    Session.Result result =
        new Session(home).run("train", home.resolve("none.yaml").toString(), "--dry-run");
    assertThat(result.exit()).isEqualTo(Exit.FAILURE);
    assertThat(result.err()).contains("none.yaml: no such file");
  }
}
