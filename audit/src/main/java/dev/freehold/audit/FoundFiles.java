package dev.freehold.audit;

import dev.freehold.audit.Finding.Verdict;
import dev.freehold.audit.grade.Grader;
import dev.freehold.audit.licence.Terms;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Shown;
import dev.freehold.audit.subject.Span;
import dev.freehold.audit.subject.StoredFile;
import dev.freehold.audit.subject.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Findings about a model's files: weights that are not there, or that need code to be used.
final class FoundFiles {
  private static final int MOST_EVIDENCE = 5;

  private final Terms terms;
  private final Subject subject;
  private final List<Finding> found = new ArrayList<>();

  FoundFiles(Terms terms) {
    this.terms = terms;
    this.subject = terms.subject();
  }

  List<Finding> all() {
    pointers();
    if (files(StoredFile.Kind.WEIGHTS).isEmpty()) {
      boolean pickles = !files(StoredFile.Kind.PICKLE).isEmpty();
      add(
          "weights-absent",
          "there are no weights that can be used",
          pickles ? "only in formats that run code when they are read" : "none are stored",
          List.of());
    }
    pickles();
    subject
        .evidence()
        .weightsProblem()
        .ifPresent(problem ->
            add("weights-unreadable", "its weights cannot be opened", problem, List.of()));
    customCode();
    Grader.problem(terms)
        .ifPresent(problem ->
            add("unread", "what it declares of its parts is not understood", problem, List.of()));
    for (String problem : subject.problems()) {
      add("unread", "something could not be read", problem, List.of());
    }
    return found;
  }

  private void add(String id, String title, String reason, List<Span> evidence) {
    found.add(new Finding(id, Verdict.FOUND, title, Shown.text(reason, 300), evidence));
  }

  private List<StoredFile> files(StoredFile.Kind kind) {
    return subject.files().stream().filter(file -> file.kind() == kind).toList();
  }

  private static List<Span> spans(List<StoredFile> files) {
    return files.stream()
        .limit(MOST_EVIDENCE)
        .map(file -> new Span(file.name(), file.sha256().orElse(""), 0, file.bytes() + " bytes"))
        .toList();
  }

  private void pointers() {
    List<StoredFile> pointers = files(StoredFile.Kind.POINTER);
    if (!pointers.isEmpty()) {
      add(
          "pointers",
          "files of Git LFS were not fetched",
          "%d pointers stand in their place".formatted(pointers.size()),
          spans(pointers));
    }
  }

  private void pickles() {
    List<StoredFile> pickles = files(StoredFile.Kind.PICKLE);
    if (!pickles.isEmpty()) {
      add(
          "pickle",
          "there are files that can run code when they are read",
          "Freehold never reads them",
          spans(pickles));
    }
  }

  /// A configuration that names classes of the model's own repository.
  private void customCode() {
    Optional<Document> config = subject.document("config.json");
    if (config.isEmpty()) {
      return;
    }
    String mark = "\"auto_map\"";
    int at = config.get().text().indexOf(mark);
    if (at >= 0) {
      boolean stored =
          subject.documents().stream().anyMatch(document -> document.name().endsWith(".py"));
      add(
          "custom-code",
          "other programs must run code of its publisher to use it",
          stored ? "the code is stored" : "and the code is not stored",
          List.of(config.get().span(at, at + mark.length())));
    }
  }
}
