/// A content-addressed store of models and of what is known of them.
@org.jspecify.annotations.NullMarked
module dev.freehold.vault {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.hub;
  requires dev.freehold.tensor;
  requires tools.jackson.core;
  requires transitive tools.jackson.databind;

  exports dev.freehold.vault;
  exports dev.freehold.vault.bundle;
  exports dev.freehold.vault.disk;
  exports dev.freehold.vault.mirror;
  exports dev.freehold.vault.parity;
  exports dev.freehold.vault.repair;
  exports dev.freehold.vault.store;
}
