package dev.freehold.agent.sandbox;

import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Commands that Landlock and a filter of system calls confine, without namespaces.
///
/// Files outside are neither read nor written, nothing is connected, no other process is reached.
/// But names and sizes of files outside can be asked for, and protected paths of the workspace can
/// be written: Landlock allows below a folder, and cannot except anything there.
final class LandlockSandbox implements Sandbox {
  private static final List<String> DEVICES =
      List.of("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom");

  /// Of `/proc` only what tells of the machine: folders of processes tell what others run.
  private static final List<String> MACHINE =
      List.of(
          "/proc/cpuinfo",
          "/proc/meminfo",
          "/proc/stat",
          "/proc/uptime",
          "/proc/loadavg",
          "/proc/version",
          "/proc/filesystems",
          "/proc/sys");

  /// Landlock's rules on TCP are over ports, not addresses, and it has none on sockets of files.
  static final String NO_HOSTS =
      "Landlock alone cannot hold a command to named hosts: it knows ports, not addresses";

  private final LinuxCalls calls;
  private final List<Path> readable;

  LandlockSandbox(LinuxCalls calls, List<Path> readable) {
    this.calls = calls;
    this.readable = List.copyOf(readable);
  }

  @Override
  public Confinement confinement() {
    return Confinement.LANDLOCK;
  }

  @Override
  public Sandbox reaching(List<String> hosts) {
    if (!hosts.isEmpty()) {
      throw new SandboxException(NO_HOSTS);
    }
    return this;
  }

  @Override
  public Outcome run(Command command, Cancellation cancellation) {
    Path workspace = Workspaces.checked(command.workspace());
    Path temporary;
    try {
      temporary = Files.createTempDirectory("freehold-command").toRealPath();
      Files.createDirectory(temporary.resolve("home"));
    } catch (IOException e) {
      throw new SandboxException("no private folder can be made: " + e.getMessage(), e);
    }
    try {
      return OwnThread.call(() -> {
        ThreadRights.beFirst(calls);
        return runWithin(command, workspace, temporary, cancellation);
      });
    } finally {
      Folders.delete(temporary);
    }
  }

  private Outcome runWithin(
      Command command, Path workspace, Path temporary, Cancellation cancellation) {
    Map<String, String> variables =
        CommandVariables.of(command, temporary.resolve("home"), temporary);
    try (Landlock rules = rules(workspace, temporary);
        GroupTree tree = new GroupTree(calls)) {
      byte[] filter = CallFilter.withoutNamespaces(calls.numbers(), tree.group());
      Launch launch =
          new Launch(
              ResourceShell.inGroup(command),
              variables.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList(),
              new Launch.Inherited(
                  command.input().getBytes(StandardCharsets.UTF_8),
                  Launch.SecondPipe.LIFELINE,
                  List.of()),
              tree.group(),
              () -> {
                ThreadRights.dropCapabilities(calls);
                rules.restrictThread();
                ThreadRights.filter(calls, filter);
              });
      try (StartedProcess process = new StartedProcess(calls, launch)) {
        Outcome outcome = new Watch(process, command, cancellation, tree).untilEnd();
        tree.awaitEnd();
        return outcome;
      }
    }
  }

  private Landlock rules(Path workspace, Path temporary) {
    Landlock rules = Landlock.ofEverything(calls);
    try {
      SystemPaths.folders().forEach(rules::allowReading);
      SystemPaths.settings().forEach(rules::allowReading);
      readable.forEach(rules::allowReading);
      MACHINE.stream().map(Path::of).filter(Files::exists).forEach(rules::allowReading);
      DEVICES.stream().map(Path::of).filter(Files::exists).forEach(rules::allowDevice);
      rules.allowWriting(workspace);
      rules.allowWriting(temporary);
      return rules;
    } catch (RuntimeException e) {
      rules.close();
      throw e;
    }
  }
}
