package dev.freehold.agent.journal;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What somebody decided about a payload that waited for approval.
///
/// @param payload what is done instead of what was asked, with [Answer#EDIT]
/// @param by who decided, as far as it is known
/// @param note for whoever asked; may be empty
public record Decision(Answer answer, Optional<JsonNode> payload, String by, String note) {
  /// What is done with the payload.
  public enum Answer {
    /// It is done exactly as it was shown.
    ALLOW,
    /// It is done as the person changed it.
    EDIT,
    /// It is not done, and the run goes on.
    SKIP,
    /// It is not done, and whoever asked is told so.
    DENY
  }

  public Decision {
    if (answer == Answer.EDIT && payload.isEmpty()) {
      throw new IllegalArgumentException("an edit needs what is done instead");
    }
    payload = answer == Answer.EDIT ? payload : Optional.empty();
  }

  public static Decision allow(String by) {
    return new Decision(Answer.ALLOW, Optional.empty(), by, "");
  }

  public static Decision deny(String by, String note) {
    return new Decision(Answer.DENY, Optional.empty(), by, note);
  }

  public static Decision skip(String by, String note) {
    return new Decision(Answer.SKIP, Optional.empty(), by, note);
  }

  public static Decision edit(JsonNode payload, String by) {
    return new Decision(Answer.EDIT, Optional.of(payload), by, "");
  }

  /// What to do, of what was asked; empty where nothing is to be done.
  public Optional<JsonNode> approved(JsonNode asked) {
    return switch (answer) {
      case ALLOW -> Optional.of(asked);
      case EDIT -> payload;
      case SKIP, DENY -> Optional.empty();
    };
  }

  JsonNode asJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("answer", answer.name()).put("by", by).put("note", note);
    payload.ifPresent(edited -> json.set("payload", edited));
    return json;
  }

  static Decision of(JsonNode json) {
    for (Answer answer : Answer.values()) {
      if (answer.name().equals(json.path("answer").asString(""))
          && (answer != Answer.EDIT || json.has("payload"))) {
        return new Decision(
            answer,
            Optional.ofNullable(json.get("payload")),
            json.path("by").asString(""),
            json.path("note").asString(""));
      }
    }
    throw new JournalException(
        JournalException.Reason.DAMAGED, "a stored decision is none of ALLOW, EDIT, SKIP, DENY");
  }
}
