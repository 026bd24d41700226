package dev.freehold.audit;

import dev.freehold.audit.grade.Grade;
import dev.freehold.audit.licence.Lineage;
import dev.freehold.audit.licence.Rule;
import dev.freehold.audit.subject.Origin;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Subject;
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
/// @param earlier the copy that it was compared with
public record AuditReport(
    String name,
    List<Rule> rules,
    Lineage lineage,
    List<Finding> findings,
    List<Question> questions,
    Grade grade,
    List<CardLine> statements,
    List<Change> changes,
    Optional<Copy> earlier) {
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

  /// A copy of a model.
  ///
  /// @param name what the user calls it
  /// @param recorded when the origin of its files was written down, where it was
  public record Copy(String name, Optional<String> recorded) {
    /// Name and time on one line.
    public String described() {
      return name + recorded.map(time -> ", of " + time).orElse("");
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
    return new AuditReport(
        name, rules, lineage, all, questions, grade, statements, changes, earlier);
  }

  /// The same, compared with an audit of an earlier copy.
  public AuditReport since(AuditReport earlier) {
    List<Change> found = Drift.between(earlier, this);
    return new AuditReport(
        name,
        rules,
        lineage,
        findings,
        questions,
        grade,
        statements,
        found,
        Optional.of(earlier.copy()));
  }

  /// Which copy of the model it is about.
  public Copy copy() {
    return new Copy(name, subject().evidence().recorded());
  }

  /// The model without those that it was made from.
  public Subject subject() {
    return lineage.models().getFirst().subject();
  }

  /// Where the bytes of a quotation came from, where that is written down.
  public Optional<Origin> origin(Span span) {
    return lineage.models().stream()
        .flatMap(terms -> terms.subject().origin(span).stream())
        .findFirst();
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
