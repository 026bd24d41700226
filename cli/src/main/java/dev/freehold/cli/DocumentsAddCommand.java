package dev.freehold.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `freehold documents add`: folders that an index is to hold.
@Command(
    name = "add",
    description = {
      "Adds folders to an index, which is made where there is none of this name, and reads their"
          + " documents: .txt, .md, .html and .pdf files. The folders stay as they are; symbolic"
          + " links in them are not followed.",
      "Ctrl-C ends it, what was read stays, and \"freehold documents update NAME\" goes on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold documents add handbook ~/handbook ~/policies",
      "  freehold documents add handbook ~/handbook --embeddings MODEL"
    })
final class DocumentsAddCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;

  @Parameters(index = "0", paramLabel = "NAME", description = "The index.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FOLDER",
      description = "Folders of documents.")
  private List<Path> folders = List.of();

  @Mixin private EmbeddingOption embeddings = new EmbeddingOption();

  DocumentsAddCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  @Override
  public Integer call() {
    new DocumentsUpdate(surroundings).run(indexes.named(name), folders, embeddings, false);
    return Exit.OK.code();
  }
}
