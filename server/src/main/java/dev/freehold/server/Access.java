package dev.freehold.server;

/// Who may ask for a route, the least first.
public enum Access {
  /// Everybody, without a key.
  OPEN,
  /// Whoever may use models.
  USE,
  /// Whoever may load, drop, fetch and delete them.
  MANAGE
}
