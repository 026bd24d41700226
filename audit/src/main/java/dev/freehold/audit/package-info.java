/// How open a model is and what its licence asks, from evidence.
@org.jspecify.annotations.NullMarked
package dev.freehold.audit;
