package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import dev.freehold.train.seedling.SeedlingTests;
import dev.freehold.train.seedling.Task;
import dev.freehold.train.seedling.TestItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold eval`: a model's scores on the held-out items of the demo model's corpus.
@Command(
    name = "eval",
    description = {
      "Asks a model the held-out items of eleven tasks: questions about stories that need one fact"
          + " or two, sums, tool calls and more (docs/seedling-data-card.md says what is held out"
          + " and when a reply is right). Tokens are chosen greedily, so scores are the same"
          + " on every machine.",
      "Prints for each task how many replies were right, and the Wilson interval of the"
          + " score at 95 percent."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold eval MODEL",
      "  freehold eval MODEL --task addition,subtraction --items 100 --wrong 5"
    })
final class EvalCommand implements Callable<Integer> {
  private static final double TWO_SIDED_95 = 1.959964;

  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", description = "A model: a path, or a name that list shows.")
  private String model = "";

  @Option(
      names = "--task",
      paramLabel = "TASK",
      split = ",",
      description = "Only these tasks: ${COMPLETION-CANDIDATES}.",
      completionCandidates = TaskNames.class)
  private List<String> tasks = List.of();

  @Option(
      names = "--items",
      paramLabel = "N",
      description = "Items of each task; 1000 by default, and at most.")
  private int items = SeedlingTests.ITEMS;

  @Option(
      names = "--wrong",
      paramLabel = "N",
      description = "Print up to N wrong replies of each task, with question and expected reply.")
  private int wrong;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  /// Right replies among all, and the interval that holds the score of endless items with 95 %.
  record Score(int right, int all) {
    double share() {
      return (double) right / all;
    }

    double low() {
      return Math.max(0, center() - halfWidth());
    }

    double high() {
      return Math.min(1, center() + halfWidth());
    }

    private double center() {
      double z = TWO_SIDED_95 * TWO_SIDED_95;
      return (right + z / 2) / (all + z);
    }

    private double halfWidth() {
      double z = TWO_SIDED_95 * TWO_SIDED_95;
      double variance = share() * (1 - share()) / all + z / (4.0 * all * all);
      return TWO_SIDED_95 * Math.sqrt(variance) / (1 + z / all);
    }
  }

  /// The names of tasks, for the help text.
  static final class TaskNames extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    TaskNames() {
      for (Task task : Task.values()) {
        add(name(task));
      }
    }
  }

  EvalCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (items < 1 || items > SeedlingTests.ITEMS) {
      throw new CliException(
          Exit.USAGE,
          "--items %d: expected 1 to %d".formatted(items, SeedlingTests.ITEMS),
          "Leave it out for all of them.");
    }
    List<Task> chosen =
        tasks.isEmpty() ? List.of(Task.values()) : tasks.stream().map(EvalCommand::task).toList();
    FoundModel found = Models.find(surroundings, model);
    Map<Task, Score> scores = new TreeMap<>();
    int workers = arithmetic.threads();
    List<Model> opened = new ArrayList<>();
    List<TestRunner> runners = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      for (int i = 0; i < workers; i++) {
        opened.add(Models.open(surroundings, found, arithmetic.withThreads(1)));
        runners.add(new TestRunner(Models.local(found, opened.getLast()), surroundings));
      }
      for (Task task : chosen) {
        List<TestRunner.Answer> answers =
            ask(SeedlingTests.items(task, items), runners, executor, name(task));
        int right = (int) answers.stream().filter(TestRunner.Answer::isRight).count();
        scores.put(task, new Score(right, answers.size()));
        if (!json) {
          print(task, scores.get(task), answers);
        }
      }
    } finally {
      runners.forEach(TestRunner::close);
      opened.forEach(Model::close);
    }
    if (json) {
      printJson(found.name(), scores);
    }
    return Exit.OK.code();
  }

  private static String name(Task task) {
    return task.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Task task(String name) {
    for (Task task : Task.values()) {
      if (name(task).equals(name)) {
        return task;
      }
    }
    throw new CliException(
        Exit.USAGE,
        "--task %s: expected some of %s".formatted(name, String.join(", ", new TaskNames())),
        "Try \"freehold eval --help\".");
  }

  /// Asks all items, each runner on a thread of its own; answers come in the order of the items.
  private List<TestRunner.Answer> ask(
      List<TestItem> all, List<TestRunner> runners, ExecutorService executor, String name) {
    AtomicInteger next = new AtomicInteger();
    TestRunner.Answer[] answers = new TestRunner.Answer[all.size()];
    List<Future<?>> running = new ArrayList<>();
    for (TestRunner runner : runners) {
      running.add(
          executor.submit(() -> {
            for (int i = next.getAndIncrement(); i < all.size(); i = next.getAndIncrement()) {
              answers[i] = runner.ask(all.get(i));
              if (i % 50 == 0) {
                surroundings.err().print("\r%s: %d of %d ".formatted(name, i, all.size()));
                surroundings.err().flush();
              }
            }
          }));
    }
    for (Future<?> each : running) {
      await(each);
    }
    surroundings.err().print("\r" + " ".repeat(60) + "\r");
    return List.of(answers);
  }

  private static void await(Future<?> running) {
    try {
      running.get();
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(failure.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new CliException("the evaluation was interrupted", stopped);
    }
  }

  private void print(Task task, Score score, List<TestRunner.Answer> answers) {
    surroundings
        .out()
        .printf(
            Locale.ROOT,
            "%-14s %5d of %d  %5.1f %%  (%.1f to %.1f %%)%n",
            name(task),
            score.right(),
            score.all(),
            100 * score.share(),
            100 * score.low(),
            100 * score.high());
    answers.stream()
        .filter(answer -> !answer.isRight())
        .limit(wrong)
        .forEach(answer ->
            surroundings
                .out()
                .println(
                    "%n%s%s%n-- expected: %s%n"
                        .formatted(
                            answer.item().promptText(),
                            Failure.printable(answer.reply()),
                            answer.item().expected())));
    surroundings.out().flush();
  }

  private void printJson(String name, Map<Task, Score> scores) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("model", name);
        scores.forEach((task, score) ->
            printer.object(
                name(task),
                () -> {
                  printer.field("right", score.right());
                  printer.field("items", score.all());
                  printer.field("score", score.share());
                  printer.field("low", score.low());
                  printer.field("high", score.high());
                }));
      });
    }
  }
}
