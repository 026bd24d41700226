package dev.freehold.kernel;

import java.lang.module.ModuleFinder;
import java.lang.reflect.InvocationTargetException;

/// Makes the JDK's Vector API available to the arithmetic, when it is first needed.
///
/// Where `jdk.incubator.vector` was not resolved at the start of the JVM, it is loaded into a layer
/// above the boot layer: the JDK's archive of its own modules then stays usable, no warning about
/// incubator modules is printed, and what computes in machine code alone starts without it. The JVM
/// itself loads modules for agents in this way; the call needs `--add-exports
/// java.base/jdk.internal.module`, which the program's manifest has.
public final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /// Whether this JVM runs with the module.
  private static boolean isLoaded() {
    try {
      // Not by way of the boot layer, which a module that was loaded later is not in.
      Class.forName(NAME + ".FloatVector", false, VectorModule.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  /// Whether this JDK has the module, loaded or not.
  static boolean isThere() {
    return ModuleLayer.boot().findModule(NAME).isPresent()
        || ModuleFinder.ofSystem().find(NAME).isPresent();
  }

  static KernelException absent(String reason) {
    return new KernelException(
        "the module %s, which the arithmetic needs, %s; start Java with --add-modules %s"
                .formatted(NAME, reason, NAME)
            + " (FREEHOLD_JAVA_OPTS of the launcher) on a complete JDK 25, or choose the reference"
            + " kernels");
  }

  /// Loads the module where that was not done yet.
  ///
  /// @throws KernelException where this JDK does not have it, or does not load it now; there is no
  ///   slow path instead
  public static synchronized void require() {
    if (isLoaded()) {
      return;
    }
    try {
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, NAME);
    } catch (ReflectiveOperationException | RuntimeException failure) {
      Throwable cause =
          failure instanceof InvocationTargetException wrapped && wrapped.getCause() != null
              ? wrapped.getCause()
              : failure;
      KernelException report = absent("cannot be loaded: " + cause);
      report.initCause(failure);
      throw report;
    }
  }
}
