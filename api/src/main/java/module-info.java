/// Freehold as a library: a model is opened, asked, and closed.
@org.jspecify.annotations.NullMarked
module dev.freehold.api {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires transitive dev.freehold.model;
  requires dev.freehold.engine;
  requires dev.freehold.hub;

  exports dev.freehold.api;
}
