package dev.freehold.cli;

import dev.freehold.cli.speed.Instruments;
import dev.freehold.cli.speed.LimitProbe;
import dev.freehold.cli.speed.LlamaBench;
import dev.freehold.cli.speed.OwnSpeed;
import dev.freehold.cli.speed.Rounds;
import dev.freehold.cli.speed.SpeedTest;
import dev.freehold.cli.speed.TestSpeeds;
import dev.freehold.engine.MachineMemory;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold bench`: how fast a model runs here, and how fast a peer runs it.
@Command(
    name = "bench",
    description = {
      "Measures prefill (ppN), decode (tgN, at depth: tgN @ dD) and decode of several sequences at"
          + " once (tgN x S) in tokens per second, with random tokens, after one run that does not"
          + " count.",
      "Also: the time to open the model; the first token after a prompt of 32, cold; peak memory;"
          + " and how much of the machine's limits that takes: of the read bandwidth for decode,"
          + " which reads the weights and the state for each token; of the rate of products of"
          + " bytes, or of float32, for prefill.",
      "The limits are measured while the tests run: the read bandwidth between stretches of tokens,"
          + " the rates before and after a prompt; that time does not count.",
      "With --peer the same tests of another program, in turn, and the ratios of the speeds. For"
          + " it, another process, the limits are those before it starts and after it ends. It"
          + " loads the model in between, so that its share of a limit is less exact than ours."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold bench MODEL -p 512 -n 128 -d 2048",
      "  freehold bench MODEL --peer PATH/llama-bench --peer-option \"-rtr 1\""
    })
final class BenchCommand implements Callable<Integer> {
  private static final int FIRST_PROMPT = 32;
  private static final int MOST_TOKENS = 1 << 20;

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

  @Option(
      names = "--sequences",
      paramLabel = "N",
      description =
          "Also decode this many sequences at once, and tell the tokens per second of all; 0, the"
              + " default, for no such test.")
  private int sequences;

  @Option(names = "-r", paramLabel = "N", description = "Repetitions in a round; 3 by default.")
  private int repetitions = 3;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  @Mixin private PeerOptions peer = new PeerOptions();

  BenchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    check();
    peer.check();
    FoundModel found = Models.find(surroundings, model);
    long start = System.nanoTime();
    try (Model opened = Models.open(surroundings, found, arithmetic);
        OwnSpeed own = new OwnSpeed(opened);
        Instruments instruments = new Instruments(opened.kernels().pool())) {
      double load = (System.nanoTime() - start) / 1e9;
      Optional<LlamaBench> other = peer.open(found, opened, arithmetic, repetitions);
      double first = own.prefillSeconds(FIRST_PROMPT);
      List<SpeedTest> tests = tests();
      Rounds rounds = new Rounds(own, other, peer.rounds(), repetitions, surroundings.err());
      rounds.warmUp(tests);
      OptionalLong peak = MachineMemory.peakBytes();
      LimitProbe limits = new LimitProbe(instruments);
      List<TestSpeeds> speeds = rounds.run(tests, limits);
      BenchReport report =
          new BenchReport(
              found,
              opened,
              arithmetic.threads(),
              new BenchReport.Once(load, first, peak, instruments.plainLoads()),
              speeds,
              limits,
              other);
      if (json) {
        BenchJson.print(report, surroundings);
      } else {
        new BenchTable(report, surroundings.out()).print();
      }
    }
    return Exit.OK.code();
  }

  private void check() {
    for (int count : new int[] {prompt, decoded, depth, repetitions - 1}) {
      if (count < 0 || count > MOST_TOKENS) {
        throw new CliException(
            Exit.USAGE,
            "-p, -n and -d: expected 0 to %d tokens, and -r at least 1 repetition"
                .formatted(MOST_TOKENS),
            "Try \"freehold bench --help\".");
      }
    }
    int most = arithmetic.modelOptions().maxStepTokens();
    if (sequences < 0 || sequences > most) {
      throw new CliException(
          Exit.USAGE,
          "--sequences: expected 0 to %d, the tokens of a step, found %d"
              .formatted(most, sequences),
          "Try \"freehold bench --help\".");
    }
  }

  private List<SpeedTest> tests() {
    List<SpeedTest> tests = new ArrayList<>();
    if (prompt > 0) {
      tests.add(new SpeedTest.Prefill(prompt));
    }
    if (decoded > 0) {
      tests.add(new SpeedTest.Decode(decoded, 0));
    }
    if (decoded > 0 && depth > 0) {
      tests.add(new SpeedTest.Decode(decoded, depth));
    }
    if (decoded > 0 && sequences > 0) {
      tests.add(new SpeedTest.DecodeTogether(sequences, decoded));
    }
    return tests;
  }
}
