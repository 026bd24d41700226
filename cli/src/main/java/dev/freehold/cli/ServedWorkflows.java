package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.workflow.ApprovalLinks;
import dev.freehold.agent.workflow.Approvals;
import dev.freehold.agent.workflow.WorkflowException;
import dev.freehold.agent.workflow.WorkflowRunner;
import dev.freehold.server.Problem;
import dev.freehold.server.ServerException;
import dev.freehold.server.page.WorkflowSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What the pages of workflows show: the journal of this user.
final class ServedWorkflows implements WorkflowSource {
  private static final int MOST_RUNS = 100;
  private static final int MOST_READ = 1000;

  private final Journal journal;
  private final Approvals approvals;
  private final ApprovalLinks links;

  ServedWorkflows(Journal journal, ApprovalLinks links) {
    this.journal = journal;
    this.approvals = new Approvals(journal);
    this.links = links;
  }

  /// What goes wrong, in words for the person.
  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (JournalException failure) {
      Problem.Kind kind =
          switch (failure.reason()) {
            case NOT_FOUND -> Problem.Kind.NOT_FOUND;
            case BUSY -> Problem.Kind.UNAVAILABLE;
            case EXISTS, REFUSED -> Problem.Kind.INVALID_REQUEST;
            case DAMAGED, DIVERGED, DISK -> Problem.Kind.FAILED;
          };
      throw new ServerException(kind, String.valueOf(failure.getMessage()));
    } catch (WorkflowException failure) {
      throw new ServerException(Problem.Kind.INVALID_REQUEST, String.valueOf(failure.getMessage()));
    }
  }

  @Override
  public JsonNode overview() {
    return told(() -> {
      ObjectNode all = JsonNodeFactory.instance.objectNode();
      ArrayNode waiting = all.putArray("waiting");
      approvals.waiting().forEach(step -> waiting.add(waiting(step)));
      ArrayNode runs = all.putArray("runs");
      journal.runs(MOST_READ).stream()
          .filter(run -> run.kind().equals(WorkflowRunner.KIND))
          .limit(MOST_RUNS)
          .forEach(run -> runs.add(head(run)));
      return all;
    });
  }

  private ObjectNode head(RunHead run) {
    String state = AgentListCommand.state(journal, run);
    return JsonNodeFactory.instance
        .objectNode()
        .put("run", run.id())
        .put("title", run.title())
        .put("state", state.equals("broken off") ? "broken" : state)
        .put("note", run.note())
        .put("changed", run.changed().toString());
  }

  private ObjectNode waiting(Step step) {
    JsonNode request = step.call().request();
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("run", step.run()).put("title", journal.head(step.run()).title());
    told.put("step", step.call().key()).put("asked", step.started().toString());
    told.put("digest", step.digest()).put("question", WorkflowListCommand.question(step));
    told.set("payload", Approvals.payload(step));
    if (request.has("show")) {
      told.set("show", request.path("show"));
    } else if (request.path("preview").isString()) {
      told.set("show", request.path("preview")); // of a tool that an agent calls
    }
    if (request.has("options")) {
      told.set("options", request.path("options"));
    }
    return told;
  }

  @Override
  public JsonNode run(String id) {
    return told(() -> {
      RunHead run = journal.head(id);
      ObjectNode told = head(run);
      JsonNode settings = run.settings();
      told.put("workflow", settings.path("workflow").asString(run.kind()));
      told.put("file", settings.path("file").asString(""));
      told.put("digest", settings.path("digest").asString(""));
      told.put("created", run.created().toString());
      told.set("input", settings.path("input"));
      ArrayNode waiting = told.putArray("waiting");
      approvals.waiting().stream()
          .filter(step -> step.run().equals(run.id()))
          .forEach(step -> waiting.add(waiting(step)));
      ArrayNode steps = told.putArray("steps");
      journal.steps(run.id()).forEach(step -> steps.add(step(step)));
      return told;
    });
  }

  private static ObjectNode step(Step step) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("key", step.call().key());
    told.put("kind", step.call().kind().name().toLowerCase(Locale.ROOT));
    told.put("name", step.call().name()).put("started", step.started().toString());
    told.put("tries", step.tries());
    told.set("request", step.call().request());
    step.finished()
        .ifPresent(time -> {
          told.put("finished", time.toString());
          told.set("result", step.result());
        });
    return told;
  }

  @Override
  public void decide(Decision decision, String by) {
    Step unused =
        told(() ->
            taken(approvals.find(decision.run(), decision.step()), decision, decision.note(), by));
  }

  private Step taken(Step asked, Decision decision, String note, String by) {
    return switch (decision.action()) {
      case SEND -> approvals.send(asked, decision.digest(), by);
      case EDIT -> approvals.edit(asked, decision.digest(), decision.payload().orElseThrow(), by);
      case SKIP -> approvals.skip(asked, decision.digest(), by, note);
    };
  }

  @Override
  public JsonNode look(String token) {
    return told(() -> {
      ApprovalLinks.Claim claim = links.read(token);
      Step asked = asked(claim);
      ObjectNode told = JsonNodeFactory.instance.objectNode();
      told.put("action", claim.action().name().toLowerCase(Locale.ROOT));
      told.put("until", claim.until().toString());
      told.set("waiting", waiting(asked));
      return told;
    });
  }

  /// The step that a link is for, where it still waits with what the link was made for.
  private Step asked(ApprovalLinks.Claim claim) {
    Step asked = approvals.find(claim.run(), claim.step());
    if (!asked.digest().equals(claim.digest())) {
      throw new WorkflowException("another payload waits there than this link was made for");
    }
    return asked;
  }

  @Override
  public void follow(String token, Optional<JsonNode> payload) {
    Step unused =
        told(() -> {
          ApprovalLinks.Claim claim = links.read(token);
          Action action = Action.valueOf(claim.action().name());
          if (payload.isPresent() != (action == Action.EDIT)) {
            throw new WorkflowException(
                "this link is for \"%s\" and nothing else".formatted(claim.action()));
          }
          Decision decision =
              new Decision(claim.run(), claim.step(), claim.digest(), action, payload, "");
          return taken(asked(claim), decision, "", "whoever has the link");
        });
  }
}
