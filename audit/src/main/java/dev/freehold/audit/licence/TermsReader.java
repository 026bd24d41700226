package dev.freehold.audit.licence;

import dev.freehold.audit.licence.RuleAnswer.Basis;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.ModelCard;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds a model's texts of terms, reads them and joins what they say.
///
/// Not only LICENSE counts: restrictions stand in policies, on the gate before a download and in
/// cards. A claim without a text never permits, but it can forbid.
public final class TermsReader {
  private static final Pattern LICENCE_NAME =
      Pattern.compile("(.*[-_./])?(licen[cs]es?|copying|unlicense|terms(_of_use)?)([-_.].*)?");
  private static final Pattern POLICY_NAME =
      Pattern.compile(".*(use[-_ ]?policy|acceptable[-_ ]?use|prohibited[-_ ]?use|\\baup\\b).*");
  private static final Pattern OF_OTHER_PARTS = Pattern.compile(".*(data|code|docs?|third).*");

  private final RuleBook book;
  private final LicenceReader reader;

  public TermsReader(RuleBook book) {
    this.book = book;
    this.reader = new LicenceReader(book);
  }

  /// Reads a model's terms, without those of the models it was made from.
  public Terms read(Subject subject) {
    List<Reading> readings = new ArrayList<>();
    for (Document document : subject.documents()) {
      role(document).ifPresent(role -> readings.add(reader.read(document, role)));
    }
    for (Statement gate : subject.stated("extra_gated_prompt")) {
      readings.add(reader.read(gate.document(), Reading.Role.GATE, gate.from(), gate.to()));
    }
    subject
        .document(ModelCard.FILE)
        .ifPresent(card -> readings.add(reader.read(card, Reading.Role.CARD)));
    List<Statement> claims = claims(subject);
    List<Licence> claimed = claimed(claims);
    Map<RuleId, RuleAnswer> answers = new EnumMap<>(RuleId.class);
    for (RuleId id : RuleId.values()) {
      answers.put(id, answer(book.rule(id), subject, readings, claims, claimed));
    }
    return new Terms(subject, readings, claims, claimed, answers);
  }

  /// What a document is for its model: terms lie at the top; those below are of the parts there.
  static Optional<Reading.Role> role(Document document) {
    String name = document.fileName();
    boolean atTop = document.name().indexOf('/') < 0 || document.name().contains("#");
    if (!atTop || name.endsWith(".py") || name.endsWith(".java") || name.length() > 120) {
      return Optional.empty();
    }
    if (POLICY_NAME.matcher(name).matches()) {
      return Optional.of(Reading.Role.POLICY);
    }
    if (name.startsWith("notice")) {
      return Optional.of(Reading.Role.NOTICE);
    }
    boolean isLicence = LICENCE_NAME.matcher(name).matches();
    return isLicence && !OF_OTHER_PARTS.matcher(name).matches()
        ? Optional.of(Reading.Role.LICENCE)
        : Optional.empty();
  }

  private static List<Statement> claims(Subject subject) {
    List<Statement> claims = new ArrayList<>(subject.stated("license"));
    claims.addAll(subject.stated("license_name"));
    return claims;
  }

  private List<Licence> claimed(List<Statement> claims) {
    return claims.stream()
        .map(claim -> book.claimed(claim.value()))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  private static RuleAnswer answer(
      Rule rule,
      Subject subject,
      List<Reading> readings,
      List<Statement> claims,
      List<Licence> claimed) {
    List<RuleAnswer> said = new ArrayList<>();
    boolean hasText = false;
    boolean isKnown = true;
    List<Span> unread = new ArrayList<>();
    for (Reading reading : readings) {
      Optional.ofNullable(reading.answers().get(rule.id())).ifPresent(said::add);
      if (reading.role() == Reading.Role.LICENCE) {
        hasText = true;
        if (reading.recognised().isEmpty()) {
          isKnown = false;
          unread.add(reading.document().whole());
        }
      }
    }
    for (Licence licence : claimed) {
      String fact = licence.facts().getOrDefault(rule.id(), rule.mildest());
      if (rule.isAdverse(fact)) {
        said.add(
            new RuleAnswer(
                rule.id(),
                fact,
                Basis.CLAIM,
                licence.reason(rule.id(), "which is claimed"),
                claims.stream().map(Statement::span).toList()));
      }
    }
    if (rule.id() == RuleId.GATE) {
      gate(subject).ifPresent(said::add);
    }
    Optional<RuleAnswer> strictest = strictest(rule, said);
    boolean tells = hasText && isKnown;
    if (strictest.isPresent() && (tells || rule.isFinal(strictest.get().answer()))) {
      return strictest.get();
    }
    String reason =
        !hasText
            ? claims.isEmpty()
                ? "no licence text, and none is claimed"
                : "no licence text: \"%s\" is claimed only".formatted(claims.getFirst().value())
            : "the licence text is none that is known";
    List<Span> evidence = hasText ? unread : claims.stream().map(Statement::span).toList();
    return RuleAnswer.unknown(rule.id(), reason, evidence);
  }

  private static Optional<RuleAnswer> gate(Subject subject) {
    return subject.statements().stream()
        .filter(statement -> statement.key().startsWith("extra_gated"))
        .findFirst()
        .map(statement ->
            new RuleAnswer(
                RuleId.GATE,
                "gate",
                Basis.TEXT,
                "the card sets a gate before the download",
                List.of(statement.span())));
  }

  private static Optional<RuleAnswer> strictest(Rule rule, List<RuleAnswer> answers) {
    RuleAnswer strictest = null;
    for (RuleAnswer answer : answers) {
      if (strictest == null
          || rule.strictness(answer.answer()) > rule.strictness(strictest.answer())) {
        strictest = answer;
      }
    }
    return Optional.ofNullable(strictest);
  }
}
