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

/// Runs Freehold and another engine in turn on the same file and prints the ratios of their speeds.
///
/// `ComparePeer PEER MODEL ROUNDS [PREPARED [OPTION...]]`. The peer is the folder of llama3.java,
/// which is compiled from its source with a harness of ours, or the `llama-bench` of a llama.cpp
/// (and options for it, as `-rtr 1` of ik_llama.cpp). A round runs the peer, Freehold in place and,
/// where a prepared file is named, Freehold prepared; a machine's speed changes from minute to
/// minute, so ratios are taken within a round and their medians printed.
public final class ComparePeer {
  /// Of ours, and of the harness.
  private static final Pattern FIGURES =
      Pattern.compile("\"pp_ts\": ([0-9.]+), \"tg_ts\": ([0-9.]+)");

  /// The two of `llama-bench -o json`: first the prompt's.
  private static final Pattern RATE = Pattern.compile("\"avg_ts\": ([0-9.]+)");

  private static final String REPETITIONS = "3";

  private record Speed(double prefill, double decode) {}

  private ComparePeer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 3) {
      System.err.println("usage: ComparePeer PEER MODEL ROUNDS [PREPARED [OPTION...]]");
      System.exit(2);
    }
    Path named = Path.of(args[0]);
    boolean isFolder = Files.isDirectory(named);
    String name = isFolder ? "llama3.java" : named.getFileName().toString();
    List<String> options = Arrays.asList(args).subList(Math.min(4, args.length), args.length);
    List<String> peer = isFolder ? llama3(named, args[1]) : llamaBench(named, args[1], options);
    List<List<String>> ours = new ArrayList<>();
    ours.add(java(freehold(args[1], List.of())));
    if (args.length > 3) {
      ours.add(java(freehold(args[1], List.of(args[3]))));
    }
    int rounds = Integer.parseInt(args[2]);
    double[][] ratios = new double[2 * ours.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      Speed theirs = run(name, peer);
      for (int i = 0; i < ours.size(); i++) {
        Speed speed = run(i == 0 ? "in place" : "prepared", ours.get(i));
        ratios[2 * i][round] = speed.prefill() / theirs.prefill();
        ratios[2 * i + 1][round] = speed.decode() / theirs.decode();
      }
    }
    print("in place / " + name, ratios[0], ratios[1]);
    if (args.length > 3) {
      print("prepared / " + name, ratios[2], ratios[3]);
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

  private static List<String> llamaBench(Path program, String model, List<String> options) {
    String threads = Integer.toString(Runtime.getRuntime().availableProcessors());
    List<String> command = new ArrayList<>(List.of(program.toString(), "-m", model, "-t", threads));
    command.addAll(List.of("-p", "512", "-n", "64", "-r", REPETITIONS, "-o", "json"));
    command.addAll(options);
    return command;
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
    List<Double> rates =
        RATE.matcher(output).results().map(each -> Double.parseDouble(each.group(1))).toList();
    boolean isOurs = figures.find();
    if (status != 0 || !isOurs && rates.size() != 2) {
      throw new IllegalStateException(name + " ended with " + status + ": " + output);
    }
    Speed speed =
        isOurs
            ? new Speed(Double.parseDouble(figures.group(1)), Double.parseDouble(figures.group(2)))
            : new Speed(rates.get(0), rates.get(1));
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
    try (InputStream in = ComparePeer.class.getResourceAsStream("PeerHarness.java.txt")) {
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
