/// What a tensor is: dtype, shape and bytes; GGUF and safetensors files mapped into named tensors.
/// Knows no arithmetic.
@org.jspecify.annotations.NullMarked
module dev.freehold.tensor {
  requires static transitive org.jspecify;
  requires transitive tools.jackson.databind;

  exports dev.freehold.tensor;
}
