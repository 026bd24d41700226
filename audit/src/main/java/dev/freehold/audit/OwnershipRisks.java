package dev.freehold.audit;

import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.RuleAnswer;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.RuleId;
import java.util.List;
import java.util.Map;

/// The seven terms under which nobody owns the use of a model outright, however free it is today.
final class OwnershipRisks {
  /// In the order in which reports tell them.
  static final List<RuleId> RULES =
      List.of(
          RuleId.CHANGE,
          RuleId.AUPURL,
          RuleId.REVOKE,
          RuleId.REMOTE,
          RuleId.LATEST,
          RuleId.END,
          RuleId.GEO);

  private static final Map<RuleId, String> TITLES =
      Map.of(
          RuleId.CHANGE, "the licensor may change the terms",
          RuleId.AUPURL, "rules of use stand at an address and can change",
          RuleId.REVOKE, "it can be taken back without a breach",
          RuleId.REMOTE, "the licensor may restrict use from afar",
          RuleId.LATEST, "the latest version must be used",
          RuleId.END, "when it ends, all copies must be deleted",
          RuleId.GEO, "places are excluded");

  private OwnershipRisks() {}

  static List<Finding> of(Lineage lineage, RuleBook book) {
    return RULES.stream().map(id -> finding(id, lineage.answer(id), book)).toList();
  }

  /// An answer as a finding under the rule's name.
  static Finding finding(RuleId id, RuleAnswer answer, RuleBook book) {
    Verdict verdict =
        answer.isUnknown()
            ? Verdict.UNKNOWN
            : book.rule(id).isAdverse(answer.answer()) ? Verdict.FOUND : Verdict.NOT_FOUND;
    String title = TITLES.getOrDefault(id, book.rule(id).question() + " " + answer.answer());
    return new Finding(id.name(), verdict, title, answer.reason(), answer.evidence());
  }
}
