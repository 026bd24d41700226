package dev.freehold.audit.licence;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// A rule as the rule book has it.
///
/// @param id its name
/// @param question for people
/// @param answers from the mildest to the strictest; the first is what silence means
/// @param adverse answers that are a finding
/// @param phrases what gives each answer
public record Rule(
    RuleId id,
    String question,
    List<String> answers,
    Set<String> adverse,
    Map<String, List<Phrase>> phrases) {
  public Rule {
    answers = List.copyOf(answers);
    adverse = Set.copyOf(adverse);
    phrases = Map.copyOf(phrases);
  }

  /// What silence means.
  public String mildest() {
    return answers.getFirst();
  }

  public boolean isAdverse(String answer) {
    return adverse.contains(answer);
  }

  /// Whether nothing that is still unknown can make an answer worse.
  boolean isFinal(String answer) {
    return isAdverse(answer) || answers.size() > 1 && answer.equals(answers.getLast());
  }

  /// How strict an answer is; -1 of an unknown one.
  int strictness(String answer) {
    return answers.indexOf(answer);
  }
}
