package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.replay.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A run takes no more memory than was said in advance, nor far less. Its process may have that
/// much heap and a fixed share for young objects, corpus and tokenizer, and eight megabytes beside
/// the heap; what is in use at its end is compared with a process that trains almost nothing on the
/// same data.
class MeasuredMemoryTest {
  private static final long SHARE = 40L << 20;

  private static final String SMALL =
      TinyRun.RECIPE.replace("steps: 12", "steps: 2").replace("checkpoint: 4", "checkpoint: 1");

  private static final String LARGE =
      SMALL
          .replace(
              "hidden_size: 16, intermediate_size: 32", "hidden_size: 256, intermediate_size: 704")
          .replace(
              "num_attention_heads: 2, num_key_value_heads: 1, head_dim: 8",
              "num_attention_heads: 8, num_key_value_heads: 4, head_dim: 32")
          .replace("vocab_size: 300", "vocab_size: 2048")
          .replace("sequences: 2, length: 64", "sequences: 12, length: 64");

  @TempDir private Path folder = Path.of("");

  private static TrainingCost cost(String recipe) {
    return TrainingCost.of(RecipeReader.parse(recipe, "memory"), 2, false);
  }

  /// Trains in a process that may take no more than was said and the fixed share.
  ///
  /// @return the bytes in use at its end
  private long held(String recipe, String name) throws IOException, InterruptedException {
    Path run = Files.createDirectory(folder.resolve(name));
    Files.writeString(run.resolve(RunFolder.RECIPE), recipe);
    List<String> command = new ArrayList<>(TrainingProgram.command(run));
    long most = cost(recipe).bytes() + SHARE;
    command.addAll(
        1, List.of("-Xmn16m", "-Xms20m", "-Xmx" + most / 1024 + "k", "-XX:MaxDirectMemorySize=8m"));
    command.add("vector");
    List<String> lines = TrainingProgram.run(command);
    assertThat(lines).contains("exit 0");
    return lines.stream()
        .filter(line -> line.startsWith("held "))
        .mapToLong(line -> Long.parseLong(line.substring("held ".length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void noMoreThanWasSaidInAdvance() throws IOException, InterruptedException {
    long said = cost(LARGE).bytes();
    assertThat(said).as("a run that is not tiny").isGreaterThan(2 * SHARE);
    TrainingCost small = cost(SMALL);
    long base = held(SMALL, "small") - small.stateBytes() - small.activationBytes();
    long measured = held(LARGE, "large") - base;
    assertThat(measured).as("said were %d bytes", said).isBetween(said / 4 * 3, said);
  }
}
