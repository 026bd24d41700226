package dev.freehold.audit;

import dev.freehold.audit.subject.Span;
import java.util.List;

/// A question that is answered apart from all grades.
///
/// @param id in words with hyphens
/// @param question for people
/// @param answer `yes`, `conditional`, `partly`, `no` or `unknown`
/// @param reason in a sentence
/// @param evidence quotations of stored documents
public record Question(
    String id, String question, String answer, String reason, List<Span> evidence) {
  public Question {
    evidence = List.copyOf(evidence);
  }
}
