package dev.freehold.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.kernel.Kernels;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.replay.RunFolder;
import dev.freehold.train.transcript.StateTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Where no room is left during a checkpoint, the run ends with an error that says so, earlier
/// checkpoints stay as they are, and the run can go on later.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a shell")
class FullDiskTest {
  @TempDir private Path folder = Path.of("");

  /// A file system of its own, which is full after some checkpoints.
  @Test
  void aFullDisk() throws IOException, InterruptedException {
    Path small = Files.createDirectory(folder.resolve("small"));
    String mount = "mount -t tmpfs -o size=%s tmpfs " + small;
    List<String> may = List.of("unshare", "-rm", "sh", "-c", mount.formatted("1m"));
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/unshare"))
            && TrainingProgram.run(may).contains("exit 0"),
        "this system lets nobody mount a small disk: unshare -rm, mount -t tmpfs");
    Path run = Files.createDirectory(folder.resolve("run"));
    Files.writeString(run.resolve(RunFolder.RECIPE), TinyRun.RECIPE);
    Path alone = folder.resolve("alone");
    TinyRun.train(TinyRun.RECIPE, alone, 4);
    long checkpoint = size(alone.resolve("checkpoints"));
    long room = size(alone) + checkpoint + checkpoint / 2;
    String script =
        mount.formatted(room)
            + " && cp -r %2$s/. %1$s && { \"$@\"; code=$?; cp -r %1$s/. %2$s; exit $code; }"
                .formatted(small, run);
    List<String> command = new ArrayList<>(List.of("unshare", "-rm", "sh", "-c", script, "sh"));
    command.addAll(TrainingProgram.command(small));
    List<String> said = TrainingProgram.run(command);
    assertThat(said).contains("ready", "saved 4", "exit 1").doesNotContain("saved 12");
    assertThat(String.join("\n", said))
        .contains("failed ", "cannot be written: ", "No space left on device", "--resume");
    requireIntact(run, said);
  }

  /// A limit on the size of files, which the transcript keeps and the weights exceed.
  @Test
  void aLimitOnTheSizeOfFiles() throws IOException, InterruptedException {
    Path run = folder.resolve("run");
    TinyRun.train(TinyRun.RECIPE, run, 5);
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 16; exec \"$@\"", "sh"));
    command.addAll(TrainingProgram.command(run));
    List<String> said = TrainingProgram.run(command);
    assertThat(said).contains("ready", "exit 1").doesNotContain("saved 8");
    assertThat(String.join("\n", said))
        .contains("failed step 8: the checkpoint ", "step-00000008 cannot be written: ")
        .contains("--resume");
    assertThat(run.resolve("checkpoints/step-00000008.part")).doesNotExist();
    requireIntact(run, List.of("saved 4"));
  }

  private static long size(Path folder) throws IOException {
    long bytes = 0;
    try (var walk = Files.walk(folder)) {
      for (Path path : walk.toList()) {
        bytes += Files.isDirectory(path) ? 0 : (Files.size(path) + 4095) / 4096 * 4096;
      }
    }
    return bytes;
  }

  /// The checkpoints that were saved are as they would be, and the run goes on to its end.
  private void requireIntact(Path run, List<String> said) throws IOException {
    Path reference = folder.resolve("reference");
    String expected = TinyRun.train(TinyRun.RECIPE, reference, 12);
    RunFolder whole = RunFolder.open(reference);
    RunFolder found =
        new RunFolder(
            run,
            whole.transcript(),
            new Checkpoints(run.resolve("checkpoints"), whole.transcript().recipe()));
    assertThat(found.checkpointSteps())
        .containsExactlyElementsOf(
            said.stream()
                .filter(line -> line.startsWith("saved "))
                .map(line -> Long.parseLong(line.substring("saved ".length())))
                .toList());
    try (Kernels kernels = TinyRun.kernels()) {
      PreparedRun prepared =
          new PreparedRun(TinyRun.recipe(), folder.resolve("tokenizer"), kernels, false);
      for (long step : found.checkpointSteps()) {
        StateTree tree = found.checkpoints().load(step, prepared.parameters(), kernels.pool());
        assertThat(tree.root()).isEqualTo(whole.stateAfter(step));
      }
    }
    assertThat(TinyRun.train(TinyRun.RECIPE, run, 12)).isEqualTo(expected);
  }
}
