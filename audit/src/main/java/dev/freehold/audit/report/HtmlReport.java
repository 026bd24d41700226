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
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Origin;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.Span;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A report as one page without scripts that fetches nothing. Whatever models say stands in it as
/// text only.
public final class HtmlReport {
  private static final int MOST_TEXT = 600;
  private static final int MOST_EVIDENCE = 4;

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--ink:#1f2328;--dim:#59636e;--line:#d8dee4;--back:#fff;\
      --box:#f6f8fa;--bad:#b3261e;--good:#1a7f37;--odd:#8a5a00}
      @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--dim:#9198a1;--line:#2a313c;\
      --back:#0d1117;--box:#161b22;--bad:#ff8f86;--good:#57d27f;--odd:#e3b341}}
      body{margin:0 auto;max-width:1000px;padding:16px;font:15px/1.45 system-ui,sans-serif;\
      color:var(--ink);background:var(--back)}
      h1{font-size:24px;margin-bottom:4px;overflow-wrap:anywhere}
      h2{font-size:18px;margin-top:32px}
      .dim{color:var(--dim)}
      .tiles{display:flex;flex-wrap:wrap;gap:12px;margin:16px 0}
      .tile{background:var(--box);border:1px solid var(--line);border-radius:8px;padding:10px 14px;\
      min-width:150px}
      .tile b{display:block;font-size:19px}
      table{border-collapse:collapse;width:100%}
      td,th{padding:6px 12px 6px 0;text-align:left;vertical-align:top;\
      border-bottom:1px solid var(--line)}
      th{font-weight:600;color:var(--dim)}
      td.w{white-space:nowrap}
      .bad{color:var(--bad);font-weight:600}
      .good{color:var(--good);font-weight:600}
      .odd{color:var(--odd);font-weight:600}
      summary{cursor:pointer;color:var(--dim)}
      blockquote{margin:6px 0;padding:6px 10px;background:var(--box);\
      border-left:3px solid var(--line);overflow-wrap:anywhere}
      .place{font:12px ui-monospace,monospace;color:var(--dim);overflow-wrap:anywhere}
      """;

  private final AuditReport report;
  private final Optional<Profile> profile;
  private final StringBuilder out = new StringBuilder();

  private HtmlReport(AuditReport report, Optional<Profile> profile) {
    this.report = report;
    this.profile = profile;
  }

  /// The page.
  public static String html(AuditReport report, Optional<Profile> profile) {
    return new HtmlReport(report, profile).draw();
  }

  private String draw() {
    out.append(
        """
        <!DOCTYPE html>
        <html lang="en">
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width">
        """);
    line("<title>Audit: %s</title>", html(report.name()));
    out.append("<style>\n").append(STYLE).append("</style>\n");
    line("<h1>%s</h1>", html(report.name()));
    line("<p class=\"dim\">%s</p>", html(AuditReport.WHAT_IT_IS));
    tiles();
    profile.ifPresent(this::verdict);
    changes();
    line("<h2>Ownership risks</h2>");
    findings(report.risks());
    line("<h2>Findings</h2>");
    findings(report.others());
    questions();
    lineage();
    rules();
    components(report.grade());
    checklist(report.grade());
    card();
    origins();
    return out.append("</html>\n").toString();
  }

  private void line(String format, Object... values) {
    out.append(format.formatted(values)).append('\n');
  }

  private void tiles() {
    long found = report.risks().stream().filter(f -> f.verdict() == Finding.Verdict.FOUND).count();
    long unknown =
        report.risks().stream().filter(f -> f.verdict() == Finding.Verdict.UNKNOWN).count();
    Grade grade = report.grade();
    line("<div class=\"tiles\">");
    tile(
        "Ownership risks",
        unknown == 0 ? "%d of 7".formatted(found) : "%d, %d unknown".formatted(found, unknown),
        found > 0 ? "bad" : unknown > 0 ? "odd" : "good");
    tile("Model Openness Framework", grade.className(), grade.mofClass() == 1 ? "good" : "odd");
    tile(
        "Open Source AI Definition",
        grade.meetsDefinition() ? "every line met" : "not met",
        grade.meetsDefinition() ? "good" : "odd");
    tile("Weights may be used", report.question("weights-usable").answer(), colour("weights"));
    line("</div>");
  }

  private String colour(String about) {
    String answer = report.question(about + "-usable").answer();
    return answer.equals("yes") ? "good" : answer.equals("no") ? "bad" : "odd";
  }

  private void tile(String name, String value, String colour) {
    line(
        "<div class=\"tile\"><span class=\"dim\">%s</span><b class=\"%s\">%s</b></div>",
        html(name), colour, html(value));
  }

  private void verdict(Profile wanted) {
    List<Finding> blocking = wanted.blocking(report);
    List<Finding> undecided = wanted.undecided(report);
    line("<h2>For %s</h2>", html(wanted.label()));
    if (blocking.isEmpty() && undecided.isEmpty()) {
      line("<p class=\"good\">Nothing is blocking.</p>");
      return;
    }
    line("<table>");
    blocking.forEach(f -> row("blocking", "bad", f.id(), f.title(), f.evidence()));
    undecided.forEach(f -> row("undecided", "odd", f.id(), f.reason(), f.evidence()));
    line("</table>");
  }

  private void changes() {
    if (report.earlier().isEmpty()) {
      return;
    }
    line("<h2>Changes since %s</h2>", html(report.earlier().get().described()));
    line("<p class=\"dim\">in %s</p>\n<table>", html(report.copy().described()));
    if (report.changes().isEmpty()) {
      line("<tr><td>None.</td></tr>");
    }
    for (Change change : report.changes()) {
      String text = "%s \u2192 %s".formatted(side(change.before()), side(change.after()));
      row(change.kind(), "odd", change.what(), text, change.evidence());
    }
    line("</table>");
  }

  private static String side(String text) {
    return text.isEmpty() ? "nothing" : text;
  }

  private void findings(List<Finding> findings) {
    if (findings.isEmpty()) {
      line("<p>None.</p>");
      return;
    }
    line("<table>");
    for (Finding finding : findings) {
      String colour =
          switch (finding.verdict()) {
            case FOUND -> "bad";
            case NOT_FOUND -> "good";
            case UNKNOWN -> "odd";
          };
      row(
          finding.verdict().label(),
          colour,
          finding.id(),
          finding.title() + " \u2013 " + finding.reason(),
          finding.evidence());
    }
    line("</table>");
  }

  private void row(String verdict, String colour, String id, String text, List<Span> evidence) {
    line(
        "<tr><td class=\"w %s\">%s</td><td>%s</td><td>%s%s</td></tr>",
        colour, html(verdict), html(id), html(text), evidence(evidence));
  }

  private String evidence(List<Span> spans) {
    if (spans.isEmpty()) {
      return "";
    }
    return spans.stream()
        .limit(MOST_EVIDENCE)
        .map(span ->
            "<blockquote>%s<div class=\"place\">%s, byte %d%s%s</div></blockquote>"
                .formatted(
                    html(span.quote()),
                    html(span.document()),
                    span.offset(),
                    span.sha256().isEmpty() ? "" : ", sha256:" + html(span.sha256()),
                    report.origin(span).map(o -> "<br>from " + html(o.described())).orElse("")))
        .collect(Collectors.joining("", "<details><summary>evidence</summary>", "</details>"));
  }

  private void questions() {
    line("<h2>Answers</h2>\n<table>");
    for (Question question : report.questions()) {
      String colour =
          question.answer().equals("yes") ? "good" : question.answer().equals("no") ? "bad" : "odd";
      line(
          "<tr><td class=\"w %s\">%s</td><td>%s<div class=\"dim\">%s</div>%s</td></tr>",
          colour,
          html(question.answer()),
          html(question.question()),
          html(question.reason()),
          evidence(question.evidence()));
    }
    line("</table>");
  }

  private void lineage() {
    line("<h2>Texts that were read</h2>\n<table>");
    for (Terms terms : report.lineage().models()) {
      terms
          .readings()
          .forEach(reading ->
              line(
                  "<tr><td>%s</td><td>%s</td><td>%s<div class=\"place\">sha256:%s</div></td></tr>",
                  html(terms.subject().name()),
                  html(reading.document().name()),
                  html(
                      reading.recognised().isEmpty()
                          ? reading.role().name().toLowerCase(java.util.Locale.ROOT)
                          : reading.recognised().getFirst().name()),
                  html(reading.document().sha256())));
    }
    report
        .lineage()
        .absent()
        .forEach(base ->
            line(
                "<tr><td>%s</td><td class=\"odd\">not at hand</td><td></td></tr>",
                html(base.value())));
    line("</table>");
  }

  private void rules() {
    line("<h2>Licence rules</h2>\n<table>");
    for (Rule rule : report.rules()) {
      RuleAnswer answer = report.lineage().answer(rule.id());
      String colour = answer.isUnknown() ? "odd" : rule.isAdverse(answer.answer()) ? "bad" : "good";
      row(
          answer.answer(),
          colour,
          rule.id().name(),
          rule.question() + " \u2013 " + answer.reason(),
          answer.evidence());
    }
    line("</table>");
  }

  private void components(Grade grade) {
    line("<h2>Model Openness Framework: %s</h2>\n<table>", html(grade.className()));
    for (ComponentFact fact : grade.components()) {
      String name = fact.component().label();
      int level = fact.component().requiredFrom();
      row(
          fact.state().label(),
          fact.open() ? "good" : level == 0 ? "dim" : "odd",
          level == 0 ? name + " (optional)" : name + ", class " + "I".repeat(level),
          fact.reason(),
          fact.evidence());
    }
    line("</table>");
  }

  private void checklist(Grade grade) {
    line("<h2>Open Source AI Definition 1.0</h2>\n<table>");
    for (Grade.Check check : grade.checklist()) {
      String colour = check.met().equals("yes") ? "good" : check.met().equals("no") ? "bad" : "odd";
      row(
          check.met(),
          colour,
          check.element() + ": " + check.requirement(),
          check.reason(),
          check.evidence());
    }
    line("</table>");
  }

  private void card() {
    line("<h2>As its card states</h2>\n<table>");
    for (AuditReport.CardLine stated : report.statements()) {
      line(
          "<tr><th>%s</th><td>%s</td></tr>",
          html(stated.topic()),
          stated.stated().isEmpty() ? "&ndash;" : html(String.join("; ", stated.stated())));
    }
    line("</table>");
  }

  private void origins() {
    List<Origin> origins = report.subject().evidence().origins();
    if (origins.isEmpty()) {
      return;
    }
    line("<h2>Where its bytes came from</h2>\n<table>");
    for (Origin origin : origins) {
      line(
          "<tr><td>%s</td><td>%s<div class=\"place\">sha256:%s</div></td></tr>",
          html(origin.file()), html(origin.described()), html(origin.sha256()));
    }
    line("</table>");
  }

  /// Text for elements: what could become markup is spelled out.
  private static String html(String text) {
    return Shown.text(text, MOST_TEXT)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
