/// Tasks: what a backend is asked and how its reply is judged, read from files.
@org.jspecify.annotations.NullMarked
package dev.freehold.eval.task;
