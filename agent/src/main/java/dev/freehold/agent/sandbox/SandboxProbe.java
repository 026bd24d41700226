package dev.freehold.agent.sandbox;

import dev.freehold.agent.sandbox.BubblewrapSandbox.Added;
import dev.freehold.agent.sandbox.proxy.PublicNetwork;
import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// Finds out how commands can be confined here, by confining one.
public final class SandboxProbe {
  private static final String SAID = "freehold was here";
  private static final String WATCHED =
      "; root's processes are counted, but the kernel does not limit their number here";
  private static final Limits LIMITS =
      Limits.DEFAULT.withTime(Duration.ofSeconds(20)).withOutputBytes(8 << 10);

  private final List<Path> programs;
  private final Path settings;
  private final ToIntFunction<LinuxCalls> landlockVersion;
  private final PublicNetwork network;
  private final List<Finding> findings = new ArrayList<>();

  /// @param programs where bubblewrap may lie
  /// @param settings where the kernel's settings lie
  /// @param network that allowed hosts are reached in
  SandboxProbe(
      List<Path> programs,
      Path settings,
      ToIntFunction<LinuxCalls> landlockVersion,
      PublicNetwork network) {
    this.programs = List.copyOf(programs);
    this.settings = settings;
    this.landlockVersion = landlockVersion;
    this.network = network;
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
    return new SandboxProbe(
            List.of(Path.of("/usr/bin/bwrap"), Path.of("/bin/bwrap")),
            NamespaceRemedy.SETTINGS,
            Landlock::version,
            PublicNetwork.SYSTEM)
        .find(reach);
  }

  Result find(Reach reach) {
    LinuxCalls calls;
    try {
      calls = new LinuxCalls();
    } catch (SandboxException e) {
      findings.add(new Finding(Confinement.NONE, false, e.getMessage(), ""));
      return new Result(new NoSandbox(e.getMessage()), findings);
    }
    int landlock = landlockVersion.applyAsInt(calls);
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
      boolean isRoot = ProcessTree.isRoot();
      boolean numbers = isRoot && ProcessNumbers.canBeLimited(calls);
      String watched = isRoot && !numbers ? WATCHED : "";
      if (landlock >= Landlock.SUFFICIENT) {
        try {
          Added added = new Added(true, numbers);
          Sandbox sandbox = tried(new BubblewrapSandbox(calls, told, added, network), reach);
          findings.add(
              new Finding(
                  Confinement.NAMESPACES, true, name + " works, with Landlock" + watched, ""));
          return Optional.of(sandbox);
        } catch (SandboxException e) {
          refused(
              Confinement.NAMESPACES,
              "with Landlock, bubblewrap does not work: " + e.getMessage(),
              "");
        }
      }
      Added added = new Added(false, numbers);
      Sandbox sandbox = tried(new BubblewrapSandbox(calls, told, added, network), reach);
      findings.add(
          new Finding(
              Confinement.NAMESPACES,
              true,
              name + " works, without Landlock's second wall" + watched,
              ""));
      return Optional.of(sandbox);
    } catch (SandboxException e) {
      refused(
          Confinement.NAMESPACES,
          "bubblewrap does not work: " + e.getMessage(),
          NamespaceRemedy.of(settings));
      return Optional.empty();
    }
  }

  /// Tried out, and where hosts are allowed with them as well.
  private static Sandbox tried(Sandbox sandbox, Reach reach) {
    tryOut(sandbox);
    if (reach.hosts().isEmpty()) {
      return sandbox;
    }
    Sandbox reaching = sandbox.reaching(reach.hosts());
    tryOut(reaching);
    return reaching;
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
      if (!reach.hosts().isEmpty()) {
        refused(
            Confinement.LANDLOCK,
            LandlockSandbox.NO_HOSTS + "; commands reach none, those that are allowed neither",
            "");
      }
      findings.add(
          new Finding(
              Confinement.LANDLOCK,
              true,
              "Landlock (version " + landlock + ") works" + (ProcessTree.isRoot() ? WATCHED : ""),
              ""));
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
      Path written = folder.resolve("written");
      String line =
          "{ cat '%s'; echo x > '%s'; } 2>/dev/null; echo %s".formatted(outside, written, SAID);
      Outcome outcome = sandbox.run(Command.shell(line, workspace, LIMITS), new Cancellation());
      boolean isConfined = outcome.output().strip().equals(SAID) && Files.notExists(written);
      if (outcome.exit() != 0 || !isConfined) {
        throw new SandboxException(
            "a command to try it was not confined, or ended with "
                + outcome.exit()
                + ": "
                + outcome.output().strip());
      }
    } catch (IOException e) {
      throw new SandboxException("'" + folder + "' cannot be written: " + e.getMessage(), e);
    } finally {
      Folders.delete(folder);
    }
  }
}
