package dev.freehold.audit.licence;

import dev.freehold.audit.subject.Span;
import java.util.List;

/// The answer to a rule, with what it rests on.
///
/// @param rule the question
/// @param answer one of the rule's answers, or [RuleId#UNKNOWN]
/// @param basis what kind of evidence it has
/// @param reason in a sentence
/// @param evidence quotations of stored documents; empty where there are none
public record RuleAnswer(
    RuleId rule, String answer, Basis basis, String reason, List<Span> evidence) {
  /// What an answer rests on.
  public enum Basis {
    /// Words of a text.
    TEXT,
    /// What is published of the licence that the text was recognised as.
    LICENCE,
    /// What is published of a licence that is claimed, and whose text is missing.
    CLAIM,
    /// A recognised text that says nothing of it.
    SILENCE,
    /// Nothing.
    NOTHING
  }

  public RuleAnswer {
    evidence = List.copyOf(evidence);
  }

  static RuleAnswer unknown(RuleId rule, String reason, List<Span> evidence) {
    return new RuleAnswer(rule, RuleId.UNKNOWN, Basis.NOTHING, reason, evidence);
  }

  public boolean isUnknown() {
    return answer.equals(RuleId.UNKNOWN);
  }
}
