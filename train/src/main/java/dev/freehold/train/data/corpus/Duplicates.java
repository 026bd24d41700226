package dev.freehold.train.data.corpus;

import dev.freehold.train.recipe.CorpusDescription;
import java.util.Arrays;
import java.util.stream.IntStream;

/// Which documents are dropped because another one is kept: of equal texts, and of those that share
/// a band of their signatures, directly or over others, the one with the smallest id is kept.
///
/// The result depends on the set of documents alone: sharing is an equivalence, and its smallest
/// member is kept.
final class Duplicates {
  static final int KEPT = -1;

  private final DocumentTable table;
  private final int[] order;
  private final int[] exact;
  private final int[] near;

  /// @param order documents by id
  Duplicates(DocumentTable table, int[] order, CorpusDescription.Deduplication wanted) {
    this.table = table;
    this.order = order;
    this.exact = new int[table.count()];
    this.near = new int[table.count()];
    Arrays.fill(exact, KEPT);
    Arrays.fill(near, KEPT);
    if (wanted.exact()) {
      findExact();
    }
    if (wanted.near()) {
      findNear();
    }
  }

  /// The document that is kept for one with the same text; [#KEPT] for that one itself.
  int exact(int document) {
    return exact[document];
  }

  /// The document that is kept for one that is nearly the same; [#KEPT] for that one itself.
  int near(int document) {
    return near[document];
  }

  private void findExact() {
    for (int i = 1; i < order.length; i++) {
      if (table.compareIds(order[i - 1], order[i]) == 0) {
        int first = exact[order[i - 1]];
        exact[order[i]] = first == KEPT ? order[i - 1] : first;
      }
    }
  }

  /// Places in the order stand for documents, so that the smallest place is the smallest id.
  private void findNear() {
    int[] places = IntStream.range(0, order.length).filter(this::takesPart).toArray();
    int[] roots = new int[order.length];
    for (int i = 0; i < roots.length; i++) {
      roots[i] = i;
    }
    for (int band = 0; band < MinHash.BANDS; band++) {
      int at = band;
      int[] sorted =
          IndexSort.sorted(
              places.length,
              (a, b) ->
                  Long.compare(table.band(order[places[a]], at), table.band(order[places[b]], at)));
      for (int i = 1; i < sorted.length; i++) {
        int a = places[sorted[i - 1]];
        int b = places[sorted[i]];
        if (table.band(order[a], band) == table.band(order[b], band)) {
          join(roots, a, b);
        }
      }
    }
    for (int place : places) {
      int root = root(roots, place);
      near[order[place]] = root == place ? KEPT : order[root];
    }
  }

  private boolean takesPart(int place) {
    int document = order[place];
    return exact[document] == KEPT && table.hasSignature(document) && table.broken(document) == 0;
  }

  private static int root(int[] roots, int place) {
    int root = place;
    while (roots[root] != root) {
      roots[root] = roots[roots[root]];
      root = roots[root];
    }
    return root;
  }

  private static void join(int[] roots, int a, int b) {
    int left = root(roots, a);
    int right = root(roots, b);
    roots[Math.max(left, right)] = Math.min(left, right);
  }
}
