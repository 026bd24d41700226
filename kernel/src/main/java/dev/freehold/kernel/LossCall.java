package dev.freehold.kernel;

/// Targets and results of a cross-entropy; set per call, so that none is allocated.
final class LossCall {
  int n;
  int[] targets = {};
  int targetsAt;
  float factor;
  float[] losses = {};
}
