package dev.freehold.cli;

import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.run.AllowedReach;
import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.SandboxProbe;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The hosts that commands of a run may reach, as they are written down with it.
final class AgentHosts {
  private static final String CHANGED = "hosts";
  private static final String TOLD = "hosts-told";

  private AgentHosts() {}

  /// What was said last, when the run was begun or gone on with.
  static List<String> of(RunHead head, List<Step> steps) {
    return AllowedReach.hosts(
        Step.lastNote(steps, CHANGED).map(Step::result).orElseGet(() -> head.settings()));
  }

  /// Writes down what holds from now on, where it is something else than before, and says so.
  static void change(Surroundings surroundings, OpenRun run, List<String> hosts) {
    List<Step> steps = run.steps();
    List<String> before = of(run.head(), steps);
    if (hosts.equals(before)) {
      return;
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    AllowedReach.write(hosts, json);
    JsonNode unused = run.note(CHANGED + "-" + steps.size(), CHANGED, () -> json);
    surroundings
        .err()
        .println(
            "note: commands could reach %s before, and can reach %s from now on"
                .formatted(named(before), named(hosts)));
  }

  /// What the model is to be told of a change, where it was not.
  static Optional<String> untold(OpenRun run) {
    List<Step> steps = run.steps();
    int changed = Step.lastNote(steps, CHANGED).map(Step::position).orElse(-1);
    int told = Step.lastNote(steps, TOLD).map(Step::position).orElse(-1);
    return changed <= told
        ? Optional.empty()
        : Optional.of(
            "From now on commands can reach %s through the proxy, whatever was said before."
                .formatted(named(of(run.head(), steps))));
  }

  static void tell(OpenRun run) {
    JsonNode unused =
        run.note(
            TOLD + "-" + run.steps().size(), TOLD, () -> JsonNodeFactory.instance.objectNode());
  }

  static String named(List<String> hosts) {
    return hosts.isEmpty() ? "no host" : String.join(", ", hosts);
  }

  /// Refuses hosts where commands cannot be held to them.
  static void requireHeld(SandboxProbe.Result found, List<String> hosts) {
    if (!hosts.isEmpty() && found.sandbox().confinement() != Confinement.NAMESPACES) {
      throw new CliException(
          Exit.FAILURE,
          "hosts %s: as commands are confined here, they cannot be held to these hosts, so none is"
                  .formatted(named(hosts))
              + " allowed",
          "Install bubblewrap, or go on without network: --allow-host none.");
    }
  }
}
