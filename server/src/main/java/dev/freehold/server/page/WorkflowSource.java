package dev.freehold.server.page;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Whoever knows runs of workflows, and takes what people decide about what waits.
///
/// All methods throw [ServerException] where something cannot be told or taken, in words for the
/// person.
public interface WorkflowSource {
  /// What a person may do with a payload that waits.
  enum Action {
    SEND,
    EDIT,
    SKIP
  }

  /// What a person decided.
  ///
  /// @param digest of the payload that was seen
  /// @param payload instead, with [Action#EDIT]
  /// @param note why; may be empty
  record Decision(
      String run,
      String step,
      String digest,
      Action action,
      Optional<JsonNode> payload,
      String note) {}

  /// `waiting` and `runs`, the last changed first. What waits has `run`, `title`, `step`, `asked`
  /// as a time, `digest`, `question`, `payload`, and `show` and `options` where there are some; a
  /// run has `run`, `title`, `state`, `note` and `changed`.
  JsonNode overview();

  /// A run as in the overview, with its `workflow`, `file`, `digest`, `created`, `input`, `steps`
  /// and `waiting`. A step has `key`, `kind`, `name`, `started`, `finished` where it is, `tries`,
  /// `request` and `result`.
  JsonNode run(String id);

  /// Takes a decision.
  ///
  /// @param by who decided
  void decide(Decision decision, String by);

  /// What a signed link would decide about: `action`, `until`, and what waits as in the overview.
  /// Nothing happens.
  JsonNode look(String token);

  /// Does what a signed link says.
  ///
  /// @param payload instead of the one that waits, where the link is for an edit
  void follow(String token, Optional<JsonNode> payload);
}
