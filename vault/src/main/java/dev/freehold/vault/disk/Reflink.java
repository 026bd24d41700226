package dev.freehold.vault.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// Linux's request that makes a file of another's blocks, `ioctl(FICLONE)`: Btrfs, XFS, bcachefs
/// and others have it. Source: ioctl_ficlone(2).
final class Reflink {
  private static final long FICLONE = 0x40049409L;
  private static final int READ_ONLY = 0;
  private static final int WRITE_ONLY = 1;
  private static final int CLOSE_ON_EXEC = 0x80000;

  private final MethodHandle open;
  private final MethodHandle ioctl;
  private final MethodHandle close;

  private Reflink(Linker linker) {
    SymbolLookup c = linker.defaultLookup();
    open =
        linker.downcallHandle(
            c.findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    ioctl =
        linker.downcallHandle(
            c.findOrThrow("ioctl"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    close =
        linker.downcallHandle(
            c.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
  }

  /// Makes the empty file `target` share the blocks of `source`; false where that cannot be.
  static boolean clone(Path source, Path target) {
    String system = System.getProperty("os.name", "");
    String processor = System.getProperty("os.arch", "");
    boolean isKnown = processor.equals("amd64") || processor.equals("aarch64");
    if (!system.equals("Linux") || !isKnown) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      Reflink calls = new Reflink(Linker.nativeLinker());
      int from = calls.open(arena.allocateFrom(source.toString()), READ_ONLY);
      if (from < 0) {
        return false;
      }
      int to = calls.open(arena.allocateFrom(target.toString()), WRITE_ONLY);
      boolean isCloned = to >= 0 && (int) calls.ioctl.invokeExact(to, FICLONE, from) == 0;
      calls.close(from);
      return calls.close(to) && isCloned;
    } catch (Throwable unsupported) { // no such function, or no right to call it
      return false;
    }
  }

  private int open(MemorySegment path, int mode) throws Throwable {
    return (int) open.invokeExact(path, mode | CLOSE_ON_EXEC);
  }

  private boolean close(int file) throws Throwable {
    return file >= 0 && (int) close.invokeExact(file) == 0;
  }
}
