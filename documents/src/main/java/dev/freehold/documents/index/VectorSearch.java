package dev.freehold.documents.index;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BitUtil;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/// Search by vectors: the cosine to every passage, exact and summed in one fixed order, so that it
/// has the same bits on every machine, which an approximate graph and wider instructions would not
/// give.
final class VectorSearch {
  /// Sums that stand side by side: element k goes into sum k mod 4, what is left over into the
  /// first.
  private static final int SUMS = 4;

  private final IndexSearcher searcher;
  private final float[] question;
  private final Map<Integer, Double> similarities = new HashMap<>();

  /// @param question its vector; empty where there is none
  VectorSearch(IndexSearcher searcher, float[] question) {
    this.searcher = searcher;
    this.question = question;
  }

  /// How near a passage is; it must be asked for after [#best] in any order.
  OptionalDouble similarity(int entry) throws IOException {
    if (question.length == 0) {
      return OptionalDouble.empty();
    }
    Double known = similarities.get(entry);
    if (known != null) {
      return OptionalDouble.of(known);
    }
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      int local = entry - leaf.docBase;
      if (local >= 0 && local < leaf.reader().maxDoc()) {
        BinaryDocValues vectors = DocValues.getBinary(leaf.reader(), Entries.VECTOR);
        return vectors.advanceExact(local)
            ? OptionalDouble.of(cosine(vectors.binaryValue()))
            : OptionalDouble.empty();
      }
    }
    return OptionalDouble.empty();
  }

  List<Ranking.Candidate> best() throws IOException {
    if (question.length == 0) {
      return List.of();
    }
    int[] entries = new int[searcher.getIndexReader().maxDoc()];
    double[] cosines = new double[entries.length];
    int count = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      BinaryDocValues vectors = DocValues.getBinary(leaf.reader(), Entries.VECTOR);
      Bits live = leaf.reader().getLiveDocs();
      for (int doc = vectors.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = vectors.nextDoc()) {
        if (live == null || live.get(doc)) {
          entries[count] = leaf.docBase + doc;
          cosines[count++] = cosine(vectors.binaryValue());
        }
      }
    }
    return nearest(Arrays.copyOf(entries, count), Arrays.copyOf(cosines, count));
  }

  private List<Ranking.Candidate> nearest(int[] entries, double[] cosines) throws IOException {
    double[] sorted = cosines.clone();
    Arrays.sort(sorted);
    double least = sorted.length > Ranking.DEPTH ? sorted[sorted.length - Ranking.DEPTH] : -2;
    List<Ranking.Candidate> near = new ArrayList<>();
    for (int i = 0; i < entries.length; i++) {
      if (cosines[i] >= least) {
        similarities.put(entries[i], cosines[i]);
        near.add(candidate(entries[i]));
      }
    }
    near.sort(
        Comparator.comparingDouble(
                (Ranking.Candidate one) -> -similarities.getOrDefault(one.entry(), -2.0))
            .thenComparing(Ranking.Candidate.BY_PLACE));
    return near.subList(0, Math.min(Ranking.DEPTH, near.size()));
  }

  private Ranking.Candidate candidate(int entry) throws IOException {
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      int local = entry - leaf.docBase;
      if (local >= 0 && local < leaf.reader().maxDoc()) {
        return candidate(leaf.reader(), local, entry);
      }
    }
    throw new IllegalStateException("no segment holds entry " + entry);
  }

  private static Ranking.Candidate candidate(LeafReader reader, int local, int entry)
      throws IOException {
    SortedDocValues keys = DocValues.getSorted(reader, Entries.ORDER);
    NumericDocValues starts = DocValues.getNumeric(reader, Entries.START);
    if (!keys.advanceExact(local) || !starts.advanceExact(local)) {
      throw new IllegalStateException("a passage without document or place");
    }
    return new Ranking.Candidate(
        entry, keys.lookupOrd(keys.ordValue()).utf8ToString(), starts.longValue());
  }

  /// Both vectors have length 1, so their product is the cosine.
  private double cosine(BytesRef vector) {
    if (vector.length != question.length * Float.BYTES) {
      return -1;
    }
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int whole = question.length / SUMS * SUMS;
    for (int k = 0; k < whole; k += SUMS) {
      first += product(vector, k);
      second += product(vector, k + 1);
      third += product(vector, k + 2);
      fourth += product(vector, k + 3);
    }
    for (int k = whole; k < question.length; k++) {
      first += product(vector, k);
    }
    return (first + second) + (third + fourth);
  }

  private double product(BytesRef vector, int k) {
    return (double) question[k]
        * (float) BitUtil.VH_LE_FLOAT.get(vector.bytes, vector.offset + k * Float.BYTES);
  }
}
