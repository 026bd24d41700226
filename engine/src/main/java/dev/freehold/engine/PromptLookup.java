package dev.freehold.engine;

/// Guesses how a text goes on from how it went on earlier, where its last tokens stood before.
///
/// A guess costs little where it is wrong and saves steps where it is right: the model checks all
/// of it in one step, and what it would not have written is dropped. The length of the guesses
/// follows how often they were right.
///
/// Source: A. Saxena, "Prompt lookup decoding" (2023).
final class PromptLookup {
  private static final int LONGEST_MATCH = 4;
  private static final int SHORTEST_MATCH = 2;
  private static final int FIRST_LENGTH = 3;

  /// Tokens without a guess after a guess that was wrong from the first token on; doubles with
  /// each.
  private static final int FIRST_PAUSE = 2;

  private static final int LONGEST_PAUSE = 64;

  private final int most;
  private final int[] draft;
  private int length;
  private int pause;
  private int nextPause = FIRST_PAUSE;

  /// @param most tokens of a guess
  PromptLookup(int most) {
    this.most = most;
    this.draft = new int[most];
    this.length = Math.min(FIRST_LENGTH, most);
  }

  /// Guesses what comes after the first `count` tokens; [#draft] then holds it.
  ///
  /// @param room tokens that are useful at most
  /// @return how many tokens were guessed
  int guess(int[] tokens, int count, int room) {
    if (pause > 0) {
      pause--;
      return 0;
    }
    int wanted = Math.min(Math.min(length, most), room);
    for (int match = LONGEST_MATCH; match >= SHORTEST_MATCH && wanted > 0; match--) {
      int end = lastEnd(tokens, count, match);
      if (end > 0) {
        int guessed = Math.min(wanted, count - end);
        System.arraycopy(tokens, end, draft, 0, guessed);
        return guessed;
      }
    }
    return 0;
  }

  /// The place after the latest earlier occurrence of the last `match` tokens; 0 where there is
  /// none.
  private static int lastEnd(int[] tokens, int count, int match) {
    for (int end = count - 1; end >= match; end--) {
      int same = 0;
      while (same < match && tokens[end - 1 - same] == tokens[count - 1 - same]) {
        same++;
      }
      if (same == match) {
        return end;
      }
    }
    return 0;
  }

  int[] draft() {
    return draft;
  }

  /// Learns how many tokens of the last guess were right.
  void judge(int guessed, int right) {
    if (right == guessed) {
      length = Math.min(most, length + 2);
      nextPause = FIRST_PAUSE;
    } else if (right == 0) {
      length = Math.max(1, length / 2);
      pause = nextPause;
      nextPause = Math.min(LONGEST_PAUSE, 2 * nextPause);
    } else {
      length = Math.max(1, right + 1);
      nextPause = FIRST_PAUSE;
    }
  }
}
