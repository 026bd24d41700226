package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a person can do where the system lets no user namespaces be made.
final class NamespaceRemedy {
  /// Where Linux keeps its settings.
  static final Path SETTINGS = Path.of("/proc/sys");

  private NamespaceRemedy() {}

  static String of(Path settings) {
    if (value(settings, "kernel/apparmor_restrict_unprivileged_userns").equals("1")) {
      return "AppArmor keeps programs without a profile from user namespaces: give bubblewrap a"
          + " profile (Ubuntu has one in the package 'apparmor-profiles': bwrap-userns-restrict),"
          + " or set kernel.apparmor_restrict_unprivileged_userns=0";
    }
    if (value(settings, "kernel/unprivileged_userns_clone").equals("0")) {
      return "user namespaces are switched off: set kernel.unprivileged_userns_clone=1";
    }
    if (value(settings, "user/max_user_namespaces").equals("0")) {
      return "user namespaces are switched off: set user.max_user_namespaces above 0";
    }
    return "in a container, let it make user namespaces (for example with"
        + " --security-opt seccomp=unconfined --security-opt apparmor=unconfined), or run outside";
  }

  private static String value(Path settings, String name) {
    try {
      return Files.readString(settings.resolve(name)).strip();
    } catch (IOException absent) {
      return "";
    }
  }
}
