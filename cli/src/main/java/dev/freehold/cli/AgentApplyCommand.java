package dev.freehold.cli;

import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.workspace.Change;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.tensor.Sha256;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `freehold agent apply`: takes an agent's changes into the folder.
@Command(
    name = "apply",
    description = {
      "Makes the folder hold what the agent's copy holds, after it has shown you the difference and"
          + " you said yes. Where a file of the folder changed since it was copied, nothing is"
          + " changed. .git and settings that programs obey are never changed."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  freehold agent apply k7mq2xpa", "  freehold agent apply k7mq2xpa --yes"})
final class AgentApplyCommand implements Callable<Integer> {
  /// The name of the step that takes changes over.
  static final String STEP = "apply";

  private final Surroundings surroundings;

  @Option(names = "--yes", description = "Show nothing and ask nothing.")
  private boolean yes;

  @Mixin private AgentRunOption run = new AgentRunOption();

  AgentApplyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = run.head(journal);
      Workspace workspace = AgentPlaces.open(surroundings, head);
      try (OpenRun open = journal.resume(head.id())) {
        try {
          return apply(open, workspace).code();
        } finally {
          open.putBack(head);
        }
      }
    }
  }

  private Exit apply(OpenRun open, Workspace workspace) {
    String snapshot = workspace.take();
    List<Change> changes = workspace.changes(workspace.base(), snapshot);
    if (changes.stream().allMatch(Change::isKept)) {
      surroundings.out().println("nothing to take over");
      return Exit.OK;
    }
    if (!yes && !isWanted(workspace, changes)) {
      surroundings.out().println("nothing was changed");
      return Exit.OK;
    }
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request
        .put("from", workspace.base())
        .put("to", snapshot)
        .put("folder", workspace.source().toString());
    // Taking over what is there already changes nothing, so that a broken off one may be repeated.
    JsonNode done =
        open.once(
            new StepCall(
                "apply-" + Sha256.of(request.toString()).substring(0, 16),
                StepKind.ACTION,
                STEP,
                request),
            Doubt.REPEAT,
            step -> {
              ArrayNode paths = JsonNodeFactory.instance.arrayNode();
              workspace.apply(snapshot).forEach(paths::add);
              return paths;
            });
    surroundings.out().println("%d files changed in %s".formatted(done.size(), workspace.source()));
    return Exit.OK;
  }

  private boolean isWanted(Workspace workspace, List<Change> changes) {
    AgentDiffCommand.print(surroundings.out(), changes);
    surroundings.out().flush();
    return AgentCommand.agrees(
        surroundings,
        "take this into %s?".formatted(workspace.source()),
        "Look at the difference, then add --yes.");
  }
}
