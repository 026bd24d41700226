package dev.freehold.kernel;

/// The arguments of an embedding's gradient; set per call, so that none is allocated.
final class ScatterCall {
  Rows rows = new Rows(new float[0], 0, 0);
  int tokens;
  int[] ids = {};
  int idsAt;
  float[] table = {};
  int columns;
}
