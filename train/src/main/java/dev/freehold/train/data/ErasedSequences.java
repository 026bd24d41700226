package dev.freehold.train.data;

import java.util.List;

/// Sequences without some documents: their tokens are replaced by padding, and no target counts
/// that stands in their place or is a token of theirs. Everything else stays where it was.
///
/// @param places of the documents
record ErasedSequences(Sequences all, List<Place> places, int length, int padding)
    implements Sequences {
  @Override
  public long count() {
    return all.count();
  }

  @Override
  public void copy(long index, int[] tokens, int[] targets, int at) {
    all.copy(index, tokens, targets, at);
    long start = index * length;
    for (Place place : places) {
      for (long i = clamp(place.from() - start); i < clamp(place.to() - start); i++) {
        tokens[at + (int) i] = padding;
      }
      for (long i = clamp(place.target() - start); i < clamp(place.to() - start); i++) {
        targets[at + (int) i] = NOT_COUNTED;
      }
    }
  }

  private long clamp(long offset) {
    return Math.clamp(offset, 0, length);
  }

  @Override
  public Place place(long document) {
    return all.place(document);
  }
}
