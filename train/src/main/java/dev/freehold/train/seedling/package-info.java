/// The seeded generator of the corpus that the demo model Seedling is trained on, and of the
/// held-out items it is tested with.
@org.jspecify.annotations.NullMarked
package dev.freehold.train.seedling;
