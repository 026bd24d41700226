/// Records: runs kept as JSON lines, and read again.
@org.jspecify.annotations.NullMarked
package dev.freehold.eval.record;
