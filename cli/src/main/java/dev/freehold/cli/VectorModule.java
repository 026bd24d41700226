package dev.freehold.cli;

import java.lang.reflect.InvocationTargetException;

/// Makes the JDK's Vector API available to the arithmetic, when a command first needs it.
///
/// `jdk.incubator.vector` is resolved here, into a layer above the boot layer, rather than with
/// `--add-modules` at the start: the JDK's archive of its own modules then stays usable, and no
/// warning about incubator modules is printed. The JVM itself loads modules for agents in this way;
/// the call needs the `Add-Exports` of the program's manifest. Where the option was given the
/// module is there already.
final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  /// @throws CliException where this JDK does not have the module; there is no slow path instead
  static void require() {
    if (ModuleLayer.boot().findModule(NAME).isPresent()) {
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
      CliException report =
          new CliException(
              Exit.FAILURE,
              "the module " + NAME + ", which the arithmetic needs, cannot be loaded: " + cause,
              "Start with FREEHOLD_JAVA_OPTS=\"--add-modules " + NAME + "\" on a complete JDK 25.");
      report.initCause(failure);
      throw report;
    }
  }
}
