package dev.freehold.cli;

import dev.freehold.audit.Audit;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.server.page.OpennessSource.Openness;

/// What an audit of a kept model found, in two lines.
record KeptOpenness(Openness found) {
  /// Audits it; weights are not read.
  static KeptOpenness of(Surroundings surroundings, KeptModel kept) {
    Audit audit = new Audit(RuleBook.load(), new AuditSubjects(surroundings));
    return new KeptOpenness(ServedOpenness.told(audit.of(KeptSubject.of(surroundings, kept))));
  }

  String gradeLine() {
    String licences =
        found.licences().isEmpty()
            ? "no licence is recognised"
            : String.join(", ", found.licences());
    return "%s; Open Source AI Definition: %s; %s"
        .formatted(found.grade(), found.definition() ? "met" : "not met", licences);
  }

  String risksLine() {
    String text = found.risks().isEmpty() ? "none is found" : String.join("; ", found.risks());
    return found.unknown() == 0
        ? text
        : "%s; of %d nobody can tell".formatted(text, found.unknown());
  }
}
