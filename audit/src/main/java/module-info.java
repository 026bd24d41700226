/// How open a model is and what its licence asks, from evidence.
@org.jspecify.annotations.NullMarked
module dev.freehold.audit {
  requires static transitive org.jspecify;
  requires dev.freehold.tensor;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  exports dev.freehold.audit;
}
