package dev.freehold.train.data;

/// Documents by number, each a pure function of it; safe for several threads.
@FunctionalInterface
public interface DocumentSource {
  /// Document `index`, from 0.
  TextDocument document(long index);
}
