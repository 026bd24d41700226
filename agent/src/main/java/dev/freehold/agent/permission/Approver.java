package dev.freehold.agent.permission;

import tools.jackson.databind.JsonNode;

/// Whoever gives leave where rules say nothing.
public interface Approver {
  /// Asks, and waits for the answer or says that it comes later.
  Answer ask(Question question);

  /// What was answered.
  sealed interface Answer {
    /// This call, and no other.
    record Once() implements Answer {}

    /// This call and all that the rule allows from now on.
    record Always(Rule rule) implements Answer {}

    /// Other arguments instead.
    record Edited(JsonNode arguments) implements Answer {}

    /// Not this.
    ///
    /// @param note for the model; may be empty
    record Denied(String note) implements Answer {}

    /// The answer comes when it comes: the run waits for it in its journal.
    record Later() implements Answer {}
  }

  /// Nobody is there: what would be asked is denied.
  Approver NOBODY = question -> new Answer.Denied("nobody is there to be asked");

  /// Nobody is there now: the run waits.
  Approver LATER = question -> new Answer.Later();
}
