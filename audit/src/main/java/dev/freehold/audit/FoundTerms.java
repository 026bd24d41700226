package dev.freehold.audit;

import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.licence.Licence;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.Reading;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.RuleId;
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Findings about terms that are no ownership risks: adverse answers, and texts and claims that do
/// not fit each other.
final class FoundTerms {
  private final Lineage lineage;
  private final RuleBook book;
  private final Terms terms;
  private final List<Finding> found = new ArrayList<>();

  FoundTerms(Lineage lineage, RuleBook book) {
    this.lineage = lineage;
    this.book = book;
    this.terms = lineage.models().getFirst();
  }

  List<Finding> all() {
    for (RuleId id : RuleId.values()) {
      Finding finding = OwnershipRisks.finding(id, lineage.answer(id), book);
      if (!OwnershipRisks.RULES.contains(id)
          && !book.rule(id).adverse().isEmpty()
          && finding.verdict() != Verdict.NOT_FOUND) {
        found.add(finding);
      }
    }
    missingText();
    differences();
    surplus();
    policies();
    for (Statement base : lineage.absent()) {
      add(
          "base-absent",
          "a model that it was made from is not at hand",
          "its terms may add to these: " + Shown.text(base.value(), 100),
          List.of(base.span()));
    }
    return found;
  }

  private void add(String id, String title, String reason, List<Span> evidence) {
    found.add(new Finding(id, Verdict.FOUND, title, reason, evidence));
  }

  private void missingText() {
    if (terms.licenceTexts().isEmpty()) {
      List<Span> claims = terms.claims().stream().map(Statement::span).toList();
      add(
          "licence-missing",
          "there is no licence text",
          claims.isEmpty() ? "and none is claimed" : "a claim is no text",
          claims);
    } else if (terms.licenceTexts().stream().anyMatch(text -> text.recognised().isEmpty())) {
      add(
          "licence-unknown",
          "a licence text is none that is known",
          "what it does not forbid by known words is unknown",
          terms.licenceTexts().stream()
              .filter(text -> text.recognised().isEmpty())
              .map(text -> text.document().whole())
              .toList());
    }
  }

  /// Where the card says one licence and the text is another.
  private void differences() {
    List<Licence> recognised = terms.recognised();
    if (recognised.isEmpty()) {
      return;
    }
    for (Statement claim : terms.claims()) {
      String value = claim.value().toLowerCase(Locale.ROOT);
      boolean says = !value.equals("other") && !value.equals("unknown");
      boolean fits =
          book.claimed(claim.value()).map(recognised::contains).orElse(false)
              || isFamilyOf(value, recognised);
      if (says && !fits && book.claimed(claim.value()).isPresent()
          || says && !fits && book.isOpenId(value)) {
        List<Span> evidence = new ArrayList<>(List.of(claim.span()));
        terms.licenceTexts().forEach(text -> evidence.addAll(text.marks()));
        add(
            "licence-differs",
            "the card and the licence text differ",
            "the card claims %s, the text is %s"
                .formatted(Shown.text(claim.value(), 60), recognised.getFirst().id()),
            evidence);
      }
    }
  }

  private static boolean isFamilyOf(String claim, List<Licence> recognised) {
    return recognised.stream()
        .anyMatch(licence -> licence.id().toLowerCase(Locale.ROOT).startsWith(claim + "-"));
  }

  private void surplus() {
    for (Reading text : terms.licenceTexts()) {
      if (text.surplus() > 0) {
        add(
            "licence-has-more",
            "a licence text holds more than its licence",
            "%d words beyond %s; read them"
                .formatted(text.surplus(), text.recognised().getFirst().id()),
            List.of(text.document().whole()));
      }
      if (text.recognised().size() > 1) {
        add(
            "licence-several",
            "a licence text holds several licences",
            String.join(", ", text.recognised().stream().map(Licence::id).toList()),
            text.marks());
      }
    }
  }

  /// A policy that an answer rests on, and whose text is not there.
  private void policies() {
    boolean stored = terms.readings().stream().anyMatch(r -> r.role() == Reading.Role.POLICY);
    boolean named = book.rule(RuleId.AUPURL).isAdverse(terms.answer(RuleId.AUPURL).answer());
    if (named && !stored) {
      add(
          "policy-missing",
          "the rules of use are not stored",
          "they stand at an address; fetch and keep them",
          terms.answer(RuleId.AUPURL).evidence());
    }
  }
}
