package dev.freehold.cli.exit;

/// How fast a model reads prompts and writes answers, one request at a time, and what power that
/// takes.
///
/// @param prompt tokens per second
/// @param answer tokens per second
/// @param how that is known
/// @param watts while it computes
/// @param wattsHow how that is known
public record Speeds(double prompt, double answer, String how, double watts, String wattsHow) {
  public Speeds {
    if (!(prompt > 0 && answer > 0 && watts >= 0)) {
      throw new IllegalArgumentException("%s, %s, %s W".formatted(prompt, answer, watts));
    }
  }

  /// Seconds that these tokens take.
  public double seconds(double promptTokens, double answerTokens) {
    return promptTokens / prompt + answerTokens / answer;
  }

  /// Kilowatt-hours of so many seconds.
  public double kilowattHours(double seconds) {
    return seconds * watts / 3.6e6;
  }
}
