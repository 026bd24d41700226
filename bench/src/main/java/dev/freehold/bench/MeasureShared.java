package dev.freehold.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Measures what is left of decoding when another process keeps one processor busy, of ours and of
/// a peer's.
///
/// `MeasureShared MODEL LLAMA_BENCH ROUNDS [OPTION...]`, with options of `freehold bench`, as
/// `--peer-option "-rtr 1"`. A round is `freehold bench` with the peer, undisturbed and then beside
/// an endless loop which `taskset` holds on the last processor. Of N processors half a one is taken
/// away: a program that shares its work freely can keep (2 N - 1) / (2 N) of its speed, one that
/// cuts each step in equal parts a half.
public final class MeasureShared {
  private static final String DECODED = "64";

  /// Tokens per second of one run.
  private record Speeds(double own, double peer) {}

  private final List<String> command;

  private MeasureShared(List<String> command) {
    this.command = command;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 3) {
      System.err.println("usage: MeasureShared MODEL LLAMA_BENCH ROUNDS [OPTION...]");
      System.exit(2);
    }
    List<String> options = Arrays.asList(args).subList(3, args.length);
    MeasureShared measure = new MeasureShared(command(args[0], args[1], options));
    int rounds = Integer.parseInt(args[2]);
    double[] own = new double[rounds];
    double[] peer = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      Speeds alone = measure.speeds();
      Speeds shared = measure.speedsBesideALoop();
      own[round] = shared.own() / alone.own();
      peer[round] = shared.peer() / alone.peer();
      print("freehold", alone.own(), shared.own());
      print("peer", alone.peer(), shared.peer());
    }
    Arrays.sort(own);
    Arrays.sort(peer);
    System.out.printf(
        Locale.ROOT,
        "left beside a busy process: freehold %.2f, peer %.2f%n",
        own[rounds / 2],
        peer[rounds / 2]);
  }

  private static void print(String name, double alone, double shared) {
    System.out.printf(Locale.ROOT, "%-8s alone %6.2f shared %6.2f tokens/s%n", name, alone, shared);
  }

  private static List<String> command(String model, String peer, List<String> options) {
    String classes =
        Stream.of("jdk.module.path", "java.class.path")
            .map(property -> System.getProperty(property, ""))
            .filter(path -> !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Xlog:disable"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classes));
    command.addAll(List.of("dev.freehold.cli.Main", "bench", model, "--peer", peer, "--json"));
    command.addAll(List.of("-p", "0", "-n", DECODED, "-r", "1", "--rounds", "1"));
    command.addAll(options);
    return command;
  }

  private Speeds speeds() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("freehold bench ended with " + process.exitValue());
    }
    JsonNode test = JsonMapper.shared().readTree(output).path("tests").path(0);
    return new Speeds(
        test.path("tokens_per_second").doubleValue(),
        test.path("peer_tokens_per_second").doubleValue());
  }

  private Speeds speedsBesideALoop() throws IOException, InterruptedException {
    String last = Integer.toString(Runtime.getRuntime().availableProcessors() - 1);
    Process loop =
        new ProcessBuilder("taskset", "-c", last, "sh", "-c", "while :; do :; done").start();
    Thread endsWithUs = new Thread(loop::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(endsWithUs);
    try {
      if (loop.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("the loop ended with " + loop.exitValue());
      }
      return speeds();
    } finally {
      loop.destroyForcibly();
      Runtime.getRuntime().removeShutdownHook(endsWithUs);
    }
  }
}
