/// Architecture as data, weights bound by name, the forward pass to logits, and sequence state.
@org.jspecify.annotations.NullMarked
module dev.freehold.model {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.tensor;
  requires transitive dev.freehold.kernel;

  exports dev.freehold.model;
}
