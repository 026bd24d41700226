package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.Sampling;
import dev.freehold.eval.Asker;
import dev.freehold.eval.Candidate;
import dev.freehold.eval.Evaluation;
import dev.freehold.eval.Meter;
import dev.freehold.eval.Settings;
import dev.freehold.eval.judge.ModelJudge;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.task.TaskSet;
import dev.freehold.eval.task.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jline.terminal.spi.SystemStream;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold eval`: how good models are at tasks, in numbers with their intervals.
@Command(
    name = "eval",
    subcommands = {EvalListCommand.class, EvalShowCommand.class, EvalCompareCommand.class},
    synopsisSubcommandLabel = "(list | show | compare)",
    description = {
      "Asks models the tasks of a set and tells how many replies were right, with the Wilson"
          + " interval of the share at 95 percent, times and tokens; of several models also the"
          + " difference from the first, pair by pair. docs/eval.md says what a task is.",
      "Tokens are chosen greedily unless you say otherwise, so models of this machine have the"
          + " same scores on every machine. Every run is kept; list, show and compare read it.",
      "With --at-least or --not-worse-than the exit code is the verdict: 0 passed, 3 failed,"
          + " 4 not decided by so few tasks."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold eval demo",
      "  freehold eval MODEL --task addition,subtraction --items 100 --wrong 5",
      "  freehold eval small large --tasks tickets.jsonl --not-worse-than large --margin 0.05",
      "  freehold eval MODEL --tasks samples --at-least 0.9 --to report.html",
      "  freehold eval list"
    })
final class EvalCommand implements Callable<Integer> {
  private static final double MILLIS = 1000;
  private static final int MOST_NOTES = 5;

  private final Surroundings surroundings;

  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      description =
          "Models: paths, names that list shows, routes of --gateway, or servers in OpenAI's form"
              + " that need no key, as http://127.0.0.1:8080/v1#small.")
  private List<String> models = List.of();

  @Option(
      names = "--tasks",
      paramLabel = "SET",
      description =
          "seedling, the default: the held-out items of the demo model's corpus"
              + " (docs/seedling-data-card.md); samples: a few dozen tasks for any model; or a file"
              + " of JSON lines.")
  private Optional<String> tasks = Optional.empty();

  @Option(
      names = "--traffic",
      paramLabel = "FILE",
      description =
          "Requests of an earlier day and their answers as tasks, in place of --tasks; a model of"
              + " the name recorded stands for those answers.")
  private Optional<Path> traffic = Optional.empty();

  @Option(
      names = "--price",
      paramLabel = "MODEL=IN,OUT,CUR",
      description =
          "What a million tokens of prompts and of answers cost, as small=0.10,0.40,EUR; may be"
              + " given again. Without it models of this machine cost their energy, where"
              + " prices.yaml has a price for it, and others an unknown amount.")
  private Map<String, String> prices = Map.of();

  @Option(
      names = "--task",
      paramLabel = "GROUP",
      split = ",",
      description = "Only these groups of tasks, as addition or story-one-hop of seedling.")
  private List<String> groups = List.of();

  @Option(
      names = "--items",
      paramLabel = "N",
      description = "Only the first N tasks of each group.")
  private Optional<Integer> items = Optional.empty();

  @Option(
      names = "--gateway",
      paramLabel = "FILE",
      description = "A gateway's file, as serve takes it: its routes can be named as models.")
  private Optional<Path> gateway = Optional.empty();

  @Option(
      names = "--judge",
      paramLabel = "MODEL",
      description = "The model that judges rubric and pairwise tasks.")
  private Optional<String> judge = Optional.empty();

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Tasks that a model is asked at once; 4 by default. Times depend on it.")
  private int concurrency = Settings.DEFAULT.concurrency();

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description = "For each answer; 120 by default. One that takes longer is an error.")
  private double timeLimit = Settings.DEFAULT.timeLimit().toMillis() / MILLIS;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Tokens of an answer where the task does not say; 1024 by default.")
  private int maxTokens = Settings.DEFAULT.maxTokens();

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of a prompt and its answer, for models of this machine.")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description =
          "Go on with a run that was stopped: what is missing, errors, and replies without a"
              + " verdict are asked again. Give the same command as before, and this.")
  private Optional<String> resume = Optional.empty();

  @Option(
      names = "--wrong",
      paramLabel = "N",
      description = "Print up to N replies of each group that are not right.")
  private int wrong;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description = "Also write a page with plots and replies: FILE.html.")
  private Optional<Path> page = Optional.empty();

  @Mixin private EvalRequirements requirements = new EvalRequirements();
  @Mixin private EvalFolder folder = new EvalFolder();
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  EvalCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (models.isEmpty()) {
      throw new CliException(
          Exit.USAGE,
          "no model is named",
          "Try \"freehold eval demo\", or \"freehold eval list\" for earlier runs.");
    }
    requirements.check(models);
    requirePriced();
    if (traffic.isEmpty() && models.contains(Traffic.RECORDED)) {
      throw new CliException(
          Exit.USAGE,
          "recorded stands for the answers of a file, and none is named",
          "Name it: --traffic day.jsonl.");
    }
    page.ifPresent(EvalPage::requireName);
    Asked asked = asked();
    Settings settings = settings();
    OptionalInt length = context.isPresent() ? OptionalInt.of(context.get()) : OptionalInt.empty();
    Path file;
    try (EvalBackends backends =
        new EvalBackends(surroundings, arithmetic, length, gateway, judge.isEmpty())) {
      List<Candidate> candidates = new ArrayList<>();
      for (String model : models) {
        boolean isRecorded = asked.recorded().isPresent() && model.equals(Traffic.RECORDED);
        candidates.add(
            isRecorded
                ? asked.recorded().get()
                : backends.open(model, TokenPrice.of(prices, model)));
      }
      Optional<Candidate> judging = judge.map(name -> backends.open(name, Meter.NONE));
      file = run(asked.tasks(), candidates, judging, settings);
    }
    return report(RunFile.read(file));
  }

  private void requirePriced() {
    for (String priced : prices.keySet()) {
      if (!models.contains(priced)) {
        throw new CliException(
            Exit.USAGE,
            "--price %s: is none of the models %s".formatted(priced, String.join(", ", models)),
            "Name it as among the models.");
      }
    }
  }

  /// What is asked.
  ///
  /// @param recorded the answers that were given once, of traffic
  private record Asked(TaskSet tasks, Optional<Candidate> recorded) {}

  private Asked asked() {
    OptionalInt most = items.isPresent() ? OptionalInt.of(items.get()) : OptionalInt.empty();
    if (traffic.isEmpty()) {
      String set = tasks.orElse(SeedlingTasks.NAME);
      return new Asked(EvalTasks.find(set, groups, most), Optional.empty());
    }
    if (tasks.isPresent()) {
      throw new CliException(
          Exit.USAGE, "--tasks and --traffic stand together", "One of them must go.");
    }
    Traffic read = Traffic.read(traffic.get().toString(), traffic.get(), judge.isPresent());
    if (read.repeated() > 0) {
      surroundings
          .err()
          .printf("note: %,d requests stand there again and are asked once%n", read.repeated());
    }
    read.leftOut().stream()
        .limit(MOST_NOTES)
        .forEach(why -> surroundings.err().println("note: left out: " + Failure.printable(why)));
    if (read.leftOut().size() > MOST_NOTES) {
      surroundings.err().printf("note: %,d are left out together%n", read.leftOut().size());
    }
    return new Asked(EvalTasks.chosen(read.tasks(), groups, most), Optional.of(read.recorded()));
  }

  private Settings settings() {
    Sampling chosen = sampling.sampling().or(Sampling.greedy().withSeed(0));
    if (!(timeLimit > 0 && timeLimit <= 1e6)) {
      throw new CliException(
          Exit.USAGE,
          "--time-limit %s: expected more than 0 and at most 1000000".formatted(timeLimit),
          "It is in seconds.");
    }
    Duration limit = Duration.ofMillis(Math.max(1, Math.round(timeLimit * MILLIS)));
    return new Settings(chosen, maxTokens, limit, concurrency);
  }

  /// Asks, and gives the file with all results.
  private Path run(
      TaskSet set, List<Candidate> candidates, Optional<Candidate> judging, Settings settings) {
    Asker asker = new Asker(settings.timeLimit(), System::nanoTime);
    Optional<ModelJudge> judges = judging.map(candidate -> judge(candidate, asker, settings));
    Evaluation evaluation =
        new Evaluation(set, candidates, requirements.baseline(models), settings, asker, judges);
    RunHeader header = header(set, candidates, judging, settings);
    Cancellation stop = new Cancellation();
    try (RunFile file = file(header, set, evaluation)) {
      EvalProgress progress =
          new EvalProgress(
              file,
              evaluation.remaining(),
              surroundings.err(),
              TerminalStreams.isTerminal(SystemStream.Error),
              System::nanoTime);
      Object before = Signals.register("INT", stop::cancel);
      try {
        evaluation.run(progress, stop);
      } finally {
        progress.end();
        Signals.unregister("INT", before);
      }
      String id = RunFile.id(file.file());
      if (stop.isCancelled()) {
        throw new CliException(
            Exit.INTERRUPTED,
            "stopped; what was finished is kept in " + file.file(),
            "To go on, give the same command with --resume " + id);
      }
      if (judges.isPresent() && judges.get().isFree()) {
        surroundings
            .err()
            .println(
                "note: the judge takes no JSON Schema; its verdicts are free text that was read");
      }
      surroundings.err().println("kept as " + id);
      return file.file();
    }
  }

  private static ModelJudge judge(Candidate candidate, Asker asker, Settings settings) {
    return switch (candidate.source()) {
      case Candidate.Source.Asked asked ->
          new ModelJudge(asked, asker, settings.sampling().seed().orElse(0L));
      case Candidate.Source.Recorded _ ->
          throw new IllegalStateException("recorded answers cannot judge");
    };
  }

  private RunHeader header(
      TaskSet set, List<Candidate> candidates, Optional<Candidate> judging, Settings settings) {
    return new RunHeader(
        folder.freshId(surroundings, set.name()),
        surroundings.clock().instant(),
        "freehold " + Main.version(),
        set.name(),
        set.digest(),
        set.tasks().size(),
        candidates.stream()
            .map(candidate -> new RunHeader.Backend(candidate.name(), candidate.detail()))
            .toList(),
        requirements.baseline(models),
        judging.map(candidate -> new RunHeader.Backend(candidate.name(), candidate.detail())),
        settings);
  }

  /// The file of a new run, or of the one that is to go on.
  private RunFile file(RunHeader header, TaskSet set, Evaluation evaluation) {
    if (resume.isEmpty()) {
      return RunFile.begin(folder.path(surroundings), header, set.texts());
    }
    Path there = folder.find(surroundings, resume.get());
    RecordedRun before = RunFile.read(there);
    RunHeader old = before.header();
    List<String> different = new ArrayList<>();
    if (!old.digest().equals(header.digest())) {
      different.add("tasks");
    }
    if (!old.backends().equals(header.backends()) || !old.baseline().equals(header.baseline())) {
      different.add("models");
    }
    if (!old.judge().equals(header.judge())) {
      different.add("judge");
    }
    if (!old.settings().equals(header.settings())) {
      different.add("settings");
    }
    if (!different.isEmpty()) {
      throw new CliException(
          Exit.USAGE,
          "--resume %s: that run has other %s".formatted(resume.get(), different),
          "Give the command that began it, or leave --resume out to begin another run.");
    }
    evaluation.resume(before.items(), before.pairs());
    return RunFile.resume(there);
  }

  private int report(RecordedRun run) {
    RunFigures figures = RunFigures.of(run);
    if (json) {
      new EvalJson(surroundings.out()).print(figures, requirements.findings(figures));
    } else {
      EvalTable table = new EvalTable(surroundings.out());
      table.print(figures);
      if (wrong > 0) {
        table.printWrong(run, wrong);
      }
      requirements.print(surroundings.out(), figures);
    }
    page.ifPresent(target -> {
      EvalPage.write(target, List.of(run));
      surroundings.err().println("page: " + target);
    });
    return requirements.exit(figures).code();
  }
}
