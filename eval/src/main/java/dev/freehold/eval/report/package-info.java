/// Reports: figures of runs, and a page that shows them.
@org.jspecify.annotations.NullMarked
package dev.freehold.eval.report;
