package dev.freehold.cli;

import dev.freehold.engine.MachineMemory;
import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.KernelException;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Philox;
import dev.freehold.kernel.ReadBandwidth;
import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold bench`: how fast a model runs here.
@Command(
    name = "bench",
    description = {
      "Measures prefill (ppN) and decode (tgN, at depth: tgN @ dD) in tokens per second, with"
          + " random tokens, after one run that does not count.",
      "Also: the time to open the model; the first token after a prompt of 32, cold; peak memory;"
          + " and for decode the share of the memory read bandwidth, which is measured on the spot,"
          + " that reading the weights and the state of each token takes."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold bench MODEL -p 512 -n 128 -d 2048")
final class BenchCommand implements Callable<Integer> {
  private static final int FIRST_PROMPT = 32;
  private static final long BANDWIDTH_BLOCK = 256L << 20;
  private static final int BANDWIDTH_ROUNDS = 6;

  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", description = "A model: a path, or a name that list shows.")
  private String model = "";

  @Option(
      names = "-p",
      paramLabel = "N",
      description = "Tokens of the prompt; 512 by default, 0 for no such test.")
  private int prompt = 512;

  @Option(
      names = "-n",
      paramLabel = "N",
      description = "Tokens to decode; 128 by default, 0 for no such test.")
  private int decoded = 128;

  @Option(
      names = "-d",
      paramLabel = "N",
      description = "Also decode after this many tokens; 0, the default, for no such test.")
  private int depth;

  @Option(names = "-r", paramLabel = "N", description = "Repetitions; 3 by default.")
  private int repetitions = 3;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  /// One test: its name, the seconds of each repetition, and tokens and bytes of one.
  private record Measured(String name, int tokens, double[] seconds, OptionalDouble bytesPerToken) {
    double median() {
      int n = seconds.length;
      double middle = (seconds[(n - 1) / 2] + seconds[n / 2]) / 2;
      return tokens / middle;
    }

    double least() {
      return tokens / seconds[seconds.length - 1];
    }

    double most() {
      return tokens / seconds[0];
    }

    /// Percent of the read bandwidth that the median takes.
    OptionalDouble bandwidthShare(OptionalDouble bandwidth) {
      return bandwidth.isPresent() && bytesPerToken.isPresent()
          ? OptionalDouble.of(
              100 * bytesPerToken.getAsDouble() * median() / bandwidth.getAsDouble())
          : OptionalDouble.empty();
    }
  }

  /// What is measured once.
  private record Once(
      double loadSeconds, double firstTokenSeconds, OptionalDouble bandwidth, OptionalLong peak) {}

  BenchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    for (int count : new int[] {prompt, decoded, depth, repetitions - 1}) {
      if (count < 0 || count > 1 << 20) {
        throw new CliException(
            Exit.USAGE,
            "-p, -n and -d: expected 0 to %d tokens, and -r at least 1 repetition"
                .formatted(1 << 20),
            "Try \"freehold bench --help\".");
      }
    }
    FoundModel found = Models.find(surroundings, model);
    long start = System.nanoTime();
    try (Model opened = Models.open(surroundings, found, arithmetic)) {
      double load = secondsSince(start);
      double first = firstToken(opened);
      List<Measured> tests = measure(opened);
      OptionalLong peak = MachineMemory.peakBytes();
      Once once = new Once(load, first, bandwidth(opened), peak);
      if (json) {
        printJson(found, opened, once, tests);
      } else {
        printTable(found, opened, once, tests);
      }
    }
    return Exit.OK.code();
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static int[] tokens(Model opened, int count) {
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      long bits = Philox.bits(0, 0, i);
      tokens[i] = (int) Long.remainderUnsigned(bits, opened.architecture().vocabSize());
    }
    return tokens;
  }

  private static double firstToken(Model opened) {
    long start = System.nanoTime();
    prefill(opened, FIRST_PROMPT).close();
    return secondsSince(start);
  }

  private OptionalDouble bandwidth(Model opened) {
    try {
      VectorModule.require();
      surroundings.err().println("measuring memory read bandwidth");
      return OptionalDouble.of(
          ReadBandwidth.measure(opened.kernels().pool(), BANDWIDTH_BLOCK, BANDWIDTH_ROUNDS));
    } catch (KernelException absent) {
      surroundings.err().println("note: " + absent.getMessage());
      return OptionalDouble.empty();
    }
  }

  private List<Measured> measure(Model opened) {
    List<Measured> tests = new ArrayList<>();
    if (prompt > 0) {
      tests.add(test("pp" + prompt, prompt, OptionalDouble.empty(), () -> timePrefill(opened)));
    }
    if (decoded > 0) {
      double bytes = ReadVolume.ofToken(opened, decoded / 2);
      tests.add(
          test(
              "tg" + decoded,
              decoded,
              OptionalDouble.of(bytes),
              () -> timeDecode(opened, decoded)));
    }
    if (decoded > 0 && depth > 0) {
      double bytes = ReadVolume.ofToken(opened, depth + decoded / 2);
      String name = "tg" + decoded + " @ d" + depth;
      try (Sequence deep = prefill(opened, depth)) {
        tests.add(test(name, decoded, OptionalDouble.of(bytes), () -> timeDecodeAt(deep, decoded)));
      }
    }
    return tests;
  }

  /// Work that tells how many seconds the part of it took that counts.
  private interface Timed {
    double seconds();
  }

  private Measured test(String name, int tokens, OptionalDouble bytes, Timed work) {
    double[] seconds = new double[repetitions];
    for (int i = -1; i < repetitions; i++) {
      String round = i < 0 ? "warm-up" : (i + 1) + " of " + repetitions;
      surroundings.err().println("measuring " + name + ": " + round);
      double taken = work.seconds();
      if (i >= 0) {
        seconds[i] = taken;
      }
    }
    Arrays.sort(seconds);
    return new Measured(name, tokens, seconds, bytes);
  }

  private static Sequence prefill(Model opened, int count) {
    Sequence sequence = opened.newSequence(count);
    try {
      Rows logits = Rows.allocate(1, opened.architecture().vocabSize());
      opened.forward(sequence, tokens(opened, count), 0, count, LogitsOf.LAST, logits);
      return sequence;
    } catch (Throwable e) {
      sequence.close();
      throw e;
    }
  }

  private double timePrefill(Model opened) {
    long start = System.nanoTime();
    prefill(opened, prompt).close();
    return secondsSince(start);
  }

  private static double timeDecode(Model opened, int count) {
    try (Sequence sequence = opened.newSequence(count)) {
      return decode(sequence, count);
    }
  }

  private static double timeDecodeAt(Sequence deep, int count) {
    try (Sequence copy = deep.fork(deep.length() + count)) {
      return decode(copy, count);
    }
  }

  private static double decode(Sequence sequence, int count) {
    Model opened = sequence.model();
    int[] tokens = tokens(opened, count);
    Rows logits = Rows.allocate(1, opened.architecture().vocabSize());
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      opened.forward(sequence, tokens, i, 1, LogitsOf.LAST, logits);
    }
    return secondsSince(start);
  }

  private static String kernel(Model opened) {
    KernelOptions options = opened.kernels().options();
    int bits = options.laneBits() == 0 ? Kernels.vectorWidths().getLast() : options.laneBits();
    String vector = "vector " + bits;
    return switch (options.tier()) {
      case REFERENCE -> "reference";
      case VECTOR -> vector;
      case MACHINE ->
          Kernels.instructions(options.instructions()).map(InstructionSet::toString).orElse(vector);
    };
  }

  private void printTable(FoundModel found, Model opened, Once once, List<Measured> tests) {
    PrintStream out = surroundings.out();
    String row = "| %-32s | %9s | %8s | %-11s | %7s | %14s | %8s | %17s | %9s |%n";
    out.printf(
        row,
        "model",
        "size",
        "params",
        "kernel",
        "threads",
        "test",
        "t/s",
        "least to most",
        "bandwidth");
    out.printf(
        "| %s | %s: | %s: | %s | %s: | %s: | %s: | %s: | %s: |%n",
        "-".repeat(32),
        "-".repeat(8),
        "-".repeat(7),
        "-".repeat(11),
        "-".repeat(6),
        "-".repeat(13),
        "-".repeat(7),
        "-".repeat(16),
        "-".repeat(8));
    for (Measured test : tests) {
      out.printf(
          row,
          ReadVolume.description(opened),
          Sizes.bytes(opened.weightBytes()),
          ReadVolume.count(opened.parameters()),
          kernel(opened),
          arithmetic.threads(),
          test.name(),
          rate(test.median()),
          rate(test.least()) + " to " + rate(test.most()),
          percent(test.bandwidthShare(once.bandwidth())));
    }
    out.println();
    out.printf("model            %s%n", Failure.printable(found.name()));
    out.printf(Locale.ROOT, "load             %.3f s%n", once.loadSeconds());
    out.printf(Locale.ROOT, "first token      %.3f s after load%n", once.firstTokenSeconds());
    once.peak().ifPresent(bytes -> out.printf("peak memory      %s%n", Sizes.bytes(bytes)));
    once.bandwidth()
        .ifPresent(bytes -> out.printf(Locale.ROOT, "read bandwidth   %.1f GB/s%n", bytes / 1e9));
  }

  private static String rate(double tokensPerSecond) {
    return String.format(Locale.ROOT, "%.2f", tokensPerSecond);
  }

  private static String percent(OptionalDouble share) {
    return share.isPresent() ? String.format(Locale.ROOT, "%.0f %%", share.getAsDouble()) : "";
  }

  private void printJson(FoundModel found, Model opened, Once once, List<Measured> tests) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("model", found.name());
        printer.field("description", ReadVolume.description(opened));
        printer.field("weight_bytes", opened.weightBytes());
        printer.field("parameters", opened.parameters());
        printer.field("kernel", kernel(opened));
        printer.field("threads", arithmetic.threads());
        printer.field("load_seconds", once.loadSeconds());
        printer.field("first_token_seconds", once.firstTokenSeconds());
        once.peak().ifPresent(bytes -> printer.field("peak_memory_bytes", bytes));
        once.bandwidth()
            .ifPresent(bytes -> printer.field("read_bandwidth_bytes_per_second", bytes));
        printer.array("tests", tests, test -> printTest(printer, once, test));
      });
    }
  }

  private static void printTest(JsonPrinter printer, Once once, Measured test) {
    printer.object(() -> {
      printer.field("test", test.name());
      printer.field("tokens", test.tokens());
      printer.field("tokens_per_second", test.median());
      printer.field("least", test.least());
      printer.field("most", test.most());
      test.bandwidthShare(once.bandwidth())
          .ifPresent(share -> printer.field("bandwidth_percent", share));
    });
  }
}
