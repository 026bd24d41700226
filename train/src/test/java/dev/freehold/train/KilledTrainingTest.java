package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.Kernels;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.replay.RunFolder;
import dev.freehold.train.transcript.RecordedTranscript;
import dev.freehold.train.transcript.StateTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process that trains is killed at random moments and started again: no checkpoint that it had
/// finished is lost or changed, and the end is that of a run that was never stopped.
class KilledTrainingTest {
  private static final String RECIPE =
      TinyRun.RECIPE
          .replace("checkpoint: 4", "checkpoint: 2")
          .replace("sequences: 2, length: 64", "sequences: 1, length: 32");

  /// When a kill comes: some time after the program began, or after it said some lines.
  private record Moment(int lines, long millis) {
    static Moment of(Random random) {
      return random.nextInt(8) == 0
          ? new Moment(0, random.nextLong(2000))
          : new Moment(1 + random.nextInt(4), random.nextLong(150));
    }
  }

  @TempDir private Path folder = Path.of("");

  @Test
  void fiveKills() throws IOException, InterruptedException {
    kill(RECIPE.replace("steps: 12", "steps: 30"), 5, 1);
  }

  @Test
  @Tag("long")
  void aHundredKills() throws IOException, InterruptedException {
    int within = kill(RECIPE.replace("steps: 12", "steps: 100"), 100, 2);
    assertThat(within).as("kills within the writing of a checkpoint").isPositive();
  }

  /// Kills so many times and gives how many of the kills left a checkpoint half written.
  private int kill(String text, int kills, long seed) throws IOException, InterruptedException {
    Recipe recipe = RecipeReader.parse(text, "recipe");
    Path reference = folder.resolve("reference");
    String expected = "done " + TinyRun.train(text, reference, recipe.steps());
    RecordedTranscript transcript = RunFolder.open(reference).transcript();
    Random random = new Random(seed);
    int within = 0;
    int runs = 0;
    Path run = begin(text, runs);
    try (Kernels kernels = TinyRun.kernels()) {
      PreparedRun prepared = new PreparedRun(recipe, folder.resolve("tokenizer"), kernels, false);
      for (int i = 0; i < kills; i++) {
        List<String> said = killed(run, Moment.of(random));
        within += partial(run) ? 1 : 0;
        Checkpoints checkpoints = new Checkpoints(run.resolve("checkpoints"), recipe.digest());
        assertThat(checkpoints.steps()).containsAll(saved(said));
        for (long step : checkpoints.steps()) {
          StateTree found = checkpoints.load(step, prepared.parameters(), kernels.pool());
          assertThat(found.root())
              .as("seed %d, kill %d, step %d", seed, i, step)
              .isEqualTo(transcript.step(step).state().orElseThrow());
        }
        if (said.stream().anyMatch(line -> line.startsWith("done"))) {
          assertThat(said).as("seed %d, kill %d", seed, i).contains(expected);
          runs++;
          run = begin(text, runs);
        }
      }
    }
    assertThat(TrainingProgram.run(TrainingProgram.command(run))).contains(expected, "exit 0");
    assertThat(run.resolve("transcript.jsonl"))
        .hasSameBinaryContentAs(reference.resolve("transcript.jsonl"));
    return within;
  }

  private Path begin(String text, int number) throws IOException {
    Path run = folder.resolve("run-" + number);
    Files.createDirectories(run);
    Files.writeString(run.resolve(RunFolder.RECIPE), text);
    return run;
  }

  private static boolean partial(Path run) throws IOException {
    if (!Files.exists(run.resolve("checkpoints"))) {
      return false;
    }
    try (Stream<Path> entries = Files.list(run.resolve("checkpoints"))) {
      return entries.anyMatch(path -> path.toString().endsWith(".part"));
    }
  }

  private static List<Long> saved(List<String> said) {
    return said.stream()
        .filter(line -> line.startsWith("saved "))
        .map(line -> Long.parseLong(line.substring("saved ".length())))
        .toList();
  }

  /// Starts the program, kills it at a moment and gives the lines that it printed.
  private static List<String> killed(Path run, Moment moment)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(TrainingProgram.command(run)).redirectErrorStream(true).start();
    StringBuilder text = new StringBuilder();
    try (var reader = process.inputReader()) {
      for (int lines = 0; lines < moment.lines(); ) {
        String line = reader.readLine();
        if (line == null) {
          break;
        }
        text.append(line).append('\n');
        lines += line.equals("ready") || line.startsWith("saved ") ? 1 : 0;
      }
      process.waitFor(moment.millis(), TimeUnit.MILLISECONDS);
      process.toHandle().destroyForcibly(); // that of the process closes its output unread
      process.waitFor();
      reader.lines().forEach(rest -> text.append(rest).append('\n'));
    }
    assertThat(text.toString()).doesNotContain("failed", "Exception");
    return text.toString().lines().toList();
  }
}
