package dev.freehold.agent.sandbox;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What bubblewrap is told: an empty machine without network, into which only what is named here is
/// put.
final class Bubblewrap {
  static final Path PRIVATE = Path.of("/tmp");
  static final Path HOME = PRIVATE.resolve("home");

  private final Path program;
  private final BubblewrapVersion version;
  private final List<Path> readable;

  /// @param readable what is shown of the machine besides what programs need to run
  Bubblewrap(Path program, BubblewrapVersion version, List<Path> readable) {
    this.program = program;
    this.version = version;
    this.readable = List.copyOf(readable);
  }

  /// Its arguments, where the first file that it inherits is the filter of system calls, and its
  /// gate follows.
  ///
  /// @param shown what else is shown of the machine for this command, and where
  List<String> arguments(Command command, WorkspaceGuards.Mounts guards, Map<Path, Path> shown) {
    List<String> told = new ArrayList<>(List.of(program.toString()));
    told.addAll(
        List.of(
            "--unshare-user",
            "--unshare-pid",
            "--unshare-net",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
            "--hostname",
            "sandbox",
            "--die-with-parent",
            "--new-session"));
    told.addAll(List.of("--cap-drop", "ALL"));
    told.addAll(List.of("--json-status-fd", Integer.toString(Launch.SECOND_PIPE)));
    told.addAll(List.of("--seccomp", Integer.toString(Launch.FIRST_FILE)));
    told.addAll(List.of("--block-fd", Integer.toString(Launch.FIRST_FILE + 1)));
    CommandVariables.of(command, HOME, PRIVATE)
        .forEach((name, value) -> told.addAll(List.of("--setenv", name, value)));
    addMachine(told, command.limits());
    shown.forEach((outside, inside) ->
        told.addAll(List.of("--ro-bind", outside.toString(), inside.toString())));
    addWorkspace(told, command.workspace(), guards);
    told.addAll(List.of("--remount-ro", "/", "--chdir", command.workspace().toString(), "--"));
    told.addAll(ResourceShell.inNamespaces(command));
    return told;
  }

  private void addMachine(List<String> told, Limits limits) {
    for (Path folder : SystemPaths.folders()) {
      if (Files.isSymbolicLink(folder)) {
        told.addAll(List.of("--symlink", target(folder), folder.toString()));
      } else {
        told.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
      }
    }
    SystemPaths.settings().forEach(path -> addReadOnly(told, path));
    told.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
    // Root's own files below /proc set up the kernel, and root needs no capability to write them.
    told.addAll(List.of("--remount-ro", "/proc", "--remount-ro", "/dev"));
    addMemoryFolder(told, "/dev/shm", limits);
    addMemoryFolder(told, PRIVATE.toString(), limits);
    told.addAll(List.of("--dir", HOME.toString()));
    readable.forEach(path -> addReadOnly(told, path));
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (java.io.IOException e) {
      throw new SandboxException("'" + link + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /// Memory files count as the command's memory; there are two such folders.
  private void addMemoryFolder(List<String> told, String folder, Limits limits) {
    if (version.canSizeMemoryFolders()) {
      told.addAll(List.of("--size", Long.toString(Math.max(1 << 20, limits.memoryBytes() / 4))));
    }
    told.addAll(List.of("--tmpfs", folder));
  }

  private static void addWorkspace(
      List<String> told, Path workspace, WorkspaceGuards.Mounts guards) {
    told.addAll(List.of("--bind", workspace.toString(), workspace.toString()));
    for (Path path : guards.own()) {
      told.addAll(List.of("--bind", path.toString(), path.toString()));
    }
    guards.readOnly().forEach(path -> addReadOnly(told, path));
  }

  private static void addReadOnly(List<String> told, Path path) {
    told.addAll(List.of("--ro-bind", path.toString(), path.toString()));
  }
}
