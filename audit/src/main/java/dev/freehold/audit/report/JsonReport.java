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
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Origin;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A report as one JSON object, with every quotation.
public final class JsonReport {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonReport() {}

  /// The object as text with line breaks.
  public static String text(AuditReport report, Optional<Profile> profile) {
    return JsonMapper.shared()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(node(report, profile))
        + "\n";
  }

  /// The object as a tree.
  public static ObjectNode node(AuditReport report, Optional<Profile> profile) {
    ObjectNode root = NODES.objectNode();
    root.put("model", report.name());
    root.put("note", AuditReport.WHAT_IT_IS);
    copy(root.putObject("copy"), report.copy());
    report.earlier().ifPresent(copy -> copy(root.putObject("earlier"), copy));
    changes(root.putArray("changes"), report.changes());
    ArrayNode risks = root.putArray("ownership_risks");
    report.risks().forEach(finding -> risks.add(finding(finding)));
    ArrayNode findings = root.putArray("findings");
    report.others().forEach(finding -> findings.add(finding(finding)));
    profile.ifPresent(wanted -> {
      ObjectNode use = root.putObject("profile");
      use.put("name", wanted.label());
      ids(use.putArray("blocking"), wanted.blocking(report));
      ids(use.putArray("undecided"), wanted.undecided(report));
    });
    ArrayNode answers = root.putArray("answers");
    report.questions().forEach(question -> answers.add(question(question)));
    ObjectNode rules = root.putObject("rules");
    for (Rule rule : report.rules()) {
      rules.set(rule.id().name(), rule(rule, report.lineage().answer(rule.id())));
    }
    ArrayNode lineage = root.putArray("lineage");
    report.lineage().models().forEach(terms -> lineage.add(terms(terms)));
    ArrayNode absent = root.putArray("absent");
    report.lineage().absent().stream().map(Statement::value).forEach(absent::add);
    grade(root, report.grade());
    ObjectNode card = root.putObject("card");
    for (AuditReport.CardLine line : report.statements()) {
      ArrayNode stated = card.putArray(line.topic().replace(' ', '_'));
      line.stated().forEach(stated::add);
    }
    return root;
  }

  private static void copy(ObjectNode node, AuditReport.Copy copy) {
    node.put("name", copy.name());
    copy.recorded().ifPresent(time -> node.put("recorded", time));
  }

  private static void changes(ArrayNode array, List<Change> changes) {
    for (Change change : changes) {
      ObjectNode node = array.addObject();
      node.put("kind", change.kind());
      node.put("what", change.what());
      node.put("before", change.before());
      node.put("after", change.after());
      node.set("evidence", evidence(change.evidence()));
    }
  }

  private static void ids(ArrayNode array, List<Finding> findings) {
    findings.forEach(finding -> array.add(finding.id()));
  }

  private static ArrayNode evidence(List<Span> spans) {
    ArrayNode array = NODES.arrayNode();
    for (Span span : spans) {
      ObjectNode node = array.addObject();
      node.put("document", span.document());
      if (!span.sha256().isEmpty()) {
        node.put("digest", "sha256:" + span.sha256());
      }
      node.put("offset", span.offset());
      node.put("quote", span.quote());
    }
    return array;
  }

  private static ObjectNode finding(Finding finding) {
    ObjectNode node = NODES.objectNode();
    node.put("id", finding.id());
    node.put("verdict", finding.verdict().label());
    node.put("title", finding.title());
    node.put("reason", finding.reason());
    node.set("evidence", evidence(finding.evidence()));
    return node;
  }

  private static ObjectNode question(Question question) {
    ObjectNode node = NODES.objectNode();
    node.put("id", question.id());
    node.put("question", question.question());
    node.put("answer", question.answer());
    node.put("reason", question.reason());
    node.set("evidence", evidence(question.evidence()));
    return node;
  }

  private static ObjectNode rule(Rule rule, RuleAnswer answer) {
    ObjectNode node = NODES.objectNode();
    node.put("question", rule.question());
    node.put("answer", answer.answer());
    node.put("basis", answer.basis().name().toLowerCase(java.util.Locale.ROOT));
    node.put("reason", answer.reason());
    node.set("evidence", evidence(answer.evidence()));
    return node;
  }

  private static ObjectNode terms(Terms terms) {
    ObjectNode node = NODES.objectNode();
    node.put("model", terms.subject().name());
    ArrayNode recognised = node.putArray("licences");
    terms.recognised().forEach(licence -> recognised.add(licence.id()));
    ArrayNode claims = node.putArray("claims");
    terms.claims().forEach(claim -> claims.add(claim.value()));
    ArrayNode texts = node.putArray("texts");
    terms
        .readings()
        .forEach(reading -> {
          Document document = reading.document();
          ObjectNode text = texts.addObject();
          text.put("document", document.name());
          text.put("role", reading.role().name().toLowerCase(java.util.Locale.ROOT));
          text.put("digest", "sha256:" + document.sha256());
          text.put("bytes", document.size());
        });
    ArrayNode origins = node.putArray("origins");
    for (Origin origin : terms.subject().evidence().origins()) {
      ObjectNode from = origins.addObject();
      from.put("file", origin.file());
      from.put("digest", "sha256:" + origin.sha256());
      from.put("url", origin.address());
      from.put("revision", origin.revision());
      from.put("time", origin.time());
      from.put("status", origin.status());
    }
    return node;
  }

  private static void grade(ObjectNode root, Grade grade) {
    ObjectNode framework = root.putObject("model_openness_framework");
    framework.put("class", grade.mofClass());
    ArrayNode components = framework.putArray("components");
    for (ComponentFact fact : grade.components()) {
      ObjectNode node = components.addObject();
      node.put("component", fact.component().label());
      node.put("state", fact.state().label());
      node.put("open", fact.open());
      fact.licence().ifPresent(id -> node.put("licence", id));
      node.put("reason", fact.reason());
      node.set("evidence", evidence(fact.evidence()));
    }
    ObjectNode missing = framework.putObject("missing");
    for (Map.Entry<Integer, List<String>> level : grade.missing().entrySet()) {
      ArrayNode lines = missing.putArray(String.valueOf(level.getKey()));
      level.getValue().forEach(lines::add);
    }
    ObjectNode definition = root.putObject("open_source_ai_definition");
    definition.put("met", grade.meetsDefinition());
    ArrayNode checklist = definition.putArray("checklist");
    for (Grade.Check check : grade.checklist()) {
      ObjectNode node = checklist.addObject();
      node.put("element", check.element());
      node.put("requirement", check.requirement());
      node.put("met", check.met());
      node.put("reason", check.reason());
      node.set("evidence", evidence(check.evidence()));
    }
  }
}
