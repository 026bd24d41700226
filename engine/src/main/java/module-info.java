/// Many requests on one model: scheduling, batching, prefix reuse, sampling; the local backend.
@org.jspecify.annotations.NullMarked
module dev.freehold.engine {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.chat;
  requires transitive dev.freehold.model;
  requires transitive dev.freehold.text;
  requires jdk.management;

  exports dev.freehold.engine;
  exports dev.freehold.engine.constraint;
  exports dev.freehold.engine.receipt;
  exports dev.freehold.engine.reply;
}
