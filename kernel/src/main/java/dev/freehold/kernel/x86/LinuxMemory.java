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

/// Memory as Linux on x86-64 gives it.
///
/// All goes through `syscall`, by number: each other signature of a C function would cost a start
/// some milliseconds.
public final class LinuxMemory {
  public static final int READ = 1;
  public static final int WRITE = 2;
  public static final int EXECUTE = 4;

  private static final long MMAP = 9;
  private static final long MPROTECT = 10;
  private static final long MUNMAP = 11;
  private static final long MADVISE = 28;

  private static final long PRIVATE_ANONYMOUS = 0x22;
  private static final long UNRESERVED = 0x4000;
  private static final long HUGE_PAGES = 14;
  private static final long POPULATE_READ = 22;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = syscall();

  private LinuxMemory() {}

  private static MethodHandle syscall() {
    ValueLayout.OfLong number = ValueLayout.JAVA_LONG;
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(number, number, number, number, number, number, number, number),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }

  /// Zeroed memory of its own pages.
  ///
  /// @param reserved whether the system sets room aside for all of it at once
  /// @throws CodeException where it gives none
  public static long map(long bytes, int protection, boolean reserved) {
    long flags = reserved ? PRIVATE_ANONYMOUS : PRIVATE_ANONYMOUS | UNRESERVED;
    return call("mmap", MMAP, 0, bytes, protection, flags, -1);
  }

  /// @throws CodeException where the system forbids it
  public static void protect(long address, long bytes, int protection) {
    call("mprotect", MPROTECT, address, bytes, protection, 0, 0);
  }

  public static void unmap(long address, long bytes) {
    call("munmap", MUNMAP, address, bytes, 0, 0, 0);
  }

  /// Asks for huge pages.
  ///
  /// @throws CodeException where the system has none
  public static void adviseHugePages(long address, long bytes) {
    call("madvise", MADVISE, address, bytes, HUGE_PAGES, 0, 0);
  }

  /// Has all pages of mapped memory read and mapped.
  ///
  /// @param address where a page begins
  /// @throws CodeException where one cannot be read, or the system is older than this call
  public static void populate(long address, long bytes) {
    call("madvise", MADVISE, address, bytes, POPULATE_READ, 0, 0);
  }

  private static long call(String name, long number, long a, long b, long c, long d, long e) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, 0L);
      if (result == -1) {
        throw new CodeException("%s: error %d".formatted(name, (int) ERRNO.get(state, 0L)));
      }
      return result;
    } catch (RuntimeException | Error failure) {
      throw failure;
    } catch (Throwable failure) {
      throw new CodeException(name + ": " + failure.getMessage());
    }
  }
}
