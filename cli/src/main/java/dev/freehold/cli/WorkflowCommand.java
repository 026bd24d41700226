package dev.freehold.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `freehold workflow`: steps that people write down, done exactly once.
@Command(
    name = "workflow",
    subcommands = {
      WorkflowRunCommand.class,
      WorkflowCheckCommand.class,
      WorkflowListCommand.class,
      WorkflowShowCommand.class,
      WorkflowResumeCommand.class,
      WorkflowApproveCommand.class,
      WorkflowEditCommand.class,
      WorkflowSkipCommand.class,
      WorkflowSettleCommand.class,
      WorkflowServeCommand.class
    },
    synopsisSubcommandLabel =
        "(run | check | list | show | resume | approve | edit | skip | settle | serve)",
    description = {
      "Does the steps of a YAML file: models, choices with probabilities, agents, people who"
          + " approve, actions elsewhere. Each step is written down before and after; after a crash"
          + " or a restart a run goes on where it was, and nothing happens twice.",
      "docs/workflows.md says what a file holds, with an example."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold workflow check tickets.yaml",
      "  freehold workflow run tickets.yaml --input ticket.json",
      "  freehold workflow list",
      "  freehold workflow approve k7mq2xpa",
      "  freehold workflow serve"
    })
final class WorkflowCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE,
        "what to do is missing: run, check, list, show, resume, approve, edit, skip, settle or"
            + " serve",
        "Try \"freehold workflow --help\".");
  }
}
