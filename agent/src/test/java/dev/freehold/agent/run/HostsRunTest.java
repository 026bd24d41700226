package dev.freehold.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.journal.Decision;
import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Killing;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.run.ScriptedBackend.Turn;
import dev.freehold.agent.sandbox.Command;
import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Limits;
import dev.freehold.agent.sandbox.Outcome;
import dev.freehold.agent.sandbox.Sandbox;
import dev.freehold.agent.tool.BashTool;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.Sampling;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs whose commands may talk to hosts: what they do there is never done twice unasked, and never
/// with more hosts than leave was given for.
class HostsRunTest {
  private static final List<String> A = List.of("a.example");
  private static final Rule BY_NAME = new Rule(Verdict.ALLOW, "bash", "*");

  @TempDir private Path folder;
  private Journal journal = unset();
  private Workspace workspace = unset();
  private final List<String> done = new ArrayList<>();
  private boolean isKilled;

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // is set before each test
  private static <T> T unset() {
    return (T) null;
  }

  @BeforeEach
  void open() throws IOException {
    journal =
        Journal.open(
            folder.resolve("j.sqlite"),
            () -> Instant.parse("2026-05-01T10:00:00Z"),
            new SplittableRandom(7));
    Path source = Files.createDirectories(folder.resolve("source"));
    Files.writeString(source.resolve("log"), "begun\n");
    workspace =
        Workspace.create(
            folder.resolve("w"),
            new Workspace.Origin(source, List.of(), path -> false),
            WorkspaceLimits.DEFAULT);
  }

  @AfterEach
  void close() {
    journal.close();
  }

  /// Commands that add a line to a file, say which hosts they could reach, and may be killed.
  private final class Played implements Sandbox {
    private final List<String> hosts;

    Played(List<String> hosts) {
      this.hosts = hosts;
    }

    @Override
    public Confinement confinement() {
      return Confinement.NAMESPACES;
    }

    @Override
    public Sandbox reaching(List<String> newHosts) {
      return new Played(newHosts);
    }

    @Override
    public Outcome run(Command command, Cancellation cancellation) {
      try {
        Files.writeString(command.workspace().resolve("log"), "done\n", StandardOpenOption.APPEND);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      if (isKilled) {
        throw new Killing.Killed("within a command");
      }
      done.add(String.join(" ", hosts));
      return new Outcome(Outcome.Ending.EXITED, 0, "sent\n", 0, hosts);
    }
  }

  private static ScriptedBackend script() {
    return new ScriptedBackend(
        Turn.call("bash", "{\"command\":\"curl https://a.example\"}"), Turn.say("done"));
  }

  private static AgentSettings settings() {
    return new AgentSettings(
        "m",
        "",
        List.of(),
        AgentSettings.CallForm.TOOLS,
        OptionalInt.empty(),
        OptionalInt.empty(),
        Sampling.greedy());
  }

  private BashTool bash(List<String> hosts) {
    return new BashTool(new Played(List.of()), Limits.DEFAULT, hosts);
  }

  private Ending work(OpenRun run, List<String> hosts, Rule rule, Approver approver) {
    AgentParts parts =
        new AgentParts(
            script(),
            List.of(bash(hosts)),
            workspace,
            new Permissions(List.of(rule)),
            approver,
            Pricing.NONE);
    Deque<String> said = new ArrayDeque<>(run.steps().isEmpty() ? List.of("do it") : List.of());
    return new AgentRun(run, settings(), parts, Budget.DEFAULT, RunListener.NONE, new Stop())
        .work(() -> Optional.ofNullable(said.poll()));
  }

  private OpenRun begin() {
    return journal.begin(new NewRun(AgentRun.KIND, "t", settings().asJson()));
  }

  private Path log() {
    return workspace.root().resolve("log");
  }

  /// Kills a run within its command.
  private String killed() {
    isKilled = true;
    try (OpenRun run = begin()) {
      assertThatThrownBy(() -> work(run, A, BY_NAME, Approver.NOBODY))
          .isInstanceOf(Killing.Killed.class);
      isKilled = false;
      assertThat(log()).hasContent("begun\ndone\n");
      return run.id();
    }
  }

  private Ending resume(String id, List<String> hosts) {
    try (OpenRun run = journal.resume(id)) {
      return work(run, hosts, BY_NAME, Approver.NOBODY);
    }
  }

  private Step command(String id) {
    return journal.steps(id).stream()
        .filter(step -> step.call().kind() == StepKind.TOOL)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCommandInDoubtWaitsForAPersonAlsoWhereNoHostIsAllowedAnyMore() {
    String id = killed();

    for (List<String> hosts : List.of(A, List.<String>of())) {
      Ending ending = resume(id, hosts);
      assertThat(ending.kind()).isEqualTo(Ending.Kind.WAITS);
      assertThat(ending.text()).contains("it is not known whether \"bash\" happened");
      assertThat(log()).hasContent("begun\ndone\n");
    }
    assertThat(done).isEmpty();
  }

  @Test
  void whatDidNotHappenIsDoneOnTheFilesThatWereBeforeIt() {
    String id = killed();
    journal.settle(id, command(id).call().key(), Optional.empty());

    assertThat(resume(id, A).text()).isEqualTo("done");
    assertThat(log()).hasContent("begun\ndone\n");
    assertThat(done).containsExactly("a.example");
  }

  @Test
  void whatHappenedLeavesTheFilesAsTheyWereFoundAndCanBeTakenBackThere() {
    String id = killed();
    Step step = command(id);
    journal.settle(
        id, step.call().key(), Optional.of(Settling.happened(step, "it sent", workspace)));

    assertThat(resume(id, A).text()).isEqualTo("done");
    assertThat(log()).hasContent("begun\ndone\n");
    assertThat(done).isEmpty();
    try (OpenRun run = journal.resume(id)) {
      Undoing undoing = new Undoing(run, workspace, List.of());
      undoing.undo(undoing.last().orElseThrow());
      assertThat(log()).hasContent("begun\n");
      assertThat(undoing.staying(0)).extracting(s -> s.call().key()).contains(step.call().key());
    }
  }

  @Test
  void undoTakesFilesBackAndSaysWhatStays() {
    try (OpenRun run = begin()) {
      work(run, A, BY_NAME, Approver.NOBODY);
      Undoing undoing = new Undoing(run, workspace, List.of());
      Step last = undoing.last().orElseThrow();
      undoing.undo(last);

      assertThat(log()).hasContent("begun\n");
      assertThat(undoing.last()).isEmpty();
      assertThat(undoing.staying(last.position())).hasSize(1);
      assertThat(run.steps().getLast().result().asString(""))
          .contains("took back", "what was sent to hosts stays sent");
    }
  }

  @Test
  void aCommandThatAskedForNoHostLeavesNothingElsewhere() {
    try (OpenRun run = begin()) {
      work(run, List.of(), BY_NAME, Approver.NOBODY);

      assertThat(new Undoing(run, workspace, List.of()).staying(0)).isEmpty();
      assertThat(command(run.id()).call().request().has("hosts")).isFalse();
    }
  }

  @Test
  void anApprovedCommandReachesTheHostsThatWereShownAndNoneThatIsForbiddenSince() {
    Rule all = new Rule(Verdict.ALLOW, "*", "*");
    List<List<String>> later =
        List.of(List.of("a.example", "b.example"), List.of("b.example"), List.of());
    for (List<String> now : later) {
      try (OpenRun run = begin()) {
        String id = run.id();
        assertThat(work(run, A, all, Approver.LATER).kind()).isEqualTo(Ending.Kind.WAITS);
        Step asked = journal.pendingApprovals().getFirst();
        assertThat(asked.call().request().path("preview").asString(""))
            .isEqualTo("It may talk to a.example, and send there what is in the workspace.");
        journal.decide(id, asked.call().key(), asked.digest(), Decision.allow("a colleague"));
        assertThat(work(run, now, all, Approver.NOBODY).text()).isEqualTo("done");
      }
    }
    assertThat(done).containsExactly("a.example", "", "");
  }
}
