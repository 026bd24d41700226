package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import dev.freehold.text.Tokenizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold perplexity`: how well a model predicts a text.
@Command(
    name = "perplexity",
    description = {
      "Prints the perplexity of a text: exp of the mean negative log-likelihood of a token.",
      "The text is cut into windows of --context tokens, each with the model's begin mark where it"
          + " wants one; every token of a window but the first is scored, given those before it."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold perplexity MODEL book.txt --context 2048")
final class PerplexityCommand implements Callable<Integer> {
  private static final int DEFAULT_CONTEXT = 512;

  private final Surroundings surroundings;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A model: a path, or a name that list shows.")
  private String model = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "The text; - is standard input.")
  private Optional<String> file = Optional.empty();

  @Option(
      names = "--ids",
      paramLabel = "IDS",
      description = "Token ids such as 1,2,3 in place of FILE, scored as they are.")
  private Optional<String> ids = Optional.empty();

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of a window; 512 by default, or what the model holds if less.")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--windows",
      paramLabel = "N",
      description = "Score the first N windows only; all by default.")
  private int mostWindows = Integer.MAX_VALUE;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  PerplexityCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (file.isPresent() == ids.isPresent()) {
      throw new CliException(
          Exit.USAGE, "give either FILE or --ids", "Try \"freehold perplexity --help\".");
    }
    FoundModel found = Models.find(surroundings, model);
    try (Model opened = Models.open(surroundings, found, arithmetic)) {
      Likelihood likelihood = new Likelihood(opened);
      if (ids.isPresent()) {
        likelihood.add(UserInput.ids(ids.get()));
      } else {
        String text = UserInput.text(surroundings, file.orElseThrow());
        addWindows(likelihood, opened, ModelText.tokenizer(found), text);
      }
      if (likelihood.tokens() == 0) {
        throw new CliException("the text has no second token, so there is nothing to score");
      }
      print(likelihood);
    }
    return Exit.OK.code();
  }

  private void addWindows(Likelihood likelihood, Model opened, Tokenizer tokenizer, String text) {
    int[] tokens = tokenizer.encode(text, false);
    int[] mark =
        tokenizer.addsBos() && tokenizer.bosId().isPresent()
            ? new int[] {tokenizer.bosId().getAsInt()}
            : new int[0];
    int length = context.orElse(Math.min(DEFAULT_CONTEXT, opened.architecture().contextLength()));
    if (length < 2 || length > opened.architecture().contextLength()) {
      throw new CliException(
          "--context %d: expected 2 to %d, the context of this model"
              .formatted(length, opened.architecture().contextLength()));
    }
    int step = length - mark.length;
    int windows = 0;
    int total = Math.min(mostWindows, (tokens.length + step - 1) / step);
    surroundings
        .err()
        .printf(
            "%d tokens in %d windows of %d, one after the other%n", tokens.length, total, length);
    for (int from = 0; from < tokens.length && windows < mostWindows; from += step) {
      int[] window = Arrays.copyOf(mark, mark.length + Math.min(step, tokens.length - from));
      System.arraycopy(tokens, from, window, mark.length, window.length - mark.length);
      likelihood.add(window);
      windows++;
      surroundings
          .err()
          .printf(
              "\rwindow %d of %d, perplexity so far %.4f%s",
              windows, total, likelihood.perplexity(), windows == total ? "\n" : "");
      surroundings.err().flush();
    }
  }

  private void print(Likelihood likelihood) {
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(() -> {
          printer.field("tokens", likelihood.tokens());
          printer.field("nll", likelihood.mean());
          printer.field("perplexity", likelihood.perplexity());
          printer.field("perplexity_error", likelihood.perplexityError());
        });
      }
    } else {
      surroundings
          .out()
          .printf(
              Locale.ROOT,
              "perplexity %.4f +/- %.4f, %.6f nats a token over %d tokens%n",
              likelihood.perplexity(),
              likelihood.perplexityError(),
              likelihood.mean(),
              likelihood.tokens());
    }
  }
}
