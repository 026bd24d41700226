package dev.freehold.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold desk init`: a folder for a desk, with an example to change.
@Command(
    name = "init",
    description = {
      "Makes a folder for a desk: desk.json with its settings, workflow.yaml with what is done with"
          + " a ticket, pages to answer from, and an inbox for files of tickets."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold desk init shop --model MODEL",
      "  freehold desk init shop --model http://127.0.0.1:9931/v1#tickets"
    })
final class DeskInitCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The folder to make.")
  private Path folder = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Who sorts and drafts: a name that list shows, a path, or a server's address and a model"
              + " or route of it; by default the model that run uses.")
  private String model = "";

  DeskInitCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    DeskFolder.make(folder, model);
    surroundings
        .out()
        .printf(
            "made %s: change pages and workflow.yaml, then \"freehold desk serve %s\"%n",
            folder, folder);
    return Exit.OK.code();
  }
}
