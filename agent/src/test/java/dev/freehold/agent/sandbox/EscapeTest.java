package dev.freehold.agent.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.chat.Cancellation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tries to break out of each sandbox that this machine can have, and prints what stopped what.
class EscapeTest {
  private static final Limits LIMITS = Limits.DEFAULT.withTime(Duration.ofMinutes(2));

  private static final Reach ONE_HOST = new Reach(List.of(), List.of("allowed.example"));

  /// Families and names of attacks that change nothing but what the test made.
  private static final Set<String> HARMLESS =
      Set.of(
          "A2",
          "A5",
          "read outside",
          "read by symbolic link",
          "write by symbolic link",
          "hard link",
          "rename out",
          "rename in",
          "list outside",
          "truncate",
          "change rights",
          "change times",
          "delete",
          "swap while writing",
          "/proc/self/root",
          "signal to another",
          "Unix socket outside",
          "abstract socket outside",
          "keys of the person",
          "arguments of processes",
          "TCP to this machine");

  @TempDir Path folder;

  @Test
  void nothingBreaksOut() throws IOException {
    Optional<Sandbox> namespaces = sandbox(Confinement.NAMESPACES, Reach.NOTHING);
    Optional<Sandbox> proxied = sandbox(Confinement.NAMESPACES, ONE_HOST);
    Optional<Sandbox> landlock = sandbox(Confinement.LANDLOCK, ONE_HOST);
    assumeTrue(
        namespaces.isPresent() || landlock.isPresent(),
        () -> Levels.probe(Confinement.NAMESPACES, Reach.NOTHING).describe());
    List<String> table = new ArrayList<>();
    table.add("| | attack | namespaces | Landlock alone |");
    table.add("|---|---|---|---|");
    List<String> failures = new ArrayList<>();
    for (Attack attack : Attack.all()) {
      String strict = attempt(attack.proxied() ? proxied : namespaces, attack, "", failures);
      String alone = attempt(landlock, attack, attack.gap(), failures);
      table.add(
          "| " + attack.family() + " | " + attack.name() + " | " + strict + " | " + alone + " |");
    }
    for (Exhaustion exhaustion : Exhaustion.all()) {
      String strict = exhaust(namespaces, exhaustion, failures);
      String alone = exhaust(landlock, exhaustion, failures);
      table.add("| A9 | " + exhaustion.name() + " | " + strict + " | " + alone + " |");
    }
    table.forEach(System.out::println);
    Files.write(Path.of("target", "escapes.md"), table);

    assertThat(failures).isEmpty();
  }

  /// An attack that fails anywhere shows nothing.
  @Test
  void theAttacksSucceedWithoutASandbox() throws IOException, InterruptedException {
    List<String> failed = new ArrayList<>();
    for (Attack attack : Attack.all()) {
      if (!HARMLESS.contains(attack.family()) && !HARMLESS.contains(attack.name())) {
        continue;
      }
      Optional<String> said = unconfined(attack);
      for (int i = 0; i < 50 && said.isPresent(); i++) { // one of them is a race
        said = unconfined(attack);
      }
      said.ifPresent(held -> failed.add(attack.name() + ": " + held));
    }
    assertThat(failed).isEmpty();
  }

  /// @return what it said where it broke out of nothing
  private Optional<String> unconfined(Attack attack) throws IOException, InterruptedException {
    Path place = Files.createTempDirectory(folder.toRealPath(), "control");
    Path workspace = makeWorkspace(place.resolve("workspace"));
    try (Outside outside = new Outside(Files.createDirectory(place.resolve("outside")))) {
      ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", attack.wholeScript());
      builder.environment().putAll(outside.variables());
      Process process = builder.directory(workspace.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return broke(said, outside) || said.startsWith("skipped")
          ? Optional.empty()
          : Optional.of(said);
    }
  }

  private static boolean broke(String said, Outside outside) throws IOException {
    return said.contains("BROKE OUT") || said.contains(Outside.SECRET) || !outside.isUntouched();
  }

  private static Optional<Sandbox> sandbox(Confinement level, Reach reach) {
    Sandbox found = Levels.probe(level, reach).sandbox();
    return Optional.of(found).filter(sandbox -> sandbox.confinement() == level);
  }

  /// What to write of it into the table.
  private String attempt(
      Optional<Sandbox> sandbox, Attack attack, String gap, List<String> failures)
      throws IOException {
    if (sandbox.isEmpty()) {
      return "not here";
    }
    Path place = Files.createTempDirectory(folder.toRealPath(), "attack");
    Path workspace = makeWorkspace(place.resolve("workspace"));
    try (Outside outside = new Outside(Files.createDirectory(place.resolve("outside")))) {
      Outcome outcome =
          sandbox
              .get()
              .run(
                  new Command(
                      List.of("/bin/sh", "-c", attack.wholeScript()),
                      workspace,
                      outside.variables(),
                      "",
                      LIMITS),
                  new Cancellation());
      String said = outcome.output();
      boolean broke = broke(said, outside);
      boolean ended = outcome.ending() == Outcome.Ending.EXITED && !said.isBlank();
      if (broke == gap.isEmpty() || !ended) {
        failures.add(sandbox.get().confinement() + ": " + attack.name() + ": " + outcome);
      }
      return broke ? "**not stopped**: " + gap : reason(said);
    }
  }

  private String exhaust(Optional<Sandbox> sandbox, Exhaustion exhaustion, List<String> failures)
      throws IOException {
    if (sandbox.isEmpty()) {
      return "not here";
    }
    Path workspace = Files.createTempDirectory(folder.toRealPath(), "exhaust");
    Command command = Command.shell(exhaustion.script(), workspace, exhaustion.limits());
    Outcome outcome = sandbox.get().run(command, new Cancellation());
    Optional<String> stopped = exhaustion.stopped(outcome, workspace);
    if (stopped.isEmpty()) {
      failures.add(sandbox.get().confinement() + ": " + exhaustion.name() + ": " + outcome);
    }
    Folders.delete(workspace);
    return stopped.orElse("**not stopped**");
  }

  private static String reason(String said) {
    String last = said.strip().lines().reduce("", (first, second) -> second);
    String why = last.replaceFirst("^held:\\s*", "").replaceFirst(".*: ", "");
    return why.isEmpty() ? "nothing found" : why.replace("|", "\\|");
  }

  private static Path makeWorkspace(Path workspace) throws IOException {
    Files.createDirectories(workspace.resolve(".git/hooks"));
    Files.createDirectories(workspace.resolve(".git/objects"));
    Files.createDirectories(workspace.resolve(".git/refs"));
    Files.writeString(workspace.resolve(".git/HEAD"), "ref: refs/heads/main\n");
    Files.writeString(workspace.resolve(".git/config"), "[core]\n\trepositoryformatversion = 0\n");
    return workspace;
  }

  @Test
  void whatLandlockLetsThroughIsNotCarriedToTheFolder() throws IOException {
    Path workspace = makeWorkspace(folder.toRealPath().resolve("workspace"));
    Sandbox sandbox = Levels.sandbox(Confinement.LANDLOCK, Reach.NOTHING);
    String before =
        String.join(
            "\n",
            Attack.all().stream()
                .filter(attack -> attack.family().equals("A2"))
                .map(Attack::wholeScript)
                .toList());
    sandbox.run(
        new Command(List.of("/bin/sh", "-c", before), workspace, Map.of(), "", LIMITS),
        new Cancellation());

    try (var files = Files.walk(workspace)) {
      List<String> carried =
          files
              .filter(Files::isRegularFile)
              .map(workspace::relativize)
              .filter(file -> !ProtectedPaths.isProtected(file))
              .map(Path::toString)
              .filter(file -> !file.startsWith("old/"))
              .toList();
      assertThat(carried).isSubsetOf("second", "new");
    }
  }
}
