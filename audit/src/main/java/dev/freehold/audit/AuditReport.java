package dev.freehold.audit;

import dev.freehold.audit.grade.Grade;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What an audit found of a model.
///
/// @param name what the user calls it
/// @param rules the rule book's, in its order
/// @param lineage the terms of it and of all it was made from
/// @param findings the ownership risks, then all others that are found or unknown
/// @param questions what is answered apart from grades
/// @param grade how open it is by both frameworks
/// @param statements what its card says of data, languages and labour; blanks as blanks
/// @param changes since an earlier copy; empty where none was compared
public record AuditReport(
    String name,
    List<Rule> rules,
    Lineage lineage,
    List<Finding> findings,
    List<Question> questions,
    Grade grade,
    List<CardLine> statements,
    List<Change> changes) {
  /// What the report is, and is not.
  public static final String WHAT_IT_IS =
      "A reading aid: it quotes the texts that it read. It is not legal advice.";

  /// How many of the findings are ownership risks.
  public static final int RISKS = 7;

  /// A line of what a card states.
  ///
  /// @param topic what it is about
  /// @param stated in the card's words; empty where it is silent
  public record CardLine(String topic, List<String> stated) {
    public CardLine {
      stated = List.copyOf(stated);
    }
  }

  public AuditReport {
    rules = List.copyOf(rules);
    findings = List.copyOf(findings);
    questions = List.copyOf(questions);
    statements = List.copyOf(statements);
    changes = List.copyOf(changes);
  }

  /// The same with more findings.
  public AuditReport and(List<Finding> more) {
    List<Finding> all = new ArrayList<>(findings);
    all.addAll(more);
    return new AuditReport(name, rules, lineage, all, questions, grade, statements, changes);
  }

  /// The same, compared with an audit of an earlier copy.
  public AuditReport since(AuditReport earlier) {
    List<Change> found = Drift.between(earlier, this);
    return new AuditReport(name, rules, lineage, findings, questions, grade, statements, found);
  }

  /// The seven ownership risks.
  public List<Finding> risks() {
    return findings.subList(0, RISKS);
  }

  /// The findings that are no ownership risks.
  public List<Finding> others() {
    return findings.subList(RISKS, findings.size());
  }

  public Optional<Finding> finding(String id) {
    return findings.stream().filter(finding -> finding.id().equals(id)).findFirst();
  }

  public Question question(String id) {
    return questions.stream()
        .filter(question -> question.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no question " + id));
  }
}
