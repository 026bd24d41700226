package dev.freehold.desk.work;

import dev.freehold.agent.workflow.StepException;
import dev.freehold.agent.workflow.WorkflowAction;
import dev.freehold.desk.outcome.CaseFile;
import dev.freehold.desk.outcome.Reply;
import dev.freehold.desk.outcome.ReplyException;
import dev.freehold.desk.outcome.ReplySink;
import dev.freehold.desk.ticket.Ticket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a desk's workflow can have done: `draft`, `send` and `learn`.
public final class DeskActions {
  private DeskActions() {}

  /// @param isSentOnce whether the sink sends once for a key, however often it is asked
  public static Map<String, WorkflowAction> of(
      Drafter drafter, ReplySink sink, boolean isSentOnce, CaseFile cases) {
    return Map.of(
        "draft", new Action(true, (payload, key) -> draft(drafter, payload)),
        "send", new Action(isSentOnce, (payload, key) -> send(sink, payload, key)),
        "learn", new Action(true, (payload, key) -> learn(cases, payload)));
  }

  /// Does a payload under a key.
  private interface Body {
    JsonNode perform(JsonNode payload, String key);
  }

  private record Action(boolean knowsKeys, Body body) implements WorkflowAction {
    @Override
    public JsonNode perform(JsonNode payload, String key) {
      return body.perform(payload, key);
    }
  }

  private static JsonNode draft(Drafter drafter, JsonNode payload) {
    Drafter.Draft draft = drafter.draft(text(payload, "question"));
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    value.put("text", draft.text()).put("found", !draft.text().isEmpty());
    value.put("note", draft.note());
    ArrayNode sources = value.putArray("sources");
    for (Drafter.Source source : draft.sources()) {
      sources
          .addObject()
          .put("number", source.number())
          .put("document", source.document())
          .put("quote", source.quote());
    }
    return value;
  }

  private static JsonNode send(ReplySink sink, JsonNode payload, String key) {
    Reply reply =
        new Reply(
            text(payload, "ticket"),
            text(payload, "to"),
            text(payload, "subject"),
            text(payload, "text"),
            text(payload, "message"));
    if (reply.text().isBlank()) { // a person let an empty draft go: there is nothing to send
      return JsonNodeFactory.instance.objectNode().put("sent", false);
    }
    try {
      sink.send(reply, key);
    } catch (ReplyException failure) {
      throw new StepException(String.valueOf(failure.getMessage()), !failure.isKnownUnsent());
    }
    return JsonNodeFactory.instance.objectNode().put("sent", true);
  }

  /// Keeps what a person decided otherwise than the model.
  private static JsonNode learn(CaseFile cases, JsonNode payload) {
    JsonNode ticket = payload.path("ticket");
    Ticket about =
        new Ticket(
            text(ticket, "id"),
            text(ticket, "from"),
            text(ticket, "subject"),
            text(ticket, "text"));
    int added = 0;
    JsonNode team = payload.path("team");
    if (text(team, "by").equals("person") && team.path("choice").isString()) {
      List<String> options = new ArrayList<>();
      payload.path("options").forEach(option -> options.add(option.asString("")));
      cases.sorted(about, text(payload, "question"), options, text(team, "choice"));
      added++;
    }
    JsonNode review = payload.path("review");
    if (text(review, "answer").equals("edit")) {
      cases.answered(about, text(payload, "prompt"), text(review.path("payload"), "text"));
      added++;
    }
    return JsonNodeFactory.instance.objectNode().put("cases", added);
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
