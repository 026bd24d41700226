/// Judges: whether a reply to a task is right.
@org.jspecify.annotations.NullMarked
package dev.freehold.eval.judge;
