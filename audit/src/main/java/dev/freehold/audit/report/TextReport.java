package dev.freehold.audit.report;

import dev.freehold.audit.AuditReport;
import dev.freehold.audit.Change;
import dev.freehold.audit.Finding;
import dev.freehold.audit.Profile;
import dev.freehold.audit.Question;
import dev.freehold.audit.grade.ComponentFact;
import dev.freehold.audit.grade.Grade;
import dev.freehold.audit.licence.Rule;
import dev.freehold.audit.licence.RuleAnswer;
import dev.freehold.audit.subject.Origin;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.Span;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A report as lines for a terminal.
public final class TextReport {
  private static final int MOST_QUOTE = 160;
  private static final int MOST_REASON = 240;
  private static final int MOST_FILES = 8;
  private static final int SHOWN_DIGITS = 12;

  private final AuditReport report;
  private final Optional<Profile> profile;
  private final boolean full;
  private final StringBuilder out = new StringBuilder();

  private TextReport(AuditReport report, Optional<Profile> profile, boolean full) {
    this.report = report;
    this.profile = profile;
    this.full = full;
  }

  /// The lines of a report.
  ///
  /// @param full with every rule, component and quotation
  public static String text(AuditReport report, Optional<Profile> profile, boolean full) {
    return new TextReport(report, profile, full).draw();
  }

  private String draw() {
    line("%s", Shown.text(report.name(), 200));
    line("%s", AuditReport.WHAT_IT_IS);
    changes();
    line("");
    line("Ownership risks");
    report.risks().forEach(this::finding);
    line("");
    line("Findings");
    if (report.others().isEmpty()) {
      line("  none");
    }
    others();
    profile.ifPresent(this::verdict);
    line("");
    line("Answers");
    report.questions().forEach(this::question);
    line("");
    line("Licence rules");
    report.rules().forEach(this::rule);
    line("");
    grade(report.grade());
    line("");
    line("As its card states");
    for (AuditReport.CardLine stated : report.statements()) {
      String words =
          stated.stated().isEmpty()
              ? "-"
              : Shown.text(String.join("; ", stated.stated()), MOST_REASON);
      line("  %-18s %s", stated.topic(), words);
    }
    sources();
    return out.toString();
  }

  private void changes() {
    if (report.earlier().isEmpty()) {
      return;
    }
    line("");
    line("Changes since %s", Shown.text(report.earlier().get().described(), MOST_REASON));
    line("  in %s", Shown.text(report.copy().described(), MOST_REASON));
    if (report.changes().isEmpty()) {
      line("  none");
    }
    for (Change change : report.changes()) {
      line("  %-10s %s", change.kind(), Shown.text(change.what(), 120));
      line("  %-10s   was %s", "", side(change.before()));
      line("  %-10s   is  %s", "", side(change.after()));
      evidence(change.evidence(), full ? 5 : 0);
    }
  }

  private static String side(String text) {
    return text.isEmpty() ? "-" : Shown.text(text, MOST_REASON);
  }

  private void line(String format, Object... values) {
    out.append(format.formatted(values)).append('\n');
  }

  /// What is found line by line; what is unknown for the same reason together.
  private void others() {
    Map<String, List<String>> unknown = new LinkedHashMap<>();
    for (Finding finding : report.others()) {
      if (finding.verdict() == Finding.Verdict.UNKNOWN && !full) {
        unknown.computeIfAbsent(finding.reason(), r -> new ArrayList<>()).add(finding.id());
      } else {
        finding(finding);
      }
    }
    unknown.forEach((reason, ids) -> {
      line("  %-10s %s", Finding.Verdict.UNKNOWN.label(), String.join(" ", ids));
      line("  %-10s %-17s %s", "", "", Shown.text(reason, MOST_REASON));
    });
  }

  private void finding(Finding finding) {
    line(
        "  %-10s %-17s %s",
        finding.verdict().label(), finding.id(), Shown.text(finding.title(), MOST_REASON));
    if (finding.verdict() != Finding.Verdict.NOT_FOUND || full) {
      line("  %-10s %-17s %s", "", "", Shown.text(finding.reason(), MOST_REASON));
      boolean found = finding.verdict() == Finding.Verdict.FOUND;
      evidence(finding.evidence(), full ? 5 : found ? 1 : 0);
    }
  }

  private void evidence(List<Span> evidence, int most) {
    evidence.stream()
        .limit(most)
        .forEach(span -> {
          String digest =
              span.sha256().isEmpty() ? "" : " sha256:" + span.sha256().substring(0, 12);
          line(
              "  %-10s %-17s > %s @%d%s",
              "", "", Shown.text(span.document(), 80), span.offset(), digest);
          line("  %-10s %-17s   \"%s\"", "", "", Shown.text(span.quote(), MOST_QUOTE));
          report
              .origin(span)
              .ifPresent(origin ->
                  line(
                      "  %-10s %-17s   from %s",
                      "", "", Shown.text(origin.described(), MOST_REASON)));
        });
  }

  /// Where the files came from, each source once.
  private void sources() {
    Map<String, List<Origin>> sources = new LinkedHashMap<>();
    for (Origin origin : report.subject().evidence().origins()) {
      String told = "%s, %s; %s".formatted(origin.source(), origin.time(), origin.status());
      sources.computeIfAbsent(told, none -> new ArrayList<>()).add(origin);
    }
    if (sources.isEmpty()) {
      return;
    }
    line("");
    line("Where its bytes came from");
    sources.forEach((told, files) -> {
      line("  %s", Shown.text(told, 2 * MOST_REASON));
      files.stream()
          .limit(full ? files.size() : MOST_FILES)
          .forEach(origin ->
              line(
                  "    sha256:%s  %s",
                  Shown.text(origin.sha256(), SHOWN_DIGITS), Shown.text(origin.file(), 120)));
      if (!full && files.size() > MOST_FILES) {
        line("    and %d more; --evidence lists them", files.size() - MOST_FILES);
      }
    });
  }

  private void verdict(Profile wanted) {
    line("");
    List<Finding> blocking = wanted.blocking(report);
    List<Finding> undecided = wanted.undecided(report);
    line("For %s", wanted.label());
    blocking.forEach(f -> line("  blocking   %-17s %s", f.id(), Shown.text(f.title(), 120)));
    undecided.forEach(f -> line("  undecided  %-17s %s", f.id(), Shown.text(f.reason(), 120)));
    if (blocking.isEmpty() && undecided.isEmpty()) {
      line("  nothing is blocking");
    }
  }

  private void question(Question question) {
    line("  %-12s %s", question.answer(), question.question());
    line("  %-12s   %s", "", Shown.text(question.reason(), MOST_REASON));
    if (full) {
      evidence(question.evidence(), 2);
    }
  }

  private void rule(Rule rule) {
    RuleAnswer answer = report.lineage().answer(rule.id());
    line("  %-7s %-12s %s", rule.id(), answer.answer(), rule.question());
    if (full) {
      line("  %-7s %-12s   %s", "", "", Shown.text(answer.reason(), MOST_REASON));
      evidence(answer.evidence(), 1);
    }
  }

  private void grade(Grade grade) {
    line("Model Openness Framework: %s", grade.className());
    if (full) {
      for (ComponentFact fact : grade.components()) {
        line(
            "  %-12s %-5s %-24s %s",
            fact.state().label(),
            fact.open() ? "open" : "-",
            fact.component().label(),
            Shown.text(fact.reason(), MOST_REASON));
      }
    } else {
      int next = grade.mofClass() == 0 ? 3 : Math.max(1, grade.mofClass() - 1);
      List<String> missing =
          grade.mofClass() == 1 ? List.of() : grade.missing().getOrDefault(next, List.of());
      if (!missing.isEmpty()) {
        line("  to reach class %s:", "I".repeat(next));
      }
      missing.forEach(lack -> line("    %s", Shown.text(lack, MOST_REASON)));
    }
    line("");
    line(
        "Open Source AI Definition 1.0: %s",
        grade.meetsDefinition() ? "every line is met" : "not every line is met");
    for (Grade.Check check : grade.checklist()) {
      line(
          "  %-8s %-17s %-22s %s",
          check.met(),
          check.element(),
          check.requirement(),
          Shown.text(check.reason(), MOST_REASON));
    }
  }
}
