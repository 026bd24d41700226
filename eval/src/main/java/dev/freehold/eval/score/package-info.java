/// Scores: shares, their intervals, differences of pairs and what they decide.
@org.jspecify.annotations.NullMarked
package dev.freehold.eval.score;
