package dev.freehold.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.run.ScriptedBackend.Turn;
import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Limits;
import dev.freehold.agent.sandbox.ProtectedPaths;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.agent.tool.BashTool;
import dev.freehold.agent.tool.EditTool;
import dev.freehold.agent.tool.ReadTool;
import dev.freehold.agent.tool.SearchTool;
import dev.freehold.agent.tool.WriteTool;
import dev.freehold.agent.workspace.Change;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import dev.freehold.chat.Sampling;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.JsonNodeFactory;

/// Thirty tasks in repositories of git, done by a model that is played: edits land, the tests of
/// the repository pass in the sandbox, and the difference is what was done.
class ThirtyTasksTest {
  private static final Predicate<String> KEPT = path -> ProtectedPaths.isProtected(Path.of(path));

  @TempDir private Path folder;

  /// A task: a repository whose test fails, what the model does, and what differs then.
  ///
  /// @param files name and text in turn
  /// @param status what `git status` says in the folder after changes were taken over
  /// @param difference a part of the difference of the first file that changed
  private record Task(
      String name, List<String> files, List<Turn> turns, String status, String difference) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Task> tasks() {
    return IntStream.range(0, 5)
        .boxed()
        .flatMap(n ->
            Stream.of(
                wrongResult(n), rename(n), missingFile(n), deadFile(n), setting(n), script(n)));
  }

  private static Turn call(String tool, String... arguments) {
    var json = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < arguments.length; i += 2) {
      json.put(arguments[i], arguments[i + 1]);
    }
    return Turn.call(tool, json.toString());
  }

  private static final Turn TEST = call("bash", "command", "sh test.sh");
  private static final Turn DONE = Turn.say("done");

  private static Task wrongResult(int n) {
    return new Task(
        "a function that gives the wrong result " + n,
        List.of(
            "sum.sh", "add() {\n  echo $(($1 - $2 + %d))\n}\n".formatted(n),
            "test.sh", ". ./sum.sh\n[ \"$(add 2 3)\" = %d ]\n".formatted(5 + n)),
        List.of(
            TEST,
            call("search", "pattern", "\\$1 - \\$2"),
            call("read", "path", "sum.sh"),
            call("edit", "path", "sum.sh", "old", "$1 - $2", "new", "$1 + $2"),
            TEST,
            DONE),
        " M sum.sh\n",
        "-  echo $(($1 - $2 + %d))\n+  echo $(($1 + $2 + %d))\n".formatted(n, n));
  }

  private static Task rename(int n) {
    String old = "size_" + n;
    return new Task(
        "a name that is changed everywhere " + n,
        List.of(
            "lib/a.sh", "%s=1\necho $%s\n# %s\n".formatted(old, old, old),
            "lib/b.sh", "echo $%s\n".formatted(old),
            "test.sh", "! grep -rq %s lib && grep -q width lib/a.sh\n".formatted(old)),
        List.of(
            call("search", "pattern", old, "files", "*.sh"),
            Turn.call(
                "edit",
                "{\"path\":\"lib/a.sh\",\"old\":\"%s\",\"new\":\"width\",\"all\":true}"
                    .formatted(old)),
            call("edit", "path", "lib/b.sh", "old", old, "new", "width"),
            TEST,
            DONE),
        " M lib/a.sh\n M lib/b.sh\n",
        "+width=1\n+echo $width\n+# width\n");
  }

  private static Task missingFile(int n) {
    return new Task(
        "a file that is missing " + n,
        List.of("test.sh", "grep -q 'number %d' docs/deep/readme.md\n".formatted(n)),
        List.of(
            TEST,
            call(
                "write",
                "path",
                "docs/deep/readme.md",
                "content",
                "# Größe\n\nnumber %d\n".formatted(n)),
            TEST,
            DONE),
        "?? docs/\n",
        "+# Größe\n+\n+number %d\n".formatted(n));
  }

  private static Task deadFile(int n) {
    return new Task(
        "a file that nobody needs " + n,
        List.of("old/dead%d.txt".formatted(n), "dead\n", "test.sh", "[ ! -e old ]\n"),
        List.of(TEST, call("bash", "command", "rm -r old"), TEST, DONE),
        " D old/dead%d.txt\n".formatted(n),
        "-dead\n");
  }

  private static Task setting(int n) {
    return new Task(
        "a setting with line ends of DOS " + n,
        List.of(
            "app.ini",
            "[a]\r\nport=%d\r\n[b]\r\nport=1\r\n".formatted(100 + n),
            "test.sh",
            "grep -q 'port=8080' app.ini && grep -q 'port=1.$' app.ini\n"),
        List.of(
            call("edit", "path", "app.ini", "old", "port=1", "new", "port=2"),
            call(
                "edit",
                "path",
                "app.ini",
                "old",
                "[a]\nport=%d\n".formatted(100 + n),
                "new",
                "[a]\nport=8080\n"),
            TEST,
            DONE),
        " M app.ini\n",
        "-port=%d\r\n+port=8080\r\n".formatted(100 + n));
  }

  private static Task script(int n) {
    return new Task(
        "a script that can be run " + n,
        List.of("test.sh", "[ \"$(./hello.sh %d)\" = 'hello %d' ]\n".formatted(n, n)),
        List.of(
            call("write", "path", "hello.sh", "content", "#!/bin/sh\necho \"hello $1\"\n"),
            call("bash", "command", "chmod +x hello.sh && ls -l"),
            TEST,
            call("bash", "command", "cat /etc/shadow; echo evil > .git/hooks/post-commit"),
            DONE),
        "?? hello.sh\n",
        "+#!/bin/sh\n+echo \"hello $1\"\n");
  }

  private static String git(Path repository, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(
                    "git",
                    "-c",
                    "user.name=t",
                    "-c",
                    "user.email=t@t",
                    "-c",
                    "core.autocrlf=false"),
                Stream.of(arguments))
            .toList();
    Process process =
        new ProcessBuilder(command)
            .directory(repository.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s: %s", command, output).isZero();
    return output;
  }

  private Path repository(Task task) throws Exception {
    Path repository = Files.createDirectories(folder.resolve("repository"));
    for (int i = 0; i < task.files().size(); i += 2) {
      Path file = repository.resolve(task.files().get(i));
      Files.createDirectories(file.getParent());
      Files.writeString(file, task.files().get(i + 1));
    }
    git(repository, "init", "-q");
    git(repository, "add", "-A");
    git(repository, "commit", "-qm", "first");
    return repository;
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void aTaskIsDone(Task task) throws Exception {
    SandboxProbe.Result found = SandboxProbe.probe(Reach.NOTHING);
    assumeTrue(
        found.sandbox().confinement() != Confinement.NONE,
        () -> "commands cannot be confined here: " + found.describe());
    Path repository = repository(task);
    try (Journal journal =
            Journal.open(folder.resolve("j.sqlite"), () -> Instant.EPOCH, new SplittableRandom(1));
        OpenRun run = journal.begin(new NewRun(AgentRun.KIND, task.name(), settings().asJson()))) {
      Workspace workspace =
          Workspace.create(
              folder.resolve("w"),
              new Workspace.Origin(repository, List.of(), KEPT),
              WorkspaceLimits.DEFAULT);
      assertThat(agent(task, found, run, workspace)).isEqualTo("done");
      Step lastTest =
          run.steps().stream()
              .filter(step -> step.call().kind() == StepKind.TOOL)
              .filter(step -> step.call().request().toString().contains("sh test.sh"))
              .reduce((first, second) -> second)
              .orElseThrow();
      assertThat(lastTest.result().path("details").path("exit").asInt(-1))
          .as("%s", lastTest.result())
          .isZero();
      assertThat(git(repository, "status", "--porcelain")).isEmpty();
      List<Change> changes = workspace.changes().stream().filter(c -> !c.isKept()).toList();
      assertThat(changes.getFirst().text()).contains(task.difference());
      workspace.apply(workspace.take());
      assertThat(git(repository, "status", "--porcelain")).isEqualTo(task.status());
      assertThat(testIn(repository)).isZero();
      assertThat(repository.resolve(".git/hooks/post-commit")).doesNotExist();
    }
  }

  private static int testIn(Path repository) throws IOException, InterruptedException {
    return new ProcessBuilder("/bin/sh", "test.sh")
        .directory(repository.toFile())
        .start()
        .waitFor();
  }

  private static String agent(
      Task task, SandboxProbe.Result found, OpenRun run, Workspace workspace) {
    AgentParts parts =
        new AgentParts(
            new ScriptedBackend(task.turns().toArray(Turn[]::new)),
            List.of(
                new ReadTool(),
                new SearchTool(),
                new WriteTool(KEPT),
                new EditTool(KEPT),
                new BashTool(found.sandbox(), Limits.DEFAULT.withTime(Duration.ofMinutes(1)))),
            workspace,
            new Permissions(List.of(new Rule(Verdict.ALLOW, "*", "*"))),
            Approver.NOBODY,
            Pricing.NONE);
    AtomicInteger said = new AtomicInteger();
    return new AgentRun(run, settings(), parts, Budget.DEFAULT, RunListener.NONE, new Stop())
        .work(() -> said.getAndIncrement() == 0 ? Optional.of(task.name()) : Optional.empty())
        .text();
  }

  private static AgentSettings settings() {
    return new AgentSettings(
        "m",
        "be good",
        List.of(),
        AgentSettings.CallForm.TOOLS,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Sampling.greedy());
  }
}
