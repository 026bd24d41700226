package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `freehold desk`: tickets sorted and drafted by a model, decided by a person.
@Command(
    name = "desk",
    subcommands = {
      DeskInitCommand.class,
      DeskServeCommand.class,
      DeskWaitingCommand.class,
      DeskDecideCommand.class,
      DeskDemoCommand.class
    },
    synopsisSubcommandLabel = "(init | serve | waiting | decide | demo)",
    description = {
      "A support desk: tickets come in by a folder or by mail, a model sorts them, as sure as the"
          + " probabilities of its tokens are, and drafts answers with quotes from the desk's own"
          + " pages; a person sends, edits or skips each. What a person decided otherwise becomes a"
          + " case for \"freehold eval\".",
      "docs/desk.md is a tutorial."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold desk demo",
      "  freehold desk init shop --model MODEL",
      "  freehold desk serve shop",
      "  freehold desk waiting shop"
    })
final class DeskCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE,
        "what to do is missing: init, serve, waiting, decide or demo",
        "Try \"freehold desk --help\".");
  }
}
