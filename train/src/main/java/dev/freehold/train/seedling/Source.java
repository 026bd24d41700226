package dev.freehold.train.seedling;

/// One kind of document.
interface Source {
  /// The document that these random choices make; holds nothing that is reserved for tests.
  Document document(Draw draw);
}
