/// Trained models in the formats of other tools.
@org.jspecify.annotations.NullMarked
package dev.freehold.train.export;
