package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.run.AgentRun;
import dev.freehold.agent.run.AgentSettings;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.chat.Tool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `freehold agent resume`: goes on with a run.
@Command(
    name = "resume",
    description = {
      "Goes on with a run where it was: after Ctrl-C, a kill or a power cut, when a budget was used"
          + " up, or when it waits for your answer. Steps that were done are not done again.",
      "With MORE, says that to the model.",
      "The hosts that commands may reach stay those of the run; --allow-host names others instead."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold agent resume k7mq2xpa",
      "  freehold agent resume k7mq2xpa \"Now add a test for it\" --max-steps 200",
      "  freehold agent resume k7mq2xpa --allow-host registry.npmjs.org",
      "  freehold agent resume k7mq2xpa --allow-host none"
    })
final class AgentResumeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "RUN", description = "Its name, or the beginning of it.")
  private String run = "";

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "MORE",
      description = "What to say; several words are joined by spaces.")
  private List<String> words = List.of();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "Another model than before.")
  private Optional<String> model = Optional.empty();

  @Option(names = "--gateway", paramLabel = "FILE", description = "Another gateway's file.")
  private Optional<Path> gateway = Optional.empty();

  @Mixin private AgentOptions options = new AgentOptions();
  @Mixin private AgentHostsOption hosts = new AgentHostsOption();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  AgentResumeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    try (Journal journal = AgentPlaces.journal(surroundings)) {
      RunHead head = journal.head(run);
      if (!head.kind().equals(AgentRun.KIND)) {
        throw new CliException(
            "run %s: is a %s, which another command goes on with".formatted(run, head.kind()));
      }
      JsonNode asked = head.settings().path("asked");
      AgentSettings settings = AgentSettings.of(head.settings());
      List<String> named = settings.tools().stream().map(Tool::name).toList();
      List<String> reached =
          hosts.given().orElseGet(() -> AgentHosts.of(head, journal.steps(head.id())));
      List<AgentTool> tools =
          new ArrayList<>(AgentWork.tools(AgentWork.probe(surroundings, reached), reached));
      Optional<Computation> before = Computation.of(head.settings());
      ArithmeticOptions numbers =
          before.map(then -> arithmetic.orElse(then.activations(), then.kv())).orElse(arithmetic);
      try (OpenRun open = journal.resume(head.id());
          AgentModel opened =
              new AgentModel(
                  surroundings,
                  model.or(() -> text(asked, "model")),
                  gateway.or(() -> text(asked, "gateway").map(Path::of)),
                  settings.contextTokens(),
                  numbers,
                  before.flatMap(Computation::time))) {
        tellChanges(open, opened);
        surroundings.err().println("model: " + Failure.printable(opened.told()));
        AgentHosts.change(surroundings, open, reached);
        Workspace workspace = AgentPlaces.open(surroundings, head);
        Optional<AgentTerminal> terminal =
            AgentCommand.isPersonThere(surroundings)
                ? Optional.of(
                    new AgentTerminal(surroundings.err(), AgentCommand.history(surroundings)))
                : Optional.empty();
        tools.addAll(AgentKnowledge.of(surroundings, workspace.source()).tools());
        try (AgentServers servers = AgentServers.open(surroundings, workspace.source(), terminal)) {
          tools.addAll(servers.tools());
          tools.removeIf(tool -> !named.contains(tool.definition().name()));
          // A process that ended before it wrote the task down as a step leaves it in the settings.
          String more =
              words.isEmpty() && open.steps().isEmpty()
                  ? asked.path("task").asString("")
                  : String.join(" ", words);
          return new AgentWork(surroundings, options, open, workspace)
              .work(opened, tools, more.isBlank() ? Optional.empty() : Optional.of(more), terminal)
              .code();
        } finally {
          terminal.ifPresent(AgentTerminal::close);
        }
      }
    }
  }

  /// Writes down where answers from now on are computed otherwise than those before.
  private void tellChanges(OpenRun open, AgentModel opened) {
    ObjectNode now = JsonNodeFactory.instance.objectNode();
    opened.computation().ifPresent(one -> now.set(Computation.MEMBER, one.asJson()));
    Optional<Computation> before =
        Computation.of(
            Step.lastNote(open.steps(), Computation.MEMBER)
                .map(Step::result)
                .orElseGet(() -> open.head().settings()));
    List<String> differences =
        before.isPresent() && opened.computation().isPresent()
            ? before.get().differences(opened.computation().get())
            : before.isPresent() == opened.computation().isPresent()
                ? List.of()
                : List.of("another model");
    if (!differences.isEmpty() && !open.steps().isEmpty()) {
      surroundings
          .err()
          .println(
              "note: from here on it is computed otherwise: " + String.join("; ", differences));
      JsonNode unused =
          open.note(Computation.MEMBER + "-" + open.steps().size(), Computation.MEMBER, () -> now);
    }
  }

  private static Optional<String> text(JsonNode json, String name) {
    return json.has(name) ? Optional.of(json.path(name).asString("")) : Optional.empty();
  }
}
