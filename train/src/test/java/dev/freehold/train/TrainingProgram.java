package dev.freehold.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.model.Model;
import dev.freehold.tensor.TensorStore;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.replay.RunFolder;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.databind.JsonNode;

/// Trains in a process of its own, which a test can kill: `FOLDER`, whose recipe.yaml it goes on
/// with, by plain loops or, where a second argument says `vector`, by vector kernels and two
/// threads. Prints `ready`, `saved STEP` after each checkpoint, `done` with weights and root, and
/// `held BYTES`, the memory in use then.
public final class TrainingProgram {
  private TrainingProgram() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String recipe = Files.readString(folder.resolve(RunFolder.RECIPE));
    KernelOptions options =
        arguments.length > 1
            ? new KernelOptions(Tier.VECTOR, 0, 2, ActivationFormat.F32)
            : new KernelOptions(Tier.REFERENCE, 0, 1, ActivationFormat.F32);
    try (Kernels kernels = Kernels.open(options)) {
      TrainingRun run =
          new TrainingRun(RecipeReader.parse(recipe, "recipe"), folder, kernels, false);
      System.out.println("ready");
      while (!run.isDone()) {
        TrainingRun.Result result = run.next();
        if (result.saved()) {
          System.out.println("saved " + result.step());
        }
      }
      long held = bytesInUse();
      System.out.println("done " + run.digest() + " " + run.root());
      System.out.println("held " + held);
    } catch (TrainException e) {
      System.out.println("failed " + e.getMessage());
      System.exit(1);
    }
  }

  /// Bytes in use on the heap, garbage apart.
  private static long bytesInUse() {
    Runtime runtime = Runtime.getRuntime();
    runtime.gc();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /// The command that runs it.
  static List<String> command(Path folder) {
    String path =
        Stream.of(
                TensorStore.class,
                Kernels.class,
                Tokenizer.class,
                Model.class,
                TrainException.class,
                TrainingProgram.class,
                Load.class,
                JsonNode.class,
                TokenStreamFactory.class,
                JsonInclude.class)
            .map(TrainingProgram::classes)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:-UsePerfData",
        "-XX:+UseSerialGC",
        "--add-modules",
        "jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        path,
        TrainingProgram.class.getName(),
        folder.toString());
  }

  /// The folder or jar that a class is in; the tests' own folder is part of the module under test.
  private static String classes(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String place = String.valueOf(type.getResource("/" + name));
    String root = place.substring(0, place.length() - name.length());
    if (root.startsWith("jar:")) {
      root = root.substring("jar:".length(), root.length() - "!/".length());
    }
    return Path.of(URI.create(root)).toString();
  }

  /// Runs it to its end and gives what it printed.
  static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = new ArrayList<>(process.inputReader().lines().toList());
    lines.add("exit " + process.waitFor());
    return lines;
  }
}
