package dev.freehold.agent.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// The nine permission bits of files.
final class Modes {
  private static final PosixFilePermission[] BITS = {
    PosixFilePermission.OTHERS_EXECUTE,
    PosixFilePermission.OTHERS_WRITE,
    PosixFilePermission.OTHERS_READ,
    PosixFilePermission.GROUP_EXECUTE,
    PosixFilePermission.GROUP_WRITE,
    PosixFilePermission.GROUP_READ,
    PosixFilePermission.OWNER_EXECUTE,
    PosixFilePermission.OWNER_WRITE,
    PosixFilePermission.OWNER_READ
  };

  private Modes() {}

  static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> found = EnumSet.noneOf(PosixFilePermission.class);
    for (int i = 0; i < BITS.length; i++) {
      if ((mode >> i & 1) != 0) {
        found.add(BITS[i]);
      }
    }
    return found;
  }

  /// Sets the bits of a file or folder that is no link.
  static void set(Path file, int mode) throws IOException {
    Files.setPosixFilePermissions(file, permissions(mode));
  }

  /// Lets the owner into a file or folder that a command closed.
  static void open(Path file) throws IOException {
    if (!Files.isSymbolicLink(file)) {
      Set<PosixFilePermission> all =
          EnumSet.copyOf(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
      all.add(PosixFilePermission.OWNER_READ);
      all.add(PosixFilePermission.OWNER_WRITE);
      all.add(PosixFilePermission.OWNER_EXECUTE);
      Files.setPosixFilePermissions(file, all);
    }
  }
}
