package dev.freehold.hub;

/// A place on this machine that holds models, read in place and never written to.
public interface ModelStore {
  /// The models that are there now. A store that does not exist is empty; an entry that cannot be
  /// read is a problem of the inventory and hides no other.
  Inventory inventory();
}
