package dev.freehold.audit.subject;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What is audited: a model's documents, its other files and what its publisher states.
///
/// @param name what the user calls it
/// @param documents its texts, as stored
/// @param files what is not read as a text
/// @param statements of cards and metadata
/// @param problems what could not be read, one line each
/// @param evidence what was established about it by doing
public record Subject(
    String name,
    List<Document> documents,
    List<StoredFile> files,
    List<Statement> statements,
    List<String> problems,
    Evidence evidence) {
  public Subject {
    documents = List.copyOf(documents);
    files = List.copyOf(files);
    statements = List.copyOf(statements);
    problems = List.copyOf(problems);
  }

  /// A subject whose model card, where it has one, is read for statements.
  public static Subject of(
      String name, List<Document> documents, List<StoredFile> files, List<String> problems) {
    List<Statement> statements = new ArrayList<>();
    List<String> allProblems = new ArrayList<>(problems);
    for (Document document : documents) {
      if (document.name().equalsIgnoreCase(ModelCard.FILE)) {
        ModelCard card = ModelCard.of(document);
        statements.addAll(card.statements());
        card.problem().ifPresent(allProblems::add);
      }
    }
    return new Subject(name, documents, files, statements, allProblems, Evidence.none());
  }

  public Subject with(Evidence established) {
    return new Subject(name, documents, files, statements, problems, established);
  }

  /// The same with more documents, none of which is a model card.
  public Subject and(List<Document> more) {
    List<Document> all = new ArrayList<>(documents);
    all.addAll(more);
    return new Subject(name, all, files, statements, problems, evidence);
  }

  /// Where the bytes of a quotation came from, where they are of this model and that is written
  /// down. What is read out of a file is called `FILE#PART`.
  public Optional<Origin> origin(Span span) {
    String name = span.document();
    int part = name.indexOf('#');
    if (part < 0) {
      return evidence.origin(name, span.sha256());
    }
    boolean isMine =
        documents.stream().anyMatch(d -> d.name().equals(name) && d.sha256().equals(span.sha256()));
    String file = name.substring(0, part);
    return isMine
        ? evidence.origins().stream().filter(o -> o.file().equals(file)).findFirst()
        : Optional.empty();
  }

  public Subject withStatements(List<Statement> more) {
    List<Statement> all = new ArrayList<>(statements);
    all.addAll(more);
    return new Subject(name, documents, files, all, problems, evidence);
  }

  /// Statements under a key, in order.
  public List<Statement> stated(String key) {
    return statements.stream().filter(statement -> statement.key().equals(key)).toList();
  }

  /// The document of this name, in any case.
  public Optional<Document> document(String wanted) {
    String lower = wanted.toLowerCase(Locale.ROOT);
    return documents.stream()
        .filter(document -> document.name().toLowerCase(Locale.ROOT).equals(lower))
        .findFirst();
  }
}
