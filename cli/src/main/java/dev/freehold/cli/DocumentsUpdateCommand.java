package dev.freehold.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold documents update`: an index brought up to what its folders hold.
@Command(
    name = "update",
    description = {
      "Reads what is new or has changed in the folders of an index, and takes out what is gone."
          + " Files whose size and time are the same are not read again.",
      "An index gets vectors by --embeddings; to change the model, give --anew too."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold documents update handbook",
      "  freehold documents update handbook --anew --embeddings MODEL"
    })
final class DocumentsUpdateCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;

  @Parameters(paramLabel = "NAME", description = "The index.")
  private String name = "";

  @Option(
      names = "--anew",
      description =
          "Read all documents again, and make vectors by the model that --embeddings names, or that"
              + " made them before.")
  private boolean anew;

  @Mixin private EmbeddingOption embeddings = new EmbeddingOption();

  DocumentsUpdateCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  @Override
  public Integer call() {
    new DocumentsUpdate(surroundings).run(indexes.existing(name), List.of(), embeddings, anew);
    return Exit.OK.code();
  }
}
