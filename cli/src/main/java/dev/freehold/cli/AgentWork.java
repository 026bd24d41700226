package dev.freehold.cli;

import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.RulesFile;
import dev.freehold.agent.run.AgentParts;
import dev.freehold.agent.run.AgentRun;
import dev.freehold.agent.run.AgentSettings;
import dev.freehold.agent.run.Budget;
import dev.freehold.agent.run.Cost;
import dev.freehold.agent.run.Ending;
import dev.freehold.agent.run.Pricing;
import dev.freehold.agent.run.Spent;
import dev.freehold.agent.run.Steering;
import dev.freehold.agent.run.Stop;
import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Limits;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.BashTool;
import dev.freehold.agent.tool.EditTool;
import dev.freehold.agent.tool.ReadTool;
import dev.freehold.agent.tool.SearchTool;
import dev.freehold.agent.tool.WriteTool;
import dev.freehold.agent.workspace.Change;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.gateway.ledger.PriceTable;
import dev.freehold.gateway.ledger.Target;
import dev.freehold.gateway.ledger.TokenCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// An agent at work on one run: for a person at the terminal until the person leaves, else until
/// the task is done.
final class AgentWork {
  private final Surroundings surroundings;
  private final AgentOptions options;
  private final OpenRun run;
  private final Workspace workspace;
  private final AgentScreen screen;
  private final Stop stop = new Stop();

  AgentWork(Surroundings surroundings, AgentOptions options, OpenRun run, Workspace workspace) {
    this.surroundings = surroundings;
    this.options = options;
    this.run = run;
    this.workspace = workspace;
    this.screen = new AgentScreen(surroundings.out(), surroundings.err());
  }

  /// Finds out how commands are confined here, and says so.
  static SandboxProbe.Result probe(Surroundings surroundings, List<String> hosts) {
    return probing(surroundings, hosts).get();
  }

  /// The same beside other work: it takes as long as opening a small model.
  ///
  /// @param hosts that commands may reach
  static Supplier<SandboxProbe.Result> probing(Surroundings surroundings, List<String> hosts) {
    Reach reach = new Reach(List.of(), hosts);
    FutureTask<SandboxProbe.Result> probe = new FutureTask<>(() -> SandboxProbe.probe(reach));
    Thread.ofPlatform().daemon().name("sandbox-probe").start(probe);
    return () -> {
      try {
        SandboxProbe.Result found = probe.get();
        surroundings.err().println("sandbox: " + TerminalStreams.safe(found.describe()));
        AgentHosts.requireHeld(found, hosts);
        if (!hosts.isEmpty()) {
          surroundings.err().println("hosts: commands may talk to " + AgentHosts.named(hosts));
        }
        return found;
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
        throw new CliException(Exit.INTERRUPTED, "stopped", "");
      } catch (ExecutionException failure) {
        throw new IllegalStateException(failure.getCause());
      }
    };
  }

  /// The tools that there are where commands are confined so, and may reach these hosts.
  static List<AgentTool> tools(SandboxProbe.Result found, List<String> hosts) {
    List<AgentTool> tools = new ArrayList<>(List.of(new ReadTool(), new SearchTool()));
    if (found.sandbox().confinement() != Confinement.NONE) {
      tools.add(new WriteTool(AgentPlaces::isKept));
      tools.add(new EditTool(AgentPlaces::isKept));
      tools.add(new BashTool(found.sandbox(), Limits.DEFAULT, hosts));
    }
    return tools;
  }

  /// Those of the tools that are named; all where none is.
  static List<AgentTool> only(List<AgentTool> tools, List<String> names) {
    List<String> known = tools.stream().map(tool -> tool.definition().name()).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw new CliException(
            Exit.USAGE,
            "--tools: there is no tool \"%s\" here".formatted(name),
            "There are: " + String.join(", ", known) + ".");
      }
    }
    return tools.stream()
        .filter(tool -> names.isEmpty() || names.contains(tool.definition().name()))
        .toList();
  }

  /// The rules of the command line, then those that the person keeps.
  static List<Rule> rules(Surroundings surroundings, AgentOptions options) {
    List<Rule> rules = new ArrayList<>(options.rules());
    rules.addAll(RulesFile.read(AgentPlaces.rules(surroundings)));
    return rules;
  }

  /// Tells of rules over tools that are not there: a slip of the pen would pass for leave.
  static void tellUnknown(Surroundings surroundings, List<AgentTool> tools, List<Rule> rules) {
    List<String> known = tools.stream().map(tool -> tool.definition().name()).toList();
    rules.stream()
        .map(Rule::tool)
        .filter(tool -> !tool.equals("*") && !known.contains(tool))
        .distinct()
        .forEach(tool ->
            surroundings
                .err()
                .println(
                    "note: a rule is for \"%s\", and there is no such tool here"
                        .formatted(Failure.printable(tool))));
  }

  /// Works on the task; at a terminal the person can go on with more.
  ///
  /// @param task what to say first; empty to go on with what is written down, or to be asked
  /// @param terminal of the person, where one sits there
  Exit work(
      AgentModel model,
      List<AgentTool> tools,
      Optional<String> task,
      Optional<AgentTerminal> terminal) {
    List<Rule> rules = rules(surroundings, options);
    AtomicInteger refused = new AtomicInteger();
    Approver nobody = options.waits() ? Approver.LATER : counting(Approver.NOBODY, refused);
    Approver approver =
        terminal
            .<Approver>map(person ->
                new AgentApprover(
                    surroundings.err(), AgentPlaces.rules(surroundings), person::question))
            .orElse(nobody);
    AgentParts parts =
        new AgentParts(
            model.backend(), tools, workspace, new Permissions(rules), approver, pricing());
    AgentSettings settings =
        AgentSettings.of(run.head().settings())
            .with(model.requested(), model.form(), model.context());
    AgentRun agent = new AgentRun(run, settings, parts, budget(), screen, stop);
    Optional<String> next = task;
    Ending ending = once(agent, next, terminal);
    while (terminal.isPresent()) {
      tell(ending, agent);
      boolean isHeard = ending.kind() == Ending.Kind.ANSWERED && terminal.get().hasTyped();
      next = isHeard ? Optional.empty() : terminal.get().ask();
      if (!isHeard && (next.isEmpty() || isFarewell(next.get()))) {
        break;
      }
      stop.clear();
      ending = once(agent, next, terminal);
    }
    if (terminal.isEmpty()) {
      tell(ending, agent);
    }
    summary(agent.spent());
    tellRefused(refused.get());
    return exit(ending);
  }

  /// What the options say, else what was said last, when it was begun or gone on with.
  private Budget budget() {
    JsonNode known =
        Step.lastNote(run.steps(), "budget")
            .map(Step::result)
            .orElseGet(() -> run.head().settings());
    Budget budget = options.budget(known);
    if (!budget.equals(AgentOptions.read(known.path("budget")))) {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      AgentOptions.write(budget, json);
      run.note("budget-" + run.steps().size(), "budget", () -> json);
    }
    return budget;
  }

  private static boolean isFarewell(String line) {
    return switch (line.strip()) {
      case "/bye", "/exit", "/quit" -> true;
      default -> false;
    };
  }

  private Ending once(AgentRun agent, Optional<String> said, Optional<AgentTerminal> terminal) {
    AtomicReference<@Nullable String> first = new AtomicReference<>(said.orElse(null));
    Steering typed = terminal.map(AgentTerminal::steering).orElse(Steering.NONE);
    Steering steering =
        () -> hosts().or(() -> Optional.ofNullable(first.getAndSet(null))).or(typed::poll);
    AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
    Runnable work = () -> ending.set(agent.work(steering));
    Runnable told =
        () ->
            surroundings
                .err()
                .println("\nstopping when this step has ended; Ctrl-C again leaves at once");
    if (terminal.isPresent()) {
      terminal.get().during(stop, told, AgentWork::leave, work);
    } else {
      Object before =
          Signals.register(
              "INT",
              () -> {
                if (stop.isStopped()) {
                  leave();
                } else {
                  stop.stop();
                  told.run();
                }
              });
      try {
        work.run();
      } finally {
        Signals.unregister("INT", before);
      }
    }
    Ending reached = ending.get();
    return reached == null ? new Ending(Ending.Kind.STOPPED, "") : reached;
  }

  /// What the model is to be told of the hosts, once.
  private Optional<String> hosts() {
    Optional<String> untold = AgentHosts.untold(run);
    untold.ifPresent(message -> AgentHosts.tell(run));
    return untold;
  }

  /// What was begun and not finished is in doubt, and treated so when the run is resumed.
  private static void leave() {
    Runtime.getRuntime().exit(Exit.INTERRUPTED.code());
  }

  private void tell(Ending ending, AgentRun agent) {
    switch (ending.kind()) {
      case ANSWERED -> {}
      case WAITS, STOPPED, EXHAUSTED, CIRCLES ->
          surroundings.err().println("the run waits: " + Failure.printable(ending.text()));
    }
    if (ending.kind() == Ending.Kind.WAITS) {
      inDoubt()
          .ifPresent(step ->
              surroundings
                  .err()
                  .println(
                      "look whether it happened, then say so with: freehold agent settle %s %s"
                              .formatted(run.id(), step)
                          + " --happened RESULT, or --not-done"));
    }
    if (ending.kind() == Ending.Kind.EXHAUSTED) {
      surroundings
          .err()
          .println(
              "give it more with: freehold agent resume %s --max-steps %d"
                  .formatted(run.id(), 2 * Math.max(1, agent.spent().steps())));
    }
  }

  /// The step of which it is not known whether it happened.
  private Optional<String> inDoubt() {
    return run.steps().stream()
        .filter(step -> !step.isFinished())
        .filter(
            step -> step.call().kind() == StepKind.TOOL || step.call().kind() == StepKind.ACTION)
        .map(step -> step.call().key())
        .findFirst();
  }

  private static Approver counting(Approver approver, AtomicInteger asked) {
    return question -> {
      asked.incrementAndGet();
      return approver.ask(question);
    };
  }

  private void tellRefused(int calls) {
    if (calls > 0) {
      surroundings
          .err()
          .println(
              "%d %s not allowed, as nobody was there to be asked; --yes, --yes-to TOOL or"
                      .formatted(calls, calls == 1 ? "call was" : "calls were")
                  + " --allow TOOL:PATTERN allows them");
    }
  }

  /// What the run took and left.
  private void summary(Spent spent) {
    List<Change> changes = workspace.changes();
    long changed = changes.stream().filter(change -> !change.isKept()).count();
    StringBuilder money = new StringBuilder();
    spent
        .micros()
        .forEach((currency, micros) -> money.append(", %.4f %s".formatted(micros / 1e6, currency)));
    surroundings
        .err()
        .println(
            "run %s: %d steps, %,d tokens%s, %d files changed"
                .formatted(
                    run.id(),
                    spent.steps(),
                    spent.promptTokens() + spent.completionTokens(),
                    money,
                    changed));
    if (changed > 0) {
      surroundings
          .err()
          .println(
              "  freehold agent diff %1$s   shows them; freehold agent apply %1$s   takes them into"
                      .formatted(run.id())
                  + " "
                  + workspace.source());
    }
  }

  private static Exit exit(Ending ending) {
    return switch (ending.kind()) {
      case ANSWERED -> Exit.OK;
      case STOPPED -> Exit.INTERRUPTED;
      case WAITS, EXHAUSTED, CIRCLES -> Exit.AGENT_WAITS;
    };
  }

  private Pricing pricing() {
    PriceTable prices = LedgerPlaces.readPrices(surroundings).prices();
    return (backend, model, usage) ->
        prices
            .find(Target.vendor(backend, model), surroundings.clock().instant())
            .map(price ->
                price.cost(
                    new TokenCounts(
                        usage.promptTokens(),
                        usage.reusedTokens(),
                        usage.completionTokens(),
                        usage.reasoningTokens())))
            .map(cost -> new Cost(cost.micros(), cost.currency()));
  }
}
