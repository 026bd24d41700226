package dev.freehold.agent.journal;

import dev.freehold.tensor.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// One step of a run as it is written down.
///
/// @param position in the order in which the run's steps began, from 0 on
/// @param call what was asked, and by which key a resumed run finds it again
/// @param digest SHA-256 of the request as it is stored; approvals name what they allow by it
/// @param snapshot of the workspace before the step; empty where it has no effect there
/// @param tries how often it was begun
/// @param due when a timer's time comes
/// @param started when it was begun last
/// @param finished when its result was written; empty while it is in doubt, or waits
/// @param result what came out; a missing node while there is none
public record Step(
    String run,
    int position,
    StepCall call,
    String digest,
    String snapshot,
    int tries,
    Optional<Instant> due,
    Instant started,
    Optional<Instant> finished,
    JsonNode result) {
  public boolean isFinished() {
    return finished.isPresent();
  }

  /// What names the step's effect to others, the same however often the step is tried.
  public String idempotencyKey() {
    return idempotencyKey(run, call.key());
  }

  /// What was decided, of an approval.
  public Optional<Decision> decision() {
    return call.kind() == StepKind.APPROVAL && isFinished()
        ? Optional.of(Decision.of(result))
        : Optional.empty();
  }

  /// The digest of a request.
  public static String digest(JsonNode request) {
    return Sha256.of(Rows.text(request));
  }

  /// The same, of a step that may not have been begun.
  public static String idempotencyKey(String run, String key) {
    return "freehold-" + Sha256.of(run + "/" + key).substring(0, 32);
  }

  /// The last note of this name among the steps of a run.
  public static Optional<Step> lastNote(List<Step> steps, String name) {
    return steps.reversed().stream()
        .filter(step -> step.call().kind() == StepKind.NOTE && step.call().name().equals(name))
        .findFirst();
  }
}
