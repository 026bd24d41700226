package dev.freehold.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An emitted kernel that is asked for when it is first called, by whatever thread.
final class EmittedKernel {
  private final List<Object> key;
  private final FunctionDescriptor type;
  private final Supplier<byte[]> code;
  private @Nullable MethodHandle handle;

  /// @param key its generator and the generator's arguments
  EmittedKernel(List<Object> key, FunctionDescriptor type, Supplier<byte[]> code) {
    this.key = key;
    this.type = type;
    this.code = code;
  }

  MethodHandle handle() {
    MethodHandle present = handle;
    if (present == null) {
      present = MachineKernels.all().get(key, type, code);
      handle = present;
    }
    return present;
  }
}
