package dev.freehold.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;

/// Runs Freehold and llama3.java in turn on the same file and prints the ratios of their speeds.
///
/// `CompareLlama3 FOLDER MODEL ROUNDS [PREPARED]`. llama3.java is compiled from its source, in the
/// folder, with a harness of ours. A round runs it, Freehold in place and, where a prepared file is
/// named, Freehold prepared; a machine's speed changes from minute to minute, so ratios are taken
/// within a round and their medians printed. `freehold bench --peer` compares with llama.cpp.
public final class CompareLlama3 {
  private static final Pattern FIGURES =
      Pattern.compile("\"pp_ts\": ([0-9.]+), \"tg_ts\": ([0-9.]+)");

  private static final String REPETITIONS = "3";
  private static final String NAME = "llama3.java";

  private record Speed(double prefill, double decode) {}

  private CompareLlama3() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 3 || args.length > 4) {
      System.err.println("usage: CompareLlama3 FOLDER MODEL ROUNDS [PREPARED]");
      System.exit(2);
    }
    List<String> peer = llama3(Path.of(args[0]), args[1]);
    List<List<String>> ours = new ArrayList<>();
    ours.add(java(freehold(args[1], List.of())));
    if (args.length > 3) {
      ours.add(java(freehold(args[1], List.of(args[3]))));
    }
    int rounds = Integer.parseInt(args[2]);
    double[][] ratios = new double[2 * ours.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      Speed theirs = run(NAME, peer);
      for (int i = 0; i < ours.size(); i++) {
        Speed speed = run(i == 0 ? "in place" : "prepared", ours.get(i));
        ratios[2 * i][round] = speed.prefill() / theirs.prefill();
        ratios[2 * i + 1][round] = speed.decode() / theirs.decode();
      }
    }
    print("in place / " + NAME, ratios[0], ratios[1]);
    if (args.length > 3) {
      print("prepared / " + NAME, ratios[2], ratios[3]);
    }
  }

  private static List<String> llama3(Path folder, String model) throws IOException {
    Path classes = compilePeer(folder.resolve("Llama3.java"));
    return java(
        List.of(
            "--enable-preview",
            "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0",
            "-cp",
            classes.toString(),
            "com.llama4j.PeerHarness",
            model,
            REPETITIONS));
  }

  private static void print(String name, double[] prefill, double[] decode) {
    Arrays.sort(prefill);
    Arrays.sort(decode);
    System.out.printf(
        Locale.ROOT,
        "freehold %s: prefill %.2f, decode %.2f%n",
        name,
        prefill[prefill.length / 2],
        decode[decode.length / 2]);
  }

  private static List<String> freehold(String model, List<String> prepared) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
    String path = System.getProperty("jdk.module.path", "");
    arguments.add(path.isEmpty() ? System.getProperty("java.class.path") : path);
    arguments.addAll(List.of(MeasureSpeed.class.getName(), model, REPETITIONS));
    arguments.addAll(prepared);
    return arguments;
  }

  private static List<String> java(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.addAll(arguments);
    return command;
  }

  private static Speed run(String name, List<String> command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    Matcher figures = FIGURES.matcher(output);
    if (status != 0 || !figures.find()) {
      throw new IllegalStateException(name + " ended with " + status + ": " + output);
    }
    Speed speed =
        new Speed(Double.parseDouble(figures.group(1)), Double.parseDouble(figures.group(2)));
    System.out.printf(
        Locale.ROOT,
        "%-12s prefill %7.2f decode %6.2f tokens/s%n",
        name,
        speed.prefill(),
        speed.decode());
    return speed;
  }

  /// Compiles the peer and the harness into a temporary folder.
  private static Path compilePeer(Path source) throws IOException {
    Path folder = Files.createTempDirectory("peer");
    Path harness = folder.resolve("PeerHarness.java");
    try (InputStream in = CompareLlama3.class.getResourceAsStream("PeerHarness.java.txt")) {
      if (in == null) {
        throw new UncheckedIOException(new IOException("the harness is missing"));
      }
      Files.copy(in, harness);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "--enable-preview",
                "-source",
                Integer.toString(Runtime.version().feature()),
                "-nowarn",
                "--add-modules",
                "jdk.incubator.vector",
                "-d",
                folder.toString(),
                source.toString(),
                harness.toString());
    if (status != 0) {
      throw new IllegalStateException(source + " does not compile");
    }
    return folder;
  }
}
