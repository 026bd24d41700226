/// Arithmetic on tensors: the reference, vector and machine tiers, the processor probe and the
/// worker pool.
@org.jspecify.annotations.NullMarked
module dev.freehold.kernel {
  requires static transitive org.jspecify;
  requires transitive dev.freehold.tensor;
  requires jdk.incubator.vector;

  exports dev.freehold.kernel;
}
