package dev.freehold.cli;

import dev.freehold.agent.workflow.DocumentSearch;
import dev.freehold.agent.workflow.StepException;
import dev.freehold.chat.Cancellation;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.index.FoundPassage;
import dev.freehold.documents.index.OpenIndex;
import dev.freehold.documents.index.RelevanceThreshold;
import java.util.List;

/// The indexes of this user, as workflows search them.
record WorkflowDocuments(Surroundings surroundings) implements DocumentSearch {
  @Override
  public List<Passage> search(String index, String query, int most) {
    try (OpenIndex open = new DocumentIndexes(surroundings).existing(index).open();
        SearchVectors vectors = SearchVectors.open(surroundings, open, false)) {
      return open.search(query, vectors.embedder(), most, new Cancellation()).stream()
          .filter(found -> RelevanceThreshold.DEFAULT.isReached(found.relevance()))
          .map(WorkflowDocuments::passage)
          .toList();
    } catch (CliException | DocumentsException failure) {
      throw new StepException(String.valueOf(failure.getMessage()));
    }
  }

  private static Passage passage(FoundPassage found) {
    String where = found.where();
    String place = where.equals(found.path()) ? "" : where.substring(found.path().length() + 2);
    return new Passage(found.path(), place, found.text(), found.relevance().score());
  }
}
