package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workflow.Approvals;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/// `freehold desk waiting`: what a person has to decide.
@Command(
    name = "waiting",
    description = "Shows what waits for a person: the ticket, the draft and its sources.",
    footerHeading = "%nExamples:%n",
    footer = {"  freehold desk waiting shop", "  freehold desk waiting shop --json"})
final class DeskWaitingCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "FOLDER", description = "The desk's folder.")
  private Path folder = Path.of("");

  @Option(names = "--most", paramLabel = "N", description = "So many at most; 20 by default.")
  private int most = 20;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean isJson;

  DeskWaitingCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    DeskFolder desk = DeskFolder.open(folder);
    try (Journal journal = desk.journal(surroundings)) {
      List<Step> waiting = new Approvals(journal).waiting();
      waiting.stream().limit(Math.max(0, most)).forEach(step -> show(journal, step));
      if (!isJson) {
        surroundings
            .out()
            .printf(
                "%d wait%s%n",
                waiting.size(),
                waiting.size() > most ? "; the first %d are shown".formatted(most) : "");
      }
    }
    return Exit.OK.code();
  }

  private void show(Journal journal, Step step) {
    PrintStream out = surroundings.out();
    JsonNode request = step.call().request();
    if (isJson) {
      out.println(
          TerminalStreams.safe(
              tools.jackson.databind.node.JsonNodeFactory.instance
                  .objectNode()
                  .put("run", step.run())
                  .put("step", step.call().key())
                  .put("digest", step.digest())
                  .set("asked", request)
                  .toString()));
      return;
    }
    out.printf("%s %s%n", step.run(), Failure.printable(journal.head(step.run()).title()));
    out.println("  " + Failure.printable(request.path("question").asString("")));
    JsonNode shown = request.path("show");
    JsonNode payload = request.path("payload");
    print("ticket", shown.path("ticket").asString(shown.path("text").asString("")));
    if (payload.has("choice")) {
      print("choice", payload.path("choice").asString(""));
    } else {
      print("draft", payload.path("text").asString(""));
    }
    print("note", shown.path("note").asString(""));
    for (JsonNode source : request.at("/show/sources")) {
      out.printf(
          "  [%d] %s: %s%n",
          source.path("number").asInt(0),
          Failure.printable(source.path("document").asString("")),
          Failure.printable(source.path("quote").asString("")));
    }
    out.println();
  }

  private void print(String name, String text) {
    if (!text.isBlank()) {
      surroundings.out().println("  " + name + ":");
      surroundings.out().println(PassageText.indented(text.strip()));
    }
  }
}
