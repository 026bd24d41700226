package dev.freehold.cli;

import dev.freehold.kernel.Kernels;
import dev.freehold.tensor.Sha256;
import dev.freehold.train.Counterfactual;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.TrainingRun;
import dev.freehold.train.data.Documents;
import dev.freehold.train.replay.RunFolder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// A run that is trained again without one document, and how the two models differ.
///
/// @param document its SHA-256, or its number among the documents of the recipe
record LeftOutDocument(
    Surroundings surroundings, RunFolder original, String document, List<String> prompts) {
  /// Finds the document and the checkpoint to begin from.
  TrainingRun begin(PreparedRun prepared, Path out, Kernels kernels) {
    String id = id(prepared.documents());
    Counterfactual counterfactual = Counterfactual.begin(prepared, original, id, out, kernels);
    PrintStream text = surroundings.out();
    text.printf("document    %s%n", id);
    text.printf("first read  by step %d%n", counterfactual.firstUse());
    text.printf(
        "begins      after step %d, %s%n",
        counterfactual.from(),
        counterfactual.from() == 0
            ? "with the first values"
            : "from " + original.checkpoints().path(counterfactual.from()));
    return counterfactual.run();
  }

  private String id(Documents documents) {
    if (Sha256.isDigest(document)) {
      return document;
    }
    if (document.matches("[0-9]{1,18}")) {
      return documents.id(Long.parseLong(document));
    }
    throw new CliException(
        Exit.USAGE,
        "--without: expected the SHA-256 of a document's text, or its number; found " + document,
        "Documents of corpora are listed in their documents.jsonl.");
  }

  /// Prints how both models find the document, and what they answer to the prompts.
  ///
  /// @param other folder of the model that was trained without the document
  void compare(PreparedRun prepared, Path other) {
    Path one = original.checkpoints().path(original.checkpointSteps().getLast());
    PrintStream out = surroundings.out();
    try (ModelComparison models = new ModelComparison(surroundings, one, other)) {
      Documents documents = prepared.documents();
      double[] read = models.read(documents.tokens(documents.numbers(id(documents)).getFirst()));
      out.printf(
          Locale.ROOT,
          "the document itself: mean log-probability of a token %.4f with it, %.4f without%n",
          read[0],
          read[1]);
      for (String prompt : prompts) {
        ModelComparison.Answers answers = models.ask(prompt);
        out.printf("%nprompt   %s%n", Failure.printable(prompt));
        print("with", answers.one(), answers.oneByOne(), answers.oneByOther());
        print("without", answers.other(), answers.otherByOne(), answers.otherByOther());
      }
    }
  }

  private void print(String which, String answer, double byOne, double byOther) {
    surroundings.out().printf("%-8s %s%n", which, Failure.printable(answer.strip()));
    surroundings
        .out()
        .printf(
            Locale.ROOT,
            "         mean log-probability of its tokens %.4f with the document, %.4f without%n",
            byOne,
            byOther);
  }
}
