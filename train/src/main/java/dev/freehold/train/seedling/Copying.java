package dev.freehold.train.seedling;

import dev.freehold.train.seedling.HeldOut.Kind;
import java.util.ArrayList;
import java.util.List;

/// Repeating words, names and numbers exactly.
final class Copying implements Skill {
  private static final int MOST = 8;

  @Override
  public Exercise draw(Draw draw, Side side) {
    while (true) {
      List<String> parts = new ArrayList<>();
      int count = draw.between(2, MOST);
      for (int i = 0; i < count; i++) {
        parts.add(part(draw, side));
      }
      String text = String.join(" ", parts);
      if (HeldOut.fits(side, Kind.COPYING, text)) {
        String question =
            draw.pick(
                    "Repeat exactly: %s",
                    "Say this again, word for word: %s",
                    "Please copy this line: %s",
                    "Write the same once more: %s")
                .formatted(text);
        return new Exercise(question, "You wrote: \"" + text + "\".", new Scorer.Quoted(text));
      }
    }
  }

  private static String part(Draw draw, Side side) {
    return switch (draw.below(6)) {
      case 0 -> draw.pick(World.THINGS);
      case 1 -> draw.pick(World.FOODS);
      case 2 -> Integer.toString(draw.between(1, 999));
      case 3 -> World.person(draw, side == Side.HELD_OUT && draw.chance(20)).name();
      case 4 -> draw.pick(World.PLACES).name();
      default -> World.newcomerName(draw, side);
    };
  }
}
