package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The shell that lowers the kernel's limits on itself and then becomes the command.
///
/// It runs within the confinement, since the kernel counts processes per user namespace. Shells
/// call the limit of processes `-u` (bash) or `-p` (dash, busybox). Data is limited, not address
/// space, of which Java, Go and Node reserve much more than they use.
final class ResourceShell {
  private static final String SCRIPT =
      """
      exec 3<&-
      ulimit -c 0 && ulimit -f "$1" && ulimit -d "$2" &&
        { ulimit -u "$3" 2>/dev/null || ulimit -p "$3"; } ||
        { echo 'freehold: the limits of the command cannot be set' >&2; exit 125; }
      cd "$4" || exit 125
      unset OLDPWD
      shift 4
      exec "$@"
      """;

  private static final int BLOCK_BYTES = 512;
  private static final Path OWN_LIMITS = Path.of("/proc/self/limits");

  private ResourceShell() {}

  /// For a command whose processes are counted alone and end with their namespace.
  static List<String> inNamespaces(Command command) {
    return wrap(command, command.limits().processes());
  }

  /// For a command whose processes are counted with all others of the person.
  static List<String> inGroup(Command command) {
    int processes = command.limits().processes() + ProcessTree.threadsOfThisUser();
    return wrap(command, processes);
  }

  private static List<String> wrap(Command command, int processes) {
    Limits limits = command.limits();
    String own = ownLimits();
    List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", SCRIPT, "sh"));
    argv.add(atMost(own, "Max file size", limits.fileBytes(), BLOCK_BYTES));
    argv.add(atMost(own, "Max data size", limits.memoryBytes(), 1 << 10));
    argv.add(atMost(own, "Max processes", processes, 1));
    argv.add(command.workspace().toString());
    argv.addAll(command.argv());
    return argv;
  }

  private static String atMost(String own, String name, long wanted, int unit) {
    Matcher hard = Pattern.compile("^" + name + " +\\S+ +(\\S+)", Pattern.MULTILINE).matcher(own);
    boolean isLower =
        hard.find() && !hard.group(1).equals("unlimited") && Long.parseLong(hard.group(1)) < wanted;
    return Long.toString((isLower ? Long.parseLong(hard.group(1)) : wanted) / unit);
  }

  private static String ownLimits() {
    try {
      return Files.readString(OWN_LIMITS);
    } catch (IOException e) {
      throw new SandboxException("'" + OWN_LIMITS + "' cannot be read: " + e.getMessage(), e);
    }
  }
}
