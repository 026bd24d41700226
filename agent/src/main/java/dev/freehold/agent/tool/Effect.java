package dev.freehold.agent.tool;

import java.util.List;

/// What a call would change, as permissions and the person who is asked see it.
///
/// @param subject what it is done to: rules' patterns are over this
/// @param preview exactly what will happen, as the difference that an edit makes or the line that
///   is run; empty where the subject says it all
/// @param hosts that a command may talk to, as they were allowed: it is done with these at most
public record Effect(Reach reach, Subject subject, String preview, List<String> hosts) {
  public Effect {
    hosts = List.copyOf(hosts);
  }

  /// One that needs no host.
  public Effect(Reach reach, Subject subject, String preview) {
    this(reach, subject, preview, List.of());
  }

  /// How far an effect goes, and so what is done about a call in doubt.
  public enum Reach {
    /// Nothing changes.
    NOTHING,
    /// Files of the workspace change, which a snapshot takes back.
    WORKSPACE,
    /// Something elsewhere changes, at most once for an idempotency key.
    OUTSIDE_WITH_KEY,
    /// Something elsewhere changes.
    OUTSIDE,
    /// Files of the workspace change, which a snapshot takes back, and something elsewhere may,
    /// which nothing takes back.
    WORKSPACE_AND_OUTSIDE;

    /// Whether files of the workspace change.
    public boolean isInWorkspace() {
      return this == WORKSPACE || this == WORKSPACE_AND_OUTSIDE;
    }

    /// Whether something elsewhere changes.
    public boolean isElsewhere() {
      return this == OUTSIDE || this == OUTSIDE_WITH_KEY || this == WORKSPACE_AND_OUTSIDE;
    }
  }

  /// What an effect is on.
  ///
  /// @param text a path within the workspace with `/` between its names, a line of shell, or
  ///   whatever the tool's calls differ in
  public record Subject(Kind kind, String text) {
    /// How patterns are laid over a subject.
    public enum Kind {
      PATH,
      COMMAND,
      OTHER
    }

    public static Subject path(String path) {
      return new Subject(Kind.PATH, path);
    }

    public static Subject command(String line) {
      return new Subject(Kind.COMMAND, line);
    }

    public static Subject other(String text) {
      return new Subject(Kind.OTHER, text);
    }
  }

  public static Effect none(Subject subject) {
    return new Effect(Reach.NOTHING, subject, "");
  }
}
