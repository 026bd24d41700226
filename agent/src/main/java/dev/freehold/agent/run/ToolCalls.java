package dev.freehold.agent.run;

import dev.freehold.agent.journal.Decision;
import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Question;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.workspace.WorkspaceException;
import dev.freehold.chat.Cancellation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Does what a model calls: looks what it would change, asks for leave, does it once.
final class ToolCalls {
  /// The member of a result that names the snapshot of the workspace after the call.
  static final String AFTER = "after";

  private final OpenRun run;
  private final AgentParts parts;
  private final Cursor cursor;
  private final RunListener listener;
  private final Stop stop;
  private final Map<String, AgentTool> tools = new TreeMap<>();

  ToolCalls(OpenRun run, AgentParts parts, Cursor cursor, RunListener listener, Stop stop) {
    this.run = run;
    this.parts = parts;
    this.cursor = cursor;
    this.listener = listener;
    this.stop = stop;
    parts.tools().forEach(tool -> tools.put(tool.definition().name(), tool));
  }

  /// What is to be done: a call as the model wrote it or as a person changed it.
  private record Wanted(String id, String tool, JsonNode arguments, String change) {}

  /// What came of a call, now or when it was done before.
  ///
  /// @throws Waiting where somebody has to decide first
  ToolOutcome perform(Answer.Call call) {
    Optional<JsonNode> arguments = CallArguments.read(call.arguments());
    if (arguments.isEmpty()) {
      return refused(call, CallArguments.problem(call.arguments()));
    }
    Wanted wanted = new Wanted(call.id(), call.name(), arguments.get(), "");
    Optional<Step> next = cursor.peek();
    if (next.isPresent() && next.get().call().kind() == StepKind.TOOL) {
      return again(wanted, next.get());
    }
    if (next.isPresent()) {
      return approved(call, wanted, next.get());
    }
    AgentTool tool = tools.get(call.name());
    if (tool == null) {
      return refused(
          call,
          "there is no tool \"%s\"; there are: %s"
              .formatted(shortened(call.name()), String.join(", ", tools.keySet())));
    }
    Effect effect;
    try {
      effect = tool.effect(wanted.arguments(), context(new Cancellation(), "", List.of()));
    } catch (ToolException failure) {
      return refused(call, String.valueOf(failure.getMessage()));
    }
    listener.calling(call.name(), effect);
    return switch (parts.permissions().verdict(call.name(), effect)) {
      case ALLOW -> live(wanted, effect);
      case DENY -> refused(call, "a rule of the person denies this; do without it, or say why not");
      case ASK -> approved(call, wanted, ask(wanted, effect));
    };
  }

  private static String shortened(String name) {
    return name.length() > 80 ? name.substring(0, 80) + "…" : name;
  }

  private ToolContext context(Cancellation cancellation, String key, List<String> hosts) {
    return new ToolContext(parts.workspace().root(), cancellation, key, hosts);
  }

  /// Asks for leave and writes the answer down, unless it comes later.
  private Step ask(Wanted wanted, Effect effect) {
    ObjectNode payload = JsonNodeFactory.instance.objectNode();
    payload.put("call", wanted.id()).put("tool", wanted.tool());
    payload.set("arguments", wanted.arguments());
    AllowedReach.write(effect, payload);
    Step asked = run.askApproval(cursor.key(), wanted.tool(), payload);
    return asked.isFinished() ? asked : decided(asked, effect);
  }

  private Step decided(Step asked, Effect effect) {
    JsonNode payload = asked.call().request();
    Question question =
        new Question(
            run.id(), asked.call().key(), asked.call().name(), effect, payload, asked.digest());
    return switch (parts.approver().ask(question)) {
      case Approver.Answer.Once _ ->
          run.decide(asked, Decision.allow("the person at the terminal"));
      case Approver.Answer.Always always -> {
        parts.permissions().add(always.rule());
        yield run.decide(asked, Decision.allow("the person at the terminal, from now on"));
      }
      case Approver.Answer.Edited edited -> {
        ObjectNode other = payload.deepCopy().asObject();
        other.set("arguments", edited.arguments());
        yield run.decide(asked, Decision.edit(other, "the person at the terminal"));
      }
      case Approver.Answer.Denied denied ->
          run.decide(asked, Decision.deny("the person at the terminal", denied.note()));
      case Approver.Answer.Later _ ->
          throw new Waiting(
              asked.call().key(),
              "leave is asked for: %s %s".formatted(asked.call().name(), effect.subject().text()));
    };
  }

  /// Goes on from an approval: does exactly what was approved, or tells the model that it was not.
  private ToolOutcome approved(Answer.Call call, Wanted asked, Step approval) {
    JsonNode payload = approval.call().request();
    if (approval.call().kind() != StepKind.APPROVAL || !isSame(payload, asked)) {
      throw diverged(approval, asked);
    }
    Step step = approval.isFinished() ? approval : decided(approval, effect(payload));
    Decision decision = step.decision().orElseThrow();
    cursor.advance();
    Optional<JsonNode> approved = decision.approved(payload);
    if (approved.isEmpty()) {
      boolean isSkipped = decision.answer() == Decision.Answer.SKIP;
      String said = isSkipped ? "the person left this call out" : "the person denies this";
      return refused(call, decision.note().isEmpty() ? said : said + ": " + decision.note());
    }
    boolean isEdited = decision.answer() == Decision.Answer.EDIT;
    JsonNode arguments = approved.get().path("arguments");
    String change = isEdited ? "The person changed the call to " + arguments + "\n" : "";
    Wanted wanted = new Wanted(asked.id(), asked.tool(), arguments, change);
    Optional<Step> before = cursor.peek();
    if (before.isPresent()) {
      return again(wanted, before.get());
    }
    return live(wanted, effect(payload));
  }

  private static Effect effect(JsonNode payload) {
    return new Effect(
        Effect.Reach.valueOf(payload.path("reach").asString("")),
        new Effect.Subject(
            Effect.Subject.Kind.valueOf(payload.path("kind").asString("")),
            payload.path("subject").asString("")),
        payload.path("preview").asString(""),
        AllowedReach.hosts(payload));
  }

  private static boolean isSame(JsonNode request, Wanted wanted) {
    return request.path("tool").asString("").equals(wanted.tool())
        && request.path("arguments").equals(wanted.arguments());
  }

  private static JournalException diverged(Step step, Wanted wanted) {
    return new JournalException(
        JournalException.Reason.DIVERGED,
        "run %s, step %s: %s \"%s\" is written down there, and now tool \"%s\" is called"
            .formatted(
                step.run(),
                step.call().key(),
                step.call().kind(),
                step.call().name(),
                wanted.tool()));
  }

  /// A call that was begun before: its result, or it is done again as its reach demands.
  private ToolOutcome again(Wanted wanted, Step step) {
    if (step.call().kind() != StepKind.TOOL
        || step.call().request().has("arguments") && !isSame(step.call().request(), wanted)) {
      throw diverged(step, wanted);
    }
    return once(wanted, step.call(), step.isFinished());
  }

  private ToolOutcome live(Wanted wanted, Effect effect) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("call", wanted.id()).put("tool", wanted.tool());
    request.set("arguments", wanted.arguments());
    request.put("reach", effect.reach().name());
    AllowedReach.write(effect.hosts(), request);
    return once(wanted, new StepCall(cursor.key(), StepKind.TOOL, wanted.tool(), request), false);
  }

  private ToolOutcome once(Wanted wanted, StepCall call, boolean isReplayed) {
    Effect.Reach reach = Effect.Reach.valueOf(call.request().path("reach").asString("NOTHING"));
    JsonNode result =
        run.once(
            call,
            AllowedReach.doubt(reach, parts.workspace()),
            () -> reach.isInWorkspace() ? parts.workspace().take() : "",
            step -> done(wanted, reach, step));
    cursor.advance();
    ToolOutcome outcome = ToolOutcome.of(result);
    listener.called(wanted.tool(), outcome, isReplayed);
    return outcome;
  }

  /// Does a call, and keeps how it left the workspace; one that leaves more than a workspace may
  /// hold is taken back.
  private JsonNode done(Wanted wanted, Effect.Reach reach, Step step) {
    ToolOutcome outcome = done(wanted, step);
    if (!reach.isInWorkspace()) {
      return outcome.asJson();
    }
    try {
      String after = parts.workspace().take();
      return outcome.asJson().put(AFTER, after);
    } catch (WorkspaceException tooMuch) {
      parts.workspace().restore(step.snapshot());
      return ToolOutcome.error(
              "all that this did in the workspace was taken back: "
                  + tooMuch.getMessage()
                  + "\n"
                  + outcome.text())
          .asJson()
          .put(AFTER, step.snapshot());
    }
  }

  private ToolOutcome done(Wanted wanted, Step step) {
    AgentTool tool = tools.get(wanted.tool());
    if (tool == null) {
      return ToolOutcome.error("there is no tool \"%s\" any more".formatted(wanted.tool()));
    }
    ToolOutcome outcome;
    try {
      List<String> hosts = AllowedReach.hosts(step.call().request());
      outcome = tool.run(wanted.arguments(), context(stop.begin(), step.idempotencyKey(), hosts));
    } catch (ToolException failure) {
      outcome = ToolOutcome.error(String.valueOf(failure.getMessage()));
    }
    return wanted.change().isEmpty()
        ? outcome
        : new ToolOutcome(wanted.change() + outcome.text(), outcome.isError(), outcome.details());
  }

  /// Writes down that a call was not done, and why.
  ToolOutcome refused(Answer.Call call, String why) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("call", call.id()).put("tool", call.name()).put("refused", call.arguments());
    boolean isReplayed = cursor.peek().isPresent();
    JsonNode result =
        run.once(
            new StepCall(cursor.key(), StepKind.TOOL, shortened(call.name()), request),
            Doubt.REPEAT,
            step -> ToolOutcome.error(why).asJson());
    cursor.advance();
    ToolOutcome outcome = ToolOutcome.of(result);
    listener.called(call.name(), outcome, isReplayed);
    return outcome;
  }
}
