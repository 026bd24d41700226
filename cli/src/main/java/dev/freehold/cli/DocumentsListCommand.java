package dev.freehold.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold documents list`: the indexes, and what is in one of them.
@Command(
    name = "list",
    description = {
      "Lists the indexes with their folders, or one of them; with --files every file that was"
          + " looked at, and why one was left out."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  freehold documents list", "  freehold documents list handbook --files"})
final class DocumentsListCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "An index; all by default.")
  private Optional<String> name = Optional.empty();

  @Option(names = "--files", description = "Tell the files too.")
  private boolean files;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  DocumentsListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  @Override
  public Integer call() {
    new DocumentsListing(surroundings, indexes, files).print(name, json);
    return Exit.OK.code();
  }
}
