package dev.freehold.eval.judge;

/// What a judge says of a reply.
///
/// @param reason why, in a few words; empty where the verdict says it
public record Judgement(Verdict verdict, String reason) {
  /// Whether a reply is right.
  public enum Verdict {
    RIGHT,
    WRONG,
    /// The judge could not tell: it broke off, or what it wrote is no verdict.
    NONE
  }

  private static final int MOST_REASON = 500;

  public Judgement {
    reason = reason.length() > MOST_REASON ? reason.substring(0, MOST_REASON) + "..." : reason;
  }

  static final Judgement RIGHT = new Judgement(Verdict.RIGHT, "");

  static Judgement wrong(String reason) {
    return new Judgement(Verdict.WRONG, reason);
  }

  static Judgement none(String reason) {
    return new Judgement(Verdict.NONE, reason);
  }

  static Judgement of(boolean isRight, String otherwise) {
    return isRight ? RIGHT : wrong(otherwise);
  }
}
