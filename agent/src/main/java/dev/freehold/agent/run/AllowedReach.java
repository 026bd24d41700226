package dev.freehold.agent.run;

import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.tool.BashTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.workspace.Snapshots;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How far calls go, as it is written down with them: a call is done with the hosts that leave was
/// given for, also where more are allowed since.
public final class AllowedReach {
  private static final String HOSTS = "hosts";

  private AllowedReach() {}

  /// What is done about a call in doubt.
  public static Doubt doubt(Effect.Reach reach, Snapshots workspace) {
    return switch (reach) {
      case NOTHING -> Doubt.REPEAT;
      case WORKSPACE -> new Doubt.RollBack(workspace::restore);
      case OUTSIDE_WITH_KEY -> Doubt.REPEAT_WITH_KEY;
      case OUTSIDE -> Doubt.ASK;
      case WORKSPACE_AND_OUTSIDE -> new Doubt.Ask(workspace::restore);
    };
  }

  /// Writes down what a person is shown of a call's effect when leave is asked for.
  public static void write(Effect effect, ObjectNode json) {
    json.put("reach", effect.reach().name())
        .put("kind", effect.subject().kind().name())
        .put("subject", effect.subject().text())
        .put("preview", effect.preview());
    write(effect.hosts(), json);
  }

  /// Writes hosts down; where there are none, nothing.
  public static void write(List<String> hosts, ObjectNode json) {
    if (!hosts.isEmpty()) {
      ArrayNode all = json.putArray(HOSTS);
      hosts.forEach(all::add);
    }
  }

  /// Hosts as they were written down.
  public static List<String> hosts(JsonNode json) {
    List<String> hosts = new ArrayList<>();
    json.path(HOSTS).forEach(host -> hosts.add(host.asString("")));
    return hosts;
  }

  /// Whether a command that may talk to hosts asked for one, or it is not known whether it did.
  public static boolean mayHaveAsked(ToolOutcome outcome) {
    JsonNode asked = outcome.details().path(BashTool.ASKED);
    return asked.isMissingNode() || !asked.isEmpty();
  }
}
