package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `freehold exit`: what leaving vendors would take, and how it would feel.
@Command(
    name = "exit",
    subcommands = {ExitPlanCommand.class, ExitRehearseCommand.class},
    synopsisSubcommandLabel = "(plan | rehearse)",
    description = {
      "plan tells what depends on which vendor and what would take its place; rehearse cuts vendors"
          + " off for a while, for real requests or recorded ones, and tells what users noticed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold exit plan --gateway gateway.yaml",
      "  freehold exit rehearse --gateway gateway.yaml --cut openai --for 10m",
      "  freehold exit rehearse --gateway gateway.yaml --cut all --dry-run day.jsonl"
    })
final class ExitCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE, "expected plan or rehearse", "\"freehold exit --help\" has examples.");
  }
}
