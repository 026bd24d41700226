/// Checks of training runs by computing them again: stretches, samples, and disputes between two
/// runs.
@org.jspecify.annotations.NullMarked
package dev.freehold.train.replay;
