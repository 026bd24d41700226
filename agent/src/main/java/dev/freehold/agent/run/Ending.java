package dev.freehold.agent.run;

/// How the work on a run ended.
///
/// @param text the last answer, or what is waited for, or why it stopped
public record Ending(Kind kind, String text) {
  /// In which way.
  public enum Kind {
    /// The model answered and calls nothing more.
    ANSWERED,
    /// A person or a time has to come.
    WAITS,
    /// The person stopped it.
    STOPPED,
    /// A budget is used up.
    EXHAUSTED,
    /// It turned in circles.
    CIRCLES
  }
}
