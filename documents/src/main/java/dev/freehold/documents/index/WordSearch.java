package dev.freehold.documents.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.util.BytesRef;

/// Search by words: BM25, equals in order of document and place. All that fits is scored, so no
/// order depends on what was passed over; the sums of scores are exact, since they are sums of
/// float numbers of similar size in double.
final class WordSearch {
  private static final Sort ORDER =
      new Sort(
          SortField.FIELD_SCORE,
          new SortField(Entries.ORDER, SortField.Type.STRING),
          new SortField(Entries.START, SortField.Type.LONG));

  private final IndexSearcher searcher;

  WordSearch(IndexSearcher searcher) {
    this.searcher = searcher;
  }

  List<Ranking.Candidate> best(Question question) throws IOException {
    TopFieldDocs top =
        searcher.search(
            question.query(),
            new TopFieldCollectorManager(ORDER, Ranking.DEPTH, null, Integer.MAX_VALUE));
    List<Ranking.Candidate> best = new ArrayList<>();
    for (ScoreDoc one : top.scoreDocs) {
      Object[] fields = ((FieldDoc) one).fields;
      String key = ((BytesRef) fields[1]).utf8ToString();
      best.add(new Ranking.Candidate(one.doc, key, (long) fields[2]));
    }
    return best;
  }
}
