package dev.freehold.cli.speed;

/// One thing whose speed is measured, in tokens per second.
public sealed interface SpeedTest {
  /// As people who measure models write it: `pp512`, `tg128 @ d2048`.
  String name();

  /// Tokens that a run computes while the time is taken.
  int tokens();

  /// A prompt that goes through the model at once.
  record Prefill(int tokens) implements SpeedTest {
    @Override
    public String name() {
      return "pp" + tokens;
    }
  }

  /// Tokens one after the other.
  ///
  /// @param depth tokens that are in the sequence before
  record Decode(int tokens, int depth) implements SpeedTest {
    @Override
    public String name() {
      return "tg" + tokens + (depth == 0 ? "" : " @ d" + depth);
    }
  }

  /// Tokens of several sequences, a step computing the next one of each.
  ///
  /// @param each tokens of a sequence, after a prompt of [#PROMPT]
  record DecodeTogether(int sequences, int each) implements SpeedTest {
    public static final int PROMPT = 32;

    @Override
    public String name() {
      return "tg" + each + " x " + sequences;
    }

    @Override
    public int tokens() {
      return sequences * each;
    }
  }
}
