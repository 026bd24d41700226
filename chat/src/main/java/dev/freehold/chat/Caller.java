package dev.freehold.chat;

/// On whose behalf a request is made.
///
/// @param name who shares a fair part of the machine and may reuse what was computed for its own
///   requests; empty for whoever sits at this machine
/// @param priority which requests go first where there is not enough for all
/// @param mayReuse whether the request may use, and leave behind, computed prefixes
/// @param handling how the request may be taken to an answer
public record Caller(String name, Priority priority, boolean mayReuse, Handling handling) {
  /// Whoever sits at this machine.
  public static final Caller LOCAL = new Caller("", Priority.NORMAL, true);

  /// Classes of requests, the most urgent first.
  public enum Priority {
    /// A person waits for each word.
    INTERACTIVE,
    NORMAL,
    /// Nobody waits.
    BATCH
  }

  /// A caller who says nothing of how requests are handled.
  public Caller(String name, Priority priority, boolean mayReuse) {
    this(name, priority, mayReuse, Handling.UNSAID);
  }

  public Caller withHandling(Handling newHandling) {
    return new Caller(name, priority, mayReuse, newHandling);
  }
}
