package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import dev.freehold.text.Tokenizer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold logits`: what a model computes for token ids, before any choice.
@Command(
    name = "logits",
    description = {
      "Prints the logits that follow token ids: with --json all of them, with the digits that"
          + " restore each float; else the ten best.",
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold logits MODEL --ids 1,2,3 --all --json")
final class LogitsCommand implements Callable<Integer> {
  private static final int SHOWN = 10;
  private static final int MAX_FLOATS = 1 << 24;

  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", description = "A model: a path, or a name that list shows.")
  private String model = "";

  @Option(
      names = "--ids",
      required = true,
      paramLabel = "IDS",
      description = "Token ids such as 1,2,3; - reads them from standard input.")
  private String ids = "";

  @Option(names = "--all", description = "A row for every position, not only for the last.")
  private boolean all;

  @Option(names = "--json", description = "Print {\"logits\": [...]}; with --all, a list of rows.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  LogitsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    int[] tokens = UserInput.ids(ids.equals("-") ? UserInput.text(surroundings.in()) : ids);
    if (tokens.length == 0) {
      throw new CliException("--ids: expected at least one token id, found none");
    }
    FoundModel found = Models.find(surroundings, model);
    try (Model opened = Models.open(surroundings, found, arithmetic);
        Sequence sequence = opened.newSequence(tokens.length)) {
      if (json) {
        printJson(opened, sequence, tokens);
      } else {
        Tokenizer tokenizer = ModelText.tokenizer(found);
        compute(opened, sequence, tokens, row -> printBest(tokenizer, row));
      }
    }
    return Exit.OK.code();
  }

  /// Hands out each wanted row in order; a row is the caller's own.
  private void compute(Model opened, Sequence sequence, int[] tokens, Consumer<float[]> row) {
    int vocabulary = opened.architecture().vocabSize();
    if (!all) {
      Rows last = Rows.allocate(1, vocabulary);
      opened.forward(sequence, tokens, 0, tokens.length, LogitsOf.LAST, last);
      row.accept(last.data());
      return;
    }
    int most = Math.clamp(MAX_FLOATS / vocabulary, 1, opened.options().maxStepTokens());
    Rows rows = Rows.allocate(Math.min(most, tokens.length), vocabulary);
    for (int from = 0; from < tokens.length; from += most) {
      int count = Math.min(most, tokens.length - from);
      opened.forward(sequence, tokens, from, count, LogitsOf.ALL, rows);
      for (int t = 0; t < count; t++) {
        row.accept(Arrays.copyOfRange(rows.data(), rows.at(t), rows.at(t) + vocabulary));
      }
    }
  }

  private void printJson(Model opened, Sequence sequence, int[] tokens) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.name("logits");
        if (all) {
          printer.array(() -> compute(opened, sequence, tokens, printer::array));
        } else {
          compute(opened, sequence, tokens, printer::array);
        }
      });
    }
  }

  private void printBest(Tokenizer tokenizer, float[] row) {
    IntStream.range(0, row.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer id) -> -row[id]).thenComparing(id -> id))
        .limit(SHOWN)
        .forEach(id ->
            surroundings
                .out()
                .printf(
                    "%8d  %14s  %s%n", id, row[id], Failure.printable(tokenizer.tokenText(id))));
    surroundings.out().println();
  }
}
