package dev.freehold.agent.sandbox;

import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out how commands can be confined here, by confining one.
public final class SandboxProbe {
  private static final String SAID = "freehold was here";
  private static final Limits LIMITS =
      Limits.DEFAULT.withTime(Duration.ofSeconds(20)).withOutputBytes(8 << 10);

  private final List<Path> programs;
  private final List<Finding> findings = new ArrayList<>();

  /// @param programs where bubblewrap may lie
  SandboxProbe(List<Path> programs) {
    this.programs = List.copyOf(programs);
  }

  /// What one way of confining gave.
  ///
  /// @param found what was found, in words
  /// @param remedy what the person can do about it; empty where nothing needs to be done
  public record Finding(Confinement level, boolean works, String found, String remedy) {}

  /// The best sandbox there is, and why it is not a better one.
  public record Result(Sandbox sandbox, List<Finding> findings) {
    public Result {
      findings = List.copyOf(findings);
    }

    /// For a person, in a few lines.
    public String describe() {
      StringBuilder text = new StringBuilder();
      text.append(
          switch (sandbox.confinement()) {
            case NAMESPACES -> "commands run in namespaces of their own (bubblewrap)";
            case LANDLOCK -> "commands are confined by Landlock alone";
            case NONE -> "commands cannot be confined here, so none is run: tools can only read";
          });
      for (Finding finding : findings) {
        text.append("\n  ").append(finding.found());
        if (!finding.remedy().isEmpty()) {
          text.append("; ").append(finding.remedy());
        }
      }
      return text.toString();
    }
  }

  /// Tries the ways of confining, strictest first.
  public static Result probe(Reach reach) {
    return new SandboxProbe(List.of(Path.of("/usr/bin/bwrap"), Path.of("/bin/bwrap"))).find(reach);
  }

  Result find(Reach reach) {
    LinuxCalls calls;
    try {
      calls = new LinuxCalls();
    } catch (SandboxException e) {
      findings.add(new Finding(Confinement.NONE, false, e.getMessage(), ""));
      return new Result(new NoSandbox(e.getMessage()), findings);
    }
    int landlock = Landlock.version(calls);
    Sandbox sandbox =
        bubblewrap(calls, reach, landlock)
            .or(() -> landlockAlone(calls, reach, landlock))
            .orElseGet(() -> new NoSandbox("no way of confining them works"));
    return new Result(sandbox, findings);
  }

  private Optional<Sandbox> bubblewrap(LinuxCalls calls, Reach reach, int landlock) {
    Optional<Path> program = programs.stream().filter(Files::isExecutable).findFirst();
    if (program.isEmpty()) {
      refused(
          Confinement.NAMESPACES,
          "bubblewrap is not installed",
          "install the package 'bubblewrap'");
      return Optional.empty();
    }
    try {
      BubblewrapVersion version = BubblewrapVersion.of(saidVersion(calls, program.get()));
      Bubblewrap told = new Bubblewrap(program.get(), version, reach.readable());
      String name = "bubblewrap " + version.major() + "." + version.minor();
      if (landlock >= Landlock.SUFFICIENT) {
        try {
          Sandbox both = new BubblewrapSandbox(calls, told, true);
          tryOut(both);
          findings.add(
              new Finding(Confinement.NAMESPACES, true, name + " works, with Landlock", ""));
          return Optional.of(both);
        } catch (SandboxException e) {
          refused(
              Confinement.NAMESPACES,
              "with Landlock, bubblewrap does not work: " + e.getMessage(),
              "");
        }
      }
      Sandbox sandbox = new BubblewrapSandbox(calls, told, false);
      tryOut(sandbox);
      findings.add(
          new Finding(
              Confinement.NAMESPACES, true, name + " works, without Landlock's second wall", ""));
      return Optional.of(sandbox);
    } catch (SandboxException e) {
      refused(
          Confinement.NAMESPACES,
          "bubblewrap does not work: " + e.getMessage(),
          NamespaceRemedy.of(NamespaceRemedy.SETTINGS));
      return Optional.empty();
    }
  }

  private Optional<Sandbox> landlockAlone(LinuxCalls calls, Reach reach, int landlock) {
    if (landlock < Landlock.SUFFICIENT) {
      refused(
          Confinement.LANDLOCK,
          landlock == 0
              ? "the kernel has no Landlock, or it is switched off"
              : "the kernel's Landlock has version "
                  + landlock
                  + ", which alone lets signals or more through",
          "use Linux 6.12 or newer with 'landlock' among its security modules");
      return Optional.empty();
    }
    try {
      Sandbox sandbox = new LandlockSandbox(calls, reach.readable());
      tryOut(sandbox);
      findings.add(
          new Finding(Confinement.LANDLOCK, true, "Landlock (version " + landlock + ") works", ""));
      return Optional.of(sandbox);
    } catch (SandboxException e) {
      refused(Confinement.LANDLOCK, "Landlock does not work: " + e.getMessage(), "");
      return Optional.empty();
    }
  }

  private void refused(Confinement level, String found, String remedy) {
    findings.add(new Finding(level, false, found, remedy));
  }

  private static String saidVersion(LinuxCalls calls, Path program) {
    Command command =
        new Command(List.of(program.toString(), "--version"), Path.of("/"), Map.of(), "", LIMITS);
    return OwnThread.call(() -> {
      try (GroupTree tree = new GroupTree(calls);
          StartedProcess process =
              new StartedProcess(
                  calls,
                  new Launch(
                      command.argv(),
                      List.of(),
                      Launch.Inherited.LIFELINE,
                      tree.group(),
                      Launch.Restriction.NONE))) {
        return new Watch(process, command, new Cancellation(), tree).untilEnd().output();
      }
    });
  }

  /// @throws SandboxException where it does not run a command, or does not keep it from the
  ///   machine's files
  private static void tryOut(Sandbox sandbox) {
    Path folder;
    try {
      folder = Files.createTempDirectory("freehold-probe").toRealPath();
    } catch (IOException e) {
      throw new SandboxException("no folder to try it in can be made: " + e.getMessage(), e);
    }
    try {
      Path outside = folder.resolve("outside");
      Path workspace = Files.createDirectory(folder.resolve("workspace"));
      Files.writeString(outside, "seen");
      String line =
          "cat '"
              + outside
              + "' 2>/dev/null; echo x 2>/dev/null > /usr/freehold-probe && echo wrote;"
              + " echo "
              + SAID;
      Outcome outcome = sandbox.run(Command.shell(line, workspace, LIMITS), new Cancellation());
      if (outcome.exit() != 0 || !outcome.output().strip().equals(SAID)) {
        throw new SandboxException(
            "a command to try it ended with " + outcome.exit() + ": " + outcome.output().strip());
      }
    } catch (IOException e) {
      throw new SandboxException("'" + folder + "' cannot be written: " + e.getMessage(), e);
    } finally {
      Folders.delete(folder);
    }
  }
}
