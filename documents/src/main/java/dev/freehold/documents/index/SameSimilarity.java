package dev.freehold.documents.index;

import org.apache.lucene.search.similarities.BM25Similarity;

/// BM25 with a logarithm that has the same bits on every machine.
final class SameSimilarity extends BM25Similarity {
  /// @param documents that have the word
  /// @param all documents
  static double rarity(long documents, long all) {
    return StrictMath.log(1 + (all - documents + 0.5) / (documents + 0.5));
  }

  @Override
  protected float idf(long docFreq, long docCount) {
    return (float) rarity(docFreq, docCount);
  }
}
