package dev.freehold.audit;

import dev.freehold.audit.licence.Reading;
import dev.freehold.audit.licence.Rule;
import dev.freehold.audit.licence.RuleAnswer;
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Origin;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.Statement;
import dev.freehold.audit.subject.StoredFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What changed between two copies of a model, the terms first.
public final class Drift {
  private static final List<String> CLAIMS =
      List.of("license", "license_name", "license_link", "base_model", "datasets", "language");
  private static final int MOST_FILES = 200;
  private static final int SHOWN_DIGITS = 12;

  private final AuditReport before;
  private final AuditReport after;
  private final List<Change> changes = new ArrayList<>();

  private Drift(AuditReport before, AuditReport after) {
    this.before = before;
    this.after = after;
  }

  /// Compares two audits. Files are compared by digest where both copies have one, else by size.
  public static List<Change> between(AuditReport before, AuditReport after) {
    Drift drift = new Drift(before, after);
    drift.texts();
    drift.rules();
    drift.claims();
    drift.files();
    drift.sources();
    drift.grade();
    return List.copyOf(drift.changes);
  }

  private void add(String kind, String what, String was, String is, List<Span> evidence) {
    changes.add(new Change(kind, what, was, is, evidence));
  }

  /// Texts of terms and the card, by digest.
  private void texts() {
    Map<String, Reading> old = texts(before);
    Map<String, Reading> now = texts(after);
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    for (String name : names) {
      Optional<Reading> was = Optional.ofNullable(old.get(name));
      Optional<Reading> is = Optional.ofNullable(now.get(name));
      String wasDigest = was.map(Drift::digest).orElse("");
      String isDigest = is.map(Drift::digest).orElse("");
      if (!wasDigest.equals(isDigest)) {
        boolean card = is.or(() -> was).map(r -> r.role() == Reading.Role.CARD).orElse(false);
        List<Span> evidence = is.map(r -> List.of(r.document().whole())).orElse(List.of());
        add(
            card ? "card" : "licence",
            name,
            was.map(r -> described(r, wasDigest)).orElse(""),
            is.map(r -> described(r, isDigest)).orElse(""),
            evidence);
      }
    }
  }

  private static Map<String, Reading> texts(AuditReport report) {
    Map<String, Reading> texts = new TreeMap<>();
    Terms terms = report.lineage().models().getFirst();
    for (Reading reading : terms.readings()) {
      if (reading.role() != Reading.Role.GATE) { // a gate stands in the card
        texts.put(reading.document().name(), reading);
      }
    }
    return texts;
  }

  private static String digest(Reading reading) {
    Document document = reading.document();
    return document.sha256();
  }

  private static String described(Reading reading, String digest) {
    String licences =
        reading.recognised().stream()
            .map(licence -> licence.name() + ", ")
            .collect(Collectors.joining());
    return licences + "sha256:" + digest.substring(0, SHOWN_DIGITS);
  }

  /// Answers that became others; those that nobody can tell any more, for one reason, together.
  private void rules() {
    Map<String, List<String>> lost = new LinkedHashMap<>();
    for (Rule rule : after.rules()) {
      RuleAnswer was = before.lineage().answer(rule.id());
      RuleAnswer is = after.lineage().answer(rule.id());
      if (is.isUnknown() && !was.isUnknown()) {
        lost.computeIfAbsent(is.reason(), reason -> new ArrayList<>())
            .add(rule.id() + "=" + was.answer());
      } else if (!was.answer().equals(is.answer())) {
        add(
            "rule",
            "%s: %s".formatted(rule.id(), rule.question()),
            was.answer(),
            is.answer(),
            is.evidence());
      }
    }
    lost.forEach((reason, answers) ->
        add("rule", "what is unknown now", String.join(" ", answers), reason, List.of()));
  }

  private void claims() {
    for (String key : CLAIMS) {
      List<Statement> is = after.subject().stated(key);
      String wasText = joined(before.subject().stated(key));
      String isText = joined(is);
      if (!wasText.equals(isText)) {
        add("claim", key, wasText, isText, is.stream().map(Statement::span).toList());
      }
    }
  }

  private static String joined(List<Statement> statements) {
    return statements.stream().map(Statement::value).collect(Collectors.joining(", "));
  }

  private void files() {
    Map<String, StoredFile> old = files(before);
    Map<String, StoredFile> now = files(after);
    Set<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    for (String name : names.stream().limit(MOST_FILES).toList()) {
      Optional<StoredFile> was = Optional.ofNullable(old.get(name));
      Optional<StoredFile> is = Optional.ofNullable(now.get(name));
      if (!isSame(was, is)) {
        boolean weights =
            is.or(() -> was).map(file -> file.kind() != StoredFile.Kind.OTHER).orElse(false);
        add(
            weights ? "weights" : "file",
            name,
            was.map(Drift::described).orElse(""),
            is.map(Drift::described).orElse(""),
            List.of());
      }
    }
  }

  private static Map<String, StoredFile> files(AuditReport report) {
    return report.subject().files().stream()
        .collect(Collectors.toMap(StoredFile::name, file -> file, (a, b) -> a, TreeMap::new));
  }

  private static boolean isSame(Optional<StoredFile> was, Optional<StoredFile> is) {
    if (was.isEmpty() || is.isEmpty()) {
      return false;
    }
    boolean digests = was.get().sha256().isPresent() && is.get().sha256().isPresent();
    return was.get().kind() == is.get().kind()
        && was.get().bytes() == is.get().bytes()
        && (!digests || was.get().sha256().equals(is.get().sha256()));
  }

  private static String described(StoredFile file) {
    return "%d bytes%s"
        .formatted(
            file.bytes(),
            file.sha256().map(hex -> ", sha256:" + hex.substring(0, SHOWN_DIGITS)).orElse(""));
  }

  /// Where files came from that are in both copies; those that moved together, together.
  private void sources() {
    Map<String, Origin> old = origins(before);
    Map<List<String>, List<Origin>> moved = new LinkedHashMap<>();
    for (Origin is : origins(after).values()) {
      Optional<Origin> was = Optional.ofNullable(old.get(is.file()));
      if (was.isPresent() && !was.get().source().equals(is.source())) {
        List<String> way = List.of(at(was.get()), at(is));
        moved.computeIfAbsent(way, none -> new ArrayList<>()).add(is);
      }
    }
    moved.forEach((way, files) -> {
      String more = files.size() > 1 ? " and %d more".formatted(files.size() - 1) : "";
      add("source", files.getFirst().file() + more, way.get(0), way.get(1), List.of());
    });
  }

  private static String at(Origin origin) {
    return "%s, at %s".formatted(origin.source(), origin.time());
  }

  private static Map<String, Origin> origins(AuditReport report) {
    return report.subject().evidence().origins().stream()
        .collect(Collectors.toMap(Origin::file, file -> file, (a, b) -> a, TreeMap::new));
  }

  private void grade() {
    if (before.grade().mofClass() != after.grade().mofClass()) {
      add(
          "grade",
          "Model Openness Framework",
          before.grade().className(),
          after.grade().className(),
          List.of());
    }
    if (before.grade().meetsDefinition() != after.grade().meetsDefinition()) {
      add(
          "grade",
          "Open Source AI Definition",
          before.grade().meetsDefinition() ? "met" : "not met",
          after.grade().meetsDefinition() ? "met" : "not met",
          List.of());
    }
  }
}
