package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workflow.Approvals;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// `freehold desk decide`: a person sends, edits or skips.
@Command(
    name = "decide",
    description = {
      "Decides what waits: sends it as it stands, with another text or another choice, or not at"
          + " all. Exactly that is done, once, by \"freehold desk serve\"."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold desk decide shop t3f2 --send",
      "  freehold desk decide shop t3f2 --edit \"We send a new packet.\"",
      "  freehold desk decide shop t3f2 --skip"
    })
final class DeskDecideCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The desk's folder.")
  private Path folder = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "RUN",
      description = "As waiting shows it, or the beginning of it.")
  private String run = "";

  @ArgGroup(multiplicity = "1")
  private Decided decided = new Decided();

  /// What is decided.
  static final class Decided {
    @Option(names = "--send", description = "As it stands.", required = true)
    private boolean isSent;

    @Option(
        names = "--edit",
        paramLabel = "TEXT",
        description = "With this text, or this choice, in its place.",
        required = true)
    private Optional<String> edited = Optional.empty();

    @Option(names = "--skip", description = "Nothing is sent.", required = true)
    private boolean isSkipped;
  }

  DeskDecideCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    DeskFolder desk = DeskFolder.open(folder);
    String by = surroundings.environment().getOrDefault("USER", "the person at the terminal");
    try (Journal journal = desk.journal(surroundings)) {
      Approvals approvals = new Approvals(journal);
      Step step = approvals.find(run, "");
      if (decided.edited.isPresent()) {
        ObjectNode payload = Approvals.payload(step).deepCopy().asObject();
        payload.put(payload.has("choice") ? "choice" : "text", decided.edited.get());
        approvals.edit(step, step.digest(), payload, by);
      } else if (decided.isSkipped) {
        approvals.skip(step, step.digest(), by, "");
      } else {
        approvals.send(step, step.digest(), by);
      }
      surroundings.out().printf("decided; \"freehold desk serve %s\" goes on with it%n", folder);
    }
    return Exit.OK.code();
  }
}
