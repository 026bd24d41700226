package dev.freehold.train.seedling;

/// A kind of exercise that can be made up without end.
interface Skill {
  /// @param side [Side#TRAINING] never gives an exercise that is reserved for tests,
  ///   [Side#HELD_OUT] only such
  Exercise draw(Draw draw, Side side);
}
