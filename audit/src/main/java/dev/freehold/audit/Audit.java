package dev.freehold.audit;

import dev.freehold.audit.grade.CardText;
import dev.freehold.audit.grade.Grade;
import dev.freehold.audit.grade.Grader;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.Rule;
import dev.freehold.audit.licence.RuleBook;
import dev.freehold.audit.licence.RuleId;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Audits models: terms, findings, answers and grades, from stored bytes.
public final class Audit {
  private final RuleBook book;
  private final Lineage.Parents parents;

  /// @param parents finds the models that others were made from
  public Audit(RuleBook book, Lineage.Parents parents) {
    this.book = book;
    this.parents = parents;
  }

  /// Audits one model.
  public AuditReport of(Subject subject) {
    Lineage lineage = Lineage.of(subject, book, parents);
    Grade grade = Grader.grade(lineage, book);
    List<Finding> findings = new ArrayList<>(OwnershipRisks.of(lineage, book));
    findings.addAll(new FoundTerms(lineage, book).all());
    findings.addAll(new FoundFiles(lineage.models().getFirst()).all());
    List<Rule> rules = Arrays.stream(RuleId.values()).map(book::rule).toList();
    return new AuditReport(
        subject.name(),
        rules,
        lineage,
        findings,
        new Questions(lineage, grade).all(),
        grade,
        statements(subject),
        List.of(),
        Optional.empty());
  }

  private static List<AuditReport.CardLine> statements(Subject subject) {
    List<AuditReport.CardLine> lines = new ArrayList<>();
    lines.add(line("data sources", subject.stated("datasets")));
    lines.add(line("languages", subject.stated("language")));
    lines.add(mentioned("licences of data", subject, List.of("data licen", "dataset licen")));
    lines.add(
        mentioned(
            "labour",
            subject,
            List.of("annotator", "labeler", "labeller", "crowd worker", "crowdwork", "wage")));
    lines.add(
        mentioned("personal data", subject, List.of("personal data", "personal information")));
    lines.add(mentioned("energy", subject, List.of("co2", "carbon", "kwh", "energy")));
    return lines;
  }

  private static AuditReport.CardLine line(String topic, List<Statement> statements) {
    return new AuditReport.CardLine(topic, statements.stream().map(Statement::value).toList());
  }

  private static AuditReport.CardLine mentioned(String topic, Subject subject, List<String> words) {
    List<String> quotes = new ArrayList<>();
    for (Document document : subject.documents()) {
      String name = document.fileName();
      if (name.equals("readme.md") || name.replace('_', '-').contains("data-card")) {
        for (Span span : CardText.mentions(document, words, 2)) {
          quotes.add(span.quote());
        }
      }
    }
    return new AuditReport.CardLine(topic.toLowerCase(Locale.ROOT), quotes);
  }
}
