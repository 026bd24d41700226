package dev.freehold.cli;

import dev.freehold.agent.workflow.DocumentSearch;
import dev.freehold.agent.workflow.StepException;
import dev.freehold.chat.Cancellation;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.index.DocumentIndex;
import dev.freehold.documents.index.FoundPassage;
import dev.freehold.documents.index.OpenIndex;
import dev.freehold.documents.index.RelevanceThreshold;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The indexes of this user, as workflows search them: one that was searched stays open, with its
/// embedding model, until this is closed; one that was written to since is opened anew.
final class WorkflowDocuments implements DocumentSearch, AutoCloseable {
  private final Surroundings surroundings;
  private final DocumentIndexes indexes;
  private final Map<String, Opened> opened = new HashMap<>();

  WorkflowDocuments(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.indexes = new DocumentIndexes(surroundings);
  }

  /// An index and the model of its vectors.
  private record Opened(OpenIndex index, SearchVectors vectors) implements AutoCloseable {
    @Override
    public void close() {
      vectors.close();
      index.close();
    }
  }

  @Override
  public synchronized List<Passage> search(String index, String query, int most) {
    try {
      Opened there = opened(index);
      return there
          .index()
          .search(query, there.vectors().embedder(), most, new Cancellation())
          .stream()
          .filter(found -> RelevanceThreshold.DEFAULT.isReached(found.relevance()))
          .map(WorkflowDocuments::passage)
          .toList();
    } catch (CliException | DocumentsException failure) {
      throw new StepException(String.valueOf(failure.getMessage()));
    }
  }

  private Opened opened(String name) {
    DocumentIndex index = indexes.existing(name);
    Optional<Opened> before = Optional.ofNullable(opened.get(name));
    if (before.isPresent() && before.get().index().isCurrent()) {
      return before.get();
    }
    OpenIndex now = index.open();
    boolean isDone = false;
    try {
      Optional<SearchVectors> kept =
          before
              .filter(one -> one.index().state().embeddings().equals(now.state().embeddings()))
              .map(Opened::vectors);
      SearchVectors vectors = kept.orElseGet(() -> SearchVectors.open(surroundings, now, false));
      before.ifPresent(one -> {
        one.index().close();
        if (kept.isEmpty()) {
          one.vectors().close();
        }
      });
      opened.put(name, new Opened(now, vectors));
      isDone = true;
      return new Opened(now, vectors);
    } finally {
      if (!isDone) {
        now.close();
      }
    }
  }

  @Override
  public synchronized void close() {
    opened.values().forEach(Opened::close);
    opened.clear();
  }

  private static Passage passage(FoundPassage found) {
    String where = found.where();
    String place = where.equals(found.path()) ? "" : where.substring(found.path().length() + 2);
    return new Passage(found.path(), place, found.text(), found.relevance().score());
  }
}
