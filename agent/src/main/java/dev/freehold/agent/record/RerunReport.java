package dev.freehold.agent.record;

import java.util.List;
import java.util.Optional;

/// What came of doing a run again.
///
/// @param answers of the model that the record has
/// @param same how many of them came out the same, from the first on
/// @param fromRecord steps that were not done but taken from the record: tools, approvals, messages
/// @param stopped answers that a person had stopped, which are taken from the record too
/// @param models who gave the answers, as the record has it
/// @param difference the first, where there is one
public record RerunReport(
    int answers,
    int same,
    int fromRecord,
    int stopped,
    List<String> models,
    Optional<Difference> difference) {
  public RerunReport {
    models = List.copyOf(models);
  }

  /// Whether every answer that was asked for came out as it is recorded.
  public boolean isSame() {
    return difference.isEmpty() && same + stopped == answers;
  }
}
