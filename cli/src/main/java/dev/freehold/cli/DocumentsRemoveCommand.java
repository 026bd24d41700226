package dev.freehold.cli;

import dev.freehold.documents.index.DocumentIndex;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `freehold documents remove`: an index, or folders of it, that are wanted no longer.
@Command(
    name = "remove",
    description = {
      "Removes an index, or folders from it. The documents themselves stay where they are."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold documents remove handbook ~/policies",
      "  freehold documents remove handbook"
    })
final class DocumentsRemoveCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;

  @Parameters(index = "0", paramLabel = "NAME", description = "The index.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FOLDER",
      description = "Folders to take out of it; the whole index by default.")
  private List<Path> folders = List.of();

  DocumentsRemoveCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  @Override
  public Integer call() {
    DocumentIndex index = indexes.existing(name);
    if (folders.isEmpty()) {
      index.remove();
      surroundings.out().println("removed " + name);
    }
    for (Path folder : folders) {
      index.removeFolder(folder);
      surroundings
          .out()
          .println("removed %s from %s".formatted(Failure.printable(folder.toString()), name));
    }
    return Exit.OK.code();
  }
}
