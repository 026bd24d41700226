package dev.freehold.cli;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// What a person types while an agent works: whole lines for the model, and what became of them.
final class TypedLines {
  private static final int MAX_LINE = 1 << 16;
  private static final int MAX_LINES = 100;

  private final PrintStream err;
  private final Deque<String> lines = new ArrayDeque<>();
  private final StringBuilder begun = new StringBuilder();

  /// @param err where the person is told
  TypedLines(PrintStream err) {
    this.err = err;
  }

  /// Takes a character; at the end of a line says what becomes of it.
  synchronized void add(char c) {
    if (c != '\n' && c != '\r') {
      if (begun.length() < MAX_LINE && (c == '\t' || !Character.isISOControl(c))) {
        begun.append(c);
      }
      return;
    }
    String line = begun.toString().strip();
    begun.setLength(0);
    if (line.isEmpty()) {
      return;
    }
    if (lines.size() == MAX_LINES) {
      err.println("note: too much is waiting for the model; it will not be told: " + shown(line));
      return;
    }
    lines.add(line);
    err.println("note: the model will be told at its next step: " + shown(line));
  }

  /// Forgets a line that was not ended, and says so.
  synchronized void dropBegun() {
    if (!begun.toString().isBlank()) {
      err.println(
          "note: typed before the question, and no answer to it: " + shown(begun.toString()));
    }
    begun.setLength(0);
  }

  /// The next line, which the model is told now.
  synchronized Optional<String> poll() {
    Optional<String> line = Optional.ofNullable(lines.poll());
    line.ifPresent(told -> err.println("> " + shown(told)));
    return line;
  }

  synchronized boolean isEmpty() {
    return lines.isEmpty();
  }

  /// All lines that are left, taken out.
  synchronized String rest() {
    String rest = String.join(" ", lines);
    lines.clear();
    return rest;
  }

  private static String shown(String line) {
    return Failure.printable(line);
  }
}
