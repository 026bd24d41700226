package dev.freehold.train.metrics;

/// How values lie on an axis.
public enum Scale {
  /// Equal distances are equal differences.
  LINEAR,
  /// Equal distances are equal ratios.
  LOG
}
