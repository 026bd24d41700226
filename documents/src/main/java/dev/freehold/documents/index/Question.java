package dev.freehold.documents.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DisjunctionMaxQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/// The words of a question that say what it is about, and how much each says in this index.
final class Question {
  private static final int MOST_WORDS = 64;

  /// A word, in the form of each of [Words#FIELDS], and its weight.
  private record Asked(List<String> forms, double weight) {}

  private final Words words;
  private final List<Asked> asked;

  private Question(Words words, List<Asked> asked) {
    this.words = words;
    this.asked = asked;
  }

  static Question of(String text, Words words, IndexSearcher searcher) throws IOException {
    List<List<String>> forms = new ArrayList<>();
    for (String field : Words.FIELDS) {
      forms.add(words.of(field, text));
    }
    FillWords fill = new FillWords();
    List<List<String>> all = new ArrayList<>();
    List<List<String>> telling = new ArrayList<>();
    Set<List<String>> seen = new HashSet<>();
    for (int i = 0; i < forms.getFirst().size(); i++) {
      List<String> word = new ArrayList<>();
      for (List<String> inField : forms) {
        word.add(inField.get(i));
      }
      if (seen.add(word) && all.size() < MOST_WORDS) {
        all.add(word);
        if (!fill.contains(word.getFirst())) {
          telling.add(word);
        }
      }
    }
    List<Asked> asked = new ArrayList<>();
    for (List<String> word : telling.isEmpty() ? all : telling) {
      asked.add(new Asked(word, weight(word, searcher)));
    }
    return new Question(words, asked);
  }

  private static double weight(List<String> forms, IndexSearcher searcher) throws IOException {
    int most = 0;
    int all = searcher.getIndexReader().getDocCount(Words.PLAIN);
    for (int i = 0; i < forms.size(); i++) {
      Term term = new Term(Words.FIELDS.get(i), forms.get(i));
      most = Math.max(most, searcher.getIndexReader().docFreq(term));
    }
    return SameSimilarity.rarity(Math.min(most, all), all);
  }

  /// Passages with any of the words; each counts in the form that it fits best.
  Query query() {
    if (asked.isEmpty()) {
      return new MatchNoDocsQuery();
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    for (Asked word : asked) {
      List<Query> forms = new ArrayList<>();
      for (int i = 0; i < Words.FIELDS.size(); i++) {
        forms.add(new TermQuery(new Term(Words.FIELDS.get(i), word.forms().get(i))));
      }
      any.add(new DisjunctionMaxQuery(forms, 0), BooleanClause.Occur.SHOULD);
    }
    return any.build();
  }

  /// Which share of the words, by weight, stands in a passage or above it.
  double coverage(StoredPassage passage) {
    String text = Entries.searched(passage.path(), passage.headings(), passage.text());
    Map<String, Set<String>> there = new HashMap<>();
    for (String field : Words.FIELDS) {
      there.put(field, words.setOf(field, text));
    }
    double covered = 0;
    double all = 0;
    for (Asked word : asked) {
      all += word.weight();
      for (int i = 0; i < Words.FIELDS.size(); i++) {
        if (there.getOrDefault(Words.FIELDS.get(i), Set.of()).contains(word.forms().get(i))) {
          covered += word.weight();
          break;
        }
      }
    }
    return all == 0 ? 0 : covered / all;
  }
}
