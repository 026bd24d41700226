package dev.freehold.kernel;

/// The tree that joins 32 lanes, 16-8-4-2-1, without a write.
///
/// [ReferenceRows#joinLanes] is its definition. That one stores each level for the next to load,
/// which costs hundreds of cycles where the lanes have just been stored as vectors; here only the
/// lanes themselves are loaded. The methods are small enough to be inlined even where a caller is
/// not yet known to be hot.
final class LaneTree {
  private LaneTree() {}

  static float join(float[] lanes) {
    return four(lanes, 0) + four(lanes, 2) + (four(lanes, 1) + four(lanes, 3));
  }

  /// Lanes i, i + 4, i + 8 and so on.
  private static float four(float[] lanes, int i) {
    return eight(lanes, i) + eight(lanes, i + 4);
  }

  /// Lanes i, i + 8, i + 16 and i + 24.
  private static float eight(float[] lanes, int i) {
    return lanes[i] + lanes[i + 16] + (lanes[i + 8] + lanes[i + 24]);
  }
}
