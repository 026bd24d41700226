package dev.freehold.audit.licence;

import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.Subject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The terms of one model: the texts it carries, what its publisher claims, and the answers of
/// both.
///
/// @param subject the model
/// @param readings its texts of terms
/// @param claims statements that name a licence
/// @param claimed the licences that these mean, where they are known
/// @param answers by rule, for every rule
public record Terms(
    Subject subject,
    List<Reading> readings,
    List<Statement> claims,
    List<Licence> claimed,
    Map<RuleId, RuleAnswer> answers) {
  private static final List<RuleId> RESTRICTING =
      List.of(
          RuleId.COMM,
          RuleId.MAU,
          RuleId.REV,
          RuleId.FIELD,
          RuleId.AUPURL,
          RuleId.CHANGE,
          RuleId.TRAIN,
          RuleId.OUT,
          RuleId.REVOKE,
          RuleId.REMOTE,
          RuleId.LATEST,
          RuleId.GEO,
          RuleId.INDEM,
          RuleId.GATE);

  public Terms {
    readings = List.copyOf(readings);
    claims = List.copyOf(claims);
    claimed = List.copyOf(claimed);
    answers = Map.copyOf(answers);
  }

  /// The texts that are its licence.
  public List<Reading> licenceTexts() {
    return readings.stream().filter(r -> r.role() == Reading.Role.LICENCE).toList();
  }

  /// The licences as which its texts are recognised.
  public List<Licence> recognised() {
    return licenceTexts().stream().flatMap(r -> r.recognised().stream()).distinct().toList();
  }

  /// The one licence that its text is, where it is one and holds nothing more.
  public Optional<Licence> plain() {
    List<Reading> texts = licenceTexts();
    List<Licence> known = recognised();
    boolean whole = texts.stream().allMatch(r -> r.recognised().size() == 1 && r.surplus() == 0);
    return whole && known.size() == 1 ? Optional.of(known.getFirst()) : Optional.empty();
  }

  /// Whether anything beside an open licence takes from what that gives: a policy, a gate, a line
  /// in the card.
  public boolean isRestricted() {
    return RESTRICTING.stream().anyMatch(this::isStrict);
  }

  private boolean isStrict(RuleId id) {
    RuleAnswer answer = answer(id);
    boolean mild =
        id == RuleId.COMM || id == RuleId.TRAIN
            ? answer.answer().equals("yes")
            : List.of("no", "none").contains(answer.answer());
    return !answer.isUnknown() && !mild;
  }

  public RuleAnswer answer(RuleId id) {
    RuleAnswer answer = answers.get(id);
    if (answer == null) {
      throw new IllegalArgumentException("no answer to " + id);
    }
    return answer;
  }
}
