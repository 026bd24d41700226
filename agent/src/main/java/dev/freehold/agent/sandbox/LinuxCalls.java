package dev.freehold.agent.sandbox;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;

/// The calls of Linux and its C library that confine, start, watch and end a process.
///
/// A call that fails gives the negative of its error number, as the kernel does.
final class LinuxCalls {
  /// Error numbers; the same on x86-64 and aarch64.
  static final int EPERM = 1;

  static final int ENOENT = 2;
  static final int EINTR = 4;
  static final int ECHILD = 10;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;

  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final AddressLayout ADDRESS = ValueLayout.ADDRESS;
  private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
  private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final MethodHandle systemCall;
  private final MethodHandle spawn;
  private final MethodHandle actionsInit;
  private final MethodHandle actionsDuplicate;
  private final MethodHandle actionsCloseFrom;
  private final MethodHandle actionsDestroy;
  private final MethodHandle attributesInit;
  private final MethodHandle attributesFlags;
  private final MethodHandle attributesGroup;
  private final MethodHandle attributesMask;
  private final MethodHandle attributesDefault;
  private final MethodHandle attributesDestroy;
  private final CallNumbers numbers;

  /// @throws SandboxException where this is no Linux on a known processor, or native access is not
  ///   allowed
  LinuxCalls() {
    numbers = CallNumbers.ofThisMachine();
    try {
      Linker linker = Linker.nativeLinker();
      SymbolLookup c = linker.defaultLookup();
      systemCall =
          linker.downcallHandle(
              c.findOrThrow("syscall"),
              FunctionDescriptor.of(LONG, LONG, LONG, LONG, LONG, LONG, LONG, LONG),
              CAPTURE,
              Linker.Option.firstVariadicArg(1));
      spawn =
          linker.downcallHandle(
              c.findOrThrow("posix_spawn"),
              FunctionDescriptor.of(INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
      FunctionDescriptor onObject = FunctionDescriptor.of(INT, ADDRESS);
      FunctionDescriptor onTwo = FunctionDescriptor.of(INT, ADDRESS, ADDRESS);
      actionsInit = function(linker, "posix_spawn_file_actions_init", onObject);
      actionsDuplicate =
          function(
              linker,
              "posix_spawn_file_actions_adddup2",
              FunctionDescriptor.of(INT, ADDRESS, INT, INT));
      actionsCloseFrom =
          function(
              linker,
              "posix_spawn_file_actions_addclosefrom_np",
              FunctionDescriptor.of(INT, ADDRESS, INT));
      actionsDestroy = function(linker, "posix_spawn_file_actions_destroy", onObject);
      attributesInit = function(linker, "posix_spawnattr_init", onObject);
      attributesFlags =
          function(
              linker,
              "posix_spawnattr_setflags",
              FunctionDescriptor.of(INT, ADDRESS, ValueLayout.JAVA_SHORT));
      attributesGroup =
          function(linker, "posix_spawnattr_setpgroup", FunctionDescriptor.of(INT, ADDRESS, INT));
      attributesMask = function(linker, "posix_spawnattr_setsigmask", onTwo);
      attributesDefault = function(linker, "posix_spawnattr_setsigdefault", onTwo);
      attributesDestroy = function(linker, "posix_spawnattr_destroy", onObject);
    } catch (RuntimeException e) {
      throw new SandboxException(
          "the calls of the C library are not to be had; glibc 2.34 or newer is needed: " + e, e);
    }
  }

  private static MethodHandle function(Linker linker, String name, FunctionDescriptor descriptor) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  CallNumbers numbers() {
    return numbers;
  }

  /// A system call by its number.
  long call(int number, long... arguments) {
    long[] a = Arrays.copyOf(arguments, 6);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment captured = arena.allocate(CAPTURED);
      long result =
          (long)
              systemCall.invokeExact(captured, (long) number, a[0], a[1], a[2], a[3], a[4], a[5]);
      return result == -1 ? -(long) (int) ERRNO.get(captured, 0L) : result;
    } catch (Throwable e) {
      throw new SandboxException("system call " + number + " cannot be made: " + e, e);
    }
  }

  /// What `posix_spawn` is given besides program and environment: where each inherited descriptor
  /// comes from, a session of its own, and signals as a new program expects them.
  final class SpawnPlan implements AutoCloseable {
    private static final short SET_GROUP = 0x02;
    private static final short SET_SIGNAL_DEFAULTS = 0x04;
    private static final short SET_SIGNAL_MASK = 0x08;
    private static final short SET_SESSION = 0x80;

    /// Larger than the objects of every C library.
    private static final int OBJECT_BYTES = 1024;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment actions = arena.allocate(OBJECT_BYTES, 16);
    private final MemorySegment attributes = arena.allocate(OBJECT_BYTES, 16);
    private final MemorySegment pid = arena.allocate(INT);
    private final MemorySegment argv;
    private final MemorySegment environment;

    SpawnPlan(Launch launch) {
      argv = strings(launch.argv());
      environment = strings(launch.environment());
      MemorySegment none = arena.allocate(OBJECT_BYTES, 16);
      MemorySegment all = arena.allocate(OBJECT_BYTES, 16).fill((byte) 0xff);
      try {
        check((int) actionsInit.invokeExact(actions));
        check((int) attributesInit.invokeExact(attributes));
        boolean isSession = launch.group() == Launch.OWN_SESSION;
        int flags = SET_SIGNAL_DEFAULTS | SET_SIGNAL_MASK | (isSession ? SET_SESSION : SET_GROUP);
        if (!isSession) {
          check((int) attributesGroup.invokeExact(attributes, launch.group()));
        }
        check((int) attributesFlags.invokeExact(attributes, (short) flags));
        check((int) attributesMask.invokeExact(attributes, none));
        check((int) attributesDefault.invokeExact(attributes, all));
      } catch (Throwable e) {
        throw new SandboxException("posix_spawn cannot be prepared: " + e, e);
      }
    }

    private MemorySegment strings(List<String> strings) {
      MemorySegment array = arena.allocate(ADDRESS, strings.size() + 1L);
      for (int i = 0; i < strings.size(); i++) {
        array.setAtIndex(ADDRESS, i, arena.allocateFrom(strings.get(i)));
      }
      return array;
    }

    /// Has the new process find `descriptor` as its number `as`.
    void inherit(int descriptor, int as) {
      try {
        check((int) actionsDuplicate.invokeExact(actions, descriptor, as));
      } catch (Throwable e) {
        throw new SandboxException("posix_spawn cannot be prepared: " + e, e);
      }
    }

    /// Closes all descriptors of the new process from this one on.
    void closeFrom(int descriptor) {
      try {
        check((int) actionsCloseFrom.invokeExact(actions, descriptor));
      } catch (Throwable e) {
        throw new SandboxException("posix_spawn cannot be prepared: " + e, e);
      }
    }

    private static void check(int error) {
      if (error != 0) {
        throw new SandboxException("error " + error);
      }
    }

    /// The new process, or the negative of an error number.
    int start() {
      try {
        MemorySegment program = argv.getAtIndex(ADDRESS, 0);
        int error = (int) spawn.invokeExact(pid, program, actions, attributes, argv, environment);
        return error == 0 ? pid.get(INT, 0) : -error;
      } catch (Throwable e) {
        throw new SandboxException("posix_spawn cannot be called: " + e, e);
      }
    }

    @Override
    public void close() {
      try {
        int ignored = (int) actionsDestroy.invokeExact(actions);
        ignored = (int) attributesDestroy.invokeExact(attributes);
      } catch (Throwable e) {
        throw new SandboxException("posix_spawn cannot be ended: " + e, e);
      } finally {
        arena.close();
      }
    }
  }
}
