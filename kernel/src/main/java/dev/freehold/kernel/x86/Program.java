package dev.freehold.kernel.x86;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// Machine code where the processor may execute it, for as long as the process lives.
///
/// Its pages are written first and then made executable, never both at once.
public final class Program {
  private static final long PAGE = 4096;

  /// Calls functions of up to six numbers, addresses among them; the first argument is the
  /// [#entry]. What a function does not take is given as zero: one way to call them all is made
  /// once.
  public static final MethodHandle NUMBERS =
      caller(
          FunctionDescriptor.ofVoid(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));

  private final MemorySegment code;

  private Program(MemorySegment code) {
    this.code = code;
  }

  /// Takes over the bytes of a function that keeps to the calling convention of this system.
  ///
  /// @throws CodeException where the system forbids executable memory
  public static Program of(byte[] bytes) {
    long size = (bytes.length + PAGE - 1) & -PAGE;
    try {
      long address = LinuxMemory.map(size, LinuxMemory.READ | LinuxMemory.WRITE, true);
      MemorySegment code = MemorySegment.ofAddress(address).reinterpret(size);
      MemorySegment.copy(bytes, 0, code, ValueLayout.JAVA_BYTE, 0, bytes.length);
      LinuxMemory.protect(address, size, LinuxMemory.READ | LinuxMemory.EXECUTE);
      return new Program(code);
    } catch (CodeException refused) {
      throw new CodeException(
          "this system gives no executable memory (%s)".formatted(refused.getMessage()));
    }
  }

  /// Where the function begins.
  public MemorySegment entry() {
    return code;
  }

  /// A way to call functions of this type, arrays of the heap among their arguments; the first
  /// argument is the [#entry] of the function. Calls must be short: the garbage collector waits for
  /// them.
  ///
  /// Kept in a constant it costs the compiled caller next to nothing, which a way to call one
  /// function, looked up in a table, does not.
  public static MethodHandle caller(FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(type, Linker.Option.critical(true));
  }
}
