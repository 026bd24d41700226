package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.index.Embedder;
import dev.freehold.documents.index.FoundPassage;
import dev.freehold.documents.index.OpenIndex;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold documents search`: passages that have a question's words, or mean them.
@Command(
    name = "search",
    description = {
      "Finds passages of an index by the words of a question and, where the index has vectors, by"
          + " meaning, the best first. Each is told with its document, page and headings, and how"
          + " well it fits: the share of the question's words, weighed by how rare they are, and"
          + " the cosine of the vectors.",
      "Exit code 3: nothing was found."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold documents search handbook \"notice period\"",
      "  freehold documents search handbook \"notice period\" --most 3 --json"
    })
final class DocumentsSearchCommand implements Callable<Integer> {
  private static final int MOST = 100;

  private final Surroundings surroundings;
  private final DocumentIndexes indexes;

  @Parameters(index = "0", paramLabel = "NAME", description = "The index.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "WORDS",
      description = "What is looked for.")
  private List<String> words = List.of();

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "How many passages; 5 by default, 100 at most.")
  private int most = 5;

  @Option(names = "--words-only", description = "Leave the vectors of the index aside.")
  private boolean wordsOnly;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DocumentsSearchCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  @Override
  public Integer call() {
    if (most < 1 || most > MOST) {
      throw new CliException(Exit.USAGE, "--most %d: expected 1 to %d".formatted(most, MOST), "");
    }
    List<FoundPassage> found;
    try (OpenIndex index = indexes.existing(name).open();
        SearchVectors vectors = SearchVectors.open(surroundings, index, wordsOnly)) {
      Optional<Embedder> embedder = vectors.embedder();
      found = index.search(String.join(" ", words), embedder, most, new Cancellation());
    }
    if (json) {
      try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
        printer.object(
            () -> printer.array("passages", found, one -> PassageText.print(printer, one)));
      }
    } else {
      found.forEach(one -> PassageText.print(surroundings.out(), one));
    }
    if (found.isEmpty()) {
      surroundings.err().println("nothing found");
    }
    return (found.isEmpty() ? Exit.NOT_GOOD_ENOUGH : Exit.OK).code();
  }
}
