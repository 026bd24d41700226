package dev.freehold.engine;

import dev.freehold.engine.reply.ReplyParser.Place;
import java.util.Arrays;
import java.util.function.Supplier;

/// Closes the thoughts of an answer when they have as many tokens as they may: from there on only
/// the tokens of the mark that ends them may come, and then what another guide says.
final class ThoughtBudget implements Guide {
  private final Guide guide;
  private final Supplier<Place> place;
  private final int[] close;
  private final int most;
  private int thoughts;
  private int closed;

  /// @param guide holds the rest of the answer
  /// @param place where in the answer the next token stands
  /// @param close the tokens of the mark that ends thoughts
  /// @param most tokens of thoughts, the mark not counted
  ThoughtBudget(Guide guide, Supplier<Place> place, int[] close, int most) {
    this.guide = guide;
    this.place = place;
    this.close = close.clone();
    this.most = most;
  }

  private boolean isClosing() {
    return thoughts >= most && place.get() == Place.THOUGHTS;
  }

  @Override
  public boolean restricts() {
    return isClosing() || guide.restricts();
  }

  @Override
  public void mask(long[] bits) {
    if (isClosing()) {
      Arrays.fill(bits, 0);
      int id = close[closed % close.length];
      bits[id >> 6] |= 1L << id;
    } else {
      guide.mask(bits);
    }
  }

  @Override
  public void accept(int token) {
    if (isClosing()) {
      closed++;
    } else if (place.get() == Place.THOUGHTS) {
      thoughts++;
    } else {
      closed = 0;
    }
    guide.accept(token);
  }

  @Override
  public boolean isComplete() {
    return guide.isComplete();
  }
}
