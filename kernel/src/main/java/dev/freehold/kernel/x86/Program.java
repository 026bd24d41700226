package dev.freehold.kernel.x86;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// Machine code where the processor may execute it, for as long as the process lives.
///
/// Its pages are written first and then made executable, never both at once.
public final class Program {
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int EXECUTE = 4;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final long PAGE = 4096;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle MMAP =
      function(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MPROTECT =
      function(
          "mprotect",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

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

  private static MethodHandle function(String name, FunctionDescriptor type) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), type, Linker.Option.captureCallState("errno"));
  }

  /// Takes over the bytes of a function that keeps to the calling convention of this system.
  ///
  /// @throws CodeException where the system forbids executable memory
  public static Program of(byte[] bytes) {
    long size = (bytes.length + PAGE - 1) & -PAGE;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long address =
          (long) MMAP.invokeExact(state, 0L, size, READ | WRITE, PRIVATE_ANONYMOUS, -1, 0L);
      if (address == -1) {
        throw refused("mmap", state);
      }
      MemorySegment code = MemorySegment.ofAddress(address).reinterpret(size);
      MemorySegment.copy(bytes, 0, code, ValueLayout.JAVA_BYTE, 0, bytes.length);
      int failed = (int) MPROTECT.invokeExact(state, address, size, READ | EXECUTE);
      if (failed != 0) {
        throw refused("mprotect", state);
      }
      return new Program(code);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new CodeException("executable memory: " + e.getMessage());
    }
  }

  private static CodeException refused(String call, MemorySegment state) {
    int errno = (int) ERRNO.get(state, 0L);
    return new CodeException(
        "this system gives no executable memory (%s: error %d)".formatted(call, errno));
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
    return LINKER.downcallHandle(type, Linker.Option.critical(true));
  }
}
