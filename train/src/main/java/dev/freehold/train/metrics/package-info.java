/// What runs measured while they trained, and its picture.
@org.jspecify.annotations.NullMarked
package dev.freehold.train.metrics;
