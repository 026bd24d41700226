package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `freehold documents`: folders of documents, searched and asked.
@Command(
    name = "documents",
    subcommands = {
      DocumentsAddCommand.class,
      DocumentsUpdateCommand.class,
      DocumentsListCommand.class,
      DocumentsSearchCommand.class,
      DocumentsAskCommand.class,
      DocumentsRemoveCommand.class
    },
    synopsisSubcommandLabel = "(add | update | list | search | ask | remove)",
    description = {
      "Keeps indexes over folders of text, Markdown, HTML and PDF on this machine, finds passages"
          + " in them by words and, with an embedding model, by meaning, and has a model answer"
          + " from them with quoted sources, or say that they do not tell.",
      "docs/documents.md says what is read, how it is found and what is checked."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold documents add handbook ~/handbook ~/policies",
      "  freehold documents search handbook \"notice period\"",
      "  freehold documents ask handbook \"How long is the notice period?\" --model MODEL",
      "  freehold documents update handbook"
    })
final class DocumentsCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE,
        "what to do is missing: add, update, list, search, ask or remove",
        "Try \"freehold documents --help\".");
  }
}
