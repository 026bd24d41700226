package dev.freehold.audit.licence;

import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a text of terms says.
///
/// @param document the text
/// @param role what it is for the model
/// @param recognised the licences whose marks stand in it
/// @param marks where they stand
/// @param surplus words beyond the length of the licence that it is; 0 where it has no more
/// @param answers by rule, for those on which it says something
public record Reading(
    Document document,
    Role role,
    List<Licence> recognised,
    List<Span> marks,
    int surplus,
    Map<RuleId, RuleAnswer> answers) {
  /// What a text is for a model.
  public enum Role {
    LICENCE,
    POLICY,
    NOTICE,
    GATE,
    CARD
  }

  public Reading {
    recognised = List.copyOf(recognised);
    marks = List.copyOf(marks);
    answers = Map.copyOf(answers);
  }

  /// What it says on a rule; empty where it says nothing that can be told.
  public Optional<RuleAnswer> answer(RuleId rule) {
    return Optional.ofNullable(answers.get(rule));
  }
}
