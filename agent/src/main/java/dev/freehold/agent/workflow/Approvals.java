package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Decision;
import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What waits for people, and what they say.
///
/// A decision names the payload that was seen by its digest, and is taken once: of two people who
/// decide, the second is told that it was decided.
public final class Approvals {
  private static final int MOST_CHARACTERS = 1 << 20;

  private final Journal journal;

  public Approvals(Journal journal) {
    this.journal = journal;
  }

  /// The steps that wait, of all runs, those of agents too; the oldest first.
  public List<Step> waiting() {
    return journal.pendingApprovals();
  }

  /// A step that waits.
  ///
  /// @param run its id, or the beginning of it
  /// @param key its key; where it is empty, the only one of the run
  /// @throws JournalException where nothing waits there
  public Step find(String run, String key) {
    String id = journal.head(run).id();
    List<Step> found =
        waiting().stream()
            .filter(step -> step.run().equals(id))
            .filter(step -> key.isEmpty() || step.call().key().equals(key))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.size() > 1) {
      throw new WorkflowException(
          "run %s waits at several steps, name one: %s"
              .formatted(
                  id, String.join(", ", found.stream().map(one -> one.call().key()).toList())));
    }
    Optional<Step> decided =
        journal.steps(id).stream()
            .filter(step -> key.isEmpty() || step.call().key().equals(key))
            .filter(step -> step.call().kind() == StepKind.APPROVAL && step.isFinished())
            .reduce((_, later) -> later);
    throw new WorkflowException(
        "run %s: nothing waits for approval there%s"
            .formatted(id, decided.map(Approvals::told).orElse("")));
  }

  private static String told(Step step) {
    Decision decision = step.decision().orElseThrow();
    return "; %s was decided already: %s by %s"
        .formatted(
            step.call().key(),
            decision.answer().name().toLowerCase(Locale.ROOT),
            Shown.text(decision.by()));
  }

  /// It is done as it was shown.
  ///
  /// @param digest of what was shown
  /// @param by who says so
  public Step send(Step asked, String digest, String by) {
    return journal.decide(asked.run(), asked.call().key(), digest, Decision.allow(by));
  }

  /// It is not done, and the run goes on.
  public Step skip(Step asked, String digest, String by, String note) {
    return journal.decide(
        asked.run(), asked.call().key(), digest, Decision.skip(by, Shown.text(note, 1000)));
  }

  /// It is done as the person changed it.
  ///
  /// @param payload in the place of the one that was shown, see [#payload]
  /// @throws WorkflowException where it is of another form: what follows relies on it
  public Step edit(Step asked, String digest, JsonNode payload, String by) {
    if (payload.toString().length() > MOST_CHARACTERS) {
      throw new WorkflowException(
          "the payload: expected at most %,d characters".formatted(MOST_CHARACTERS));
    }
    JsonNode request = asked.call().request();
    requireSameForm(payload(asked), payload, "the payload");
    JsonNode options = request.path("options");
    if (options.isArray()) {
      requireOption(options, payload.path("choice"));
    }
    return journal.decide(
        asked.run(), asked.call().key(), digest, Decision.edit(whole(request, payload), by));
  }

  /// What a person may change of a step that waits: the payload of a workflow's, the arguments of a
  /// tool that an agent calls.
  public static JsonNode payload(Step asked) {
    JsonNode request = asked.call().request();
    return isOfAgent(request) ? request.path("arguments") : request.path("payload");
  }

  /// What is written down as the result of a step that a person says to have happened.
  ///
  /// @param text what came out, as the person says; may be empty
  public static JsonNode settled(String text) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.putObject("value").put("settled", true).put("text", text);
    return result;
  }

  private static boolean isOfAgent(JsonNode request) {
    return request.has("tool") && request.has("arguments");
  }

  private static JsonNode whole(JsonNode request, JsonNode payload) {
    if (!isOfAgent(request)) {
      return payload;
    }
    ObjectNode whole = request.deepCopy().asObject();
    whole.set("arguments", payload);
    return whole;
  }

  private static void requireOption(JsonNode options, JsonNode choice) {
    for (JsonNode option : options) {
      if (option.equals(choice)) {
        return;
      }
    }
    throw new WorkflowException(
        "choice: expected one of %s, found %s".formatted(options, Shown.text(choice.toString())));
  }

  private static void requireSameForm(JsonNode shown, JsonNode edited, String place) {
    if (shown.getNodeType() != edited.getNodeType()) {
      throw new WorkflowException(
          "%s: expected %s as before, found %s"
              .formatted(place, shown.getNodeType(), edited.getNodeType()));
    }
    if (shown.isObject()) {
      for (Map.Entry<String, JsonNode> member : shown.properties()) {
        if (!edited.has(member.getKey())) {
          throw new WorkflowException(
              "%s: \"%s\" is missing".formatted(place, Shown.text(member.getKey())));
        }
        requireSameForm(
            member.getValue(), edited.path(member.getKey()), Shown.text(member.getKey()));
      }
      for (String name : edited.propertyNames()) {
        if (!shown.has(name)) {
          throw new WorkflowException(
              "%s: \"%s\" was not there".formatted(place, Shown.text(name)));
        }
      }
    }
  }
}
