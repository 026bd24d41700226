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

  public RuleAnswer answer(RuleId id) {
    RuleAnswer answer = answers.get(id);
    if (answer == null) {
      throw new IllegalArgumentException("no answer to " + id);
    }
    return answer;
  }
}
