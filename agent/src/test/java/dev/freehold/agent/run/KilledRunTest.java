package dev.freehold.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.Decision;
import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Killing;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.run.ScriptedBackend.Turn;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.EditTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ReadTool;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.WriteTool;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A run of ten calls whose process ends at every place that it writes at, again and again: it
/// comes to the same end as one that was left alone, and nothing is done twice or lost.
class KilledRunTest {
  private static final Instant NOW = Instant.parse("2026-05-01T10:00:00Z");

  @TempDir private Path folder;

  /// What the world has: letters that were sent, by their keys.
  private final TreeMap<String, String> letters = new TreeMap<>();

  private int handedOver;

  /// Appends a line, not by writing the file anew: doing it twice shows.
  private static final class AppendTool implements AgentTool {
    private final Killing.Fate fate;

    AppendTool(Killing.Fate fate) {
      this.fate = fate;
    }

    @Override
    public Tool definition() {
      return new Tool("append", "appends", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(
          Effect.Reach.WORKSPACE, Effect.Subject.path(arguments.path("path").asString("")), "");
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      Path file = context.workspace().resolve(arguments.path("path").asString(""));
      try {
        for (String half : List.of("first half, ", "second half\n")) {
          if (fate.ends("within append")) {
            throw new Killing.Killed("within append");
          }
          Files.writeString(file, half, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
      return ToolOutcome.of("appended");
    }
  }

  /// Sends letters to a post office that knows their keys, as good services do.
  private final class PostTool implements AgentTool {
    private final Killing.Fate fate;

    PostTool(Killing.Fate fate) {
      this.fate = fate;
    }

    @Override
    public Tool definition() {
      return new Tool("post", "sends", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(
          Effect.Reach.OUTSIDE_WITH_KEY,
          Effect.Subject.other(arguments.path("to").asString("")),
          "a letter");
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      kill("before post");
      handedOver++;
      String text = arguments.toString();
      String before = letters.putIfAbsent(context.idempotencyKey(), text);
      if (before != null && !before.equals(text)) {
        throw new ToolException("another letter has this key");
      }
      kill("after post");
      return ToolOutcome.of("sent");
    }

    private void kill(String place) {
      if (fate.ends(place)) {
        throw new Killing.Killed(place);
      }
    }
  }

  private static ScriptedBackend script() {
    return new ScriptedBackend(
        Turn.call("append", "{\"path\":\"log\"}"),
        Turn.call("edit", "{\"path\":\"a.txt\",\"old\":\"one\",\"new\":\"1\"}"),
        Turn.call("post", "{\"to\":\"Anna\"}"),
        Turn.call("append", "{\"path\":\"log\"}"),
        Turn.call("read", "{\"path\":\"a.txt\"}"),
        Turn.call("write", "{\"path\":\"new/b.txt\",\"content\":\"b\\n\"}"),
        Turn.call("post", "{\"to\":\"Bert\"}"),
        Turn.call("edit", "{\"path\":\"a.txt\",\"old\":\"two\",\"new\":\"2\"}"),
        Turn.call("append", "{\"path\":\"log\"}"),
        Turn.call("edit", "{\"path\":\"a.txt\",\"old\":\"nothing\",\"new\":\"2\"}"),
        Turn.say("all done"));
  }

  private Path makeSource() throws IOException {
    Path source = Files.createDirectories(folder.resolve("source"));
    Files.writeString(source.resolve("a.txt"), "one\ntwo\n");
    return source;
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

  /// One process: begins the run or goes on with it, until it ends, waits or is killed.
  ///
  /// @return how it ended; empty where it was killed
  private Optional<Ending> process(Path place, Path source, Killing.Fate fate) {
    Journal journal =
        Killing.open(place.resolve("j.sqlite"), () -> NOW, new SplittableRandom(5), fate);
    OpenRun run = null;
    try {
      boolean isNew = journal.runs(1).isEmpty();
      run =
          isNew
              ? journal.begin(new NewRun(AgentRun.KIND, "t", settings().asJson()))
              : journal.resume(journal.runs(1).getFirst().id());
      Path kept = place.resolve("w");
      Workspace workspace =
          Files.exists(kept.resolve("workspace.json"))
              ? Workspace.open(kept, WorkspaceLimits.DEFAULT, path -> false)
              : Workspace.create(
                  kept,
                  new Workspace.Origin(source, List.of(), path -> false),
                  WorkspaceLimits.DEFAULT);
      AgentParts parts =
          new AgentParts(
              script(),
              List.of(
                  new AppendTool(fate),
                  new PostTool(fate),
                  new ReadTool(),
                  new EditTool(path -> false),
                  new WriteTool(path -> false)),
              workspace,
              new Permissions(
                  List.of(
                      new Rule(Verdict.ALLOW, "edit", "*"),
                      new Rule(Verdict.ALLOW, "append", "*"),
                      new Rule(Verdict.ALLOW, "write", "*"))),
              Approver.LATER,
              Pricing.NONE);
      AtomicInteger said = new AtomicInteger(run.steps().isEmpty() ? 0 : 1);
      Steering task =
          () -> said.getAndIncrement() == 0 ? Optional.of("do it all") : Optional.empty();
      return Optional.of(
          new AgentRun(run, settings(), parts, Budget.DEFAULT, RunListener.NONE, new Stop())
              .work(task));
    } catch (Killing.Killed end) {
      return Optional.empty();
    } finally {
      if (run != null) {
        run.close(); // as the system takes a lock back
      }
      journal.close();
    }
  }

  /// A colleague, in a process of their own, gives leave to what waits, days later.
  private static void approveAll(Path place) {
    try (Journal journal =
        Journal.open(place.resolve("j.sqlite"), () -> NOW.plusSeconds(300_000), new Random(1))) {
      for (Step step : journal.pendingApprovals()) {
        journal.decide(step.run(), step.call().key(), step.digest(), Decision.allow("a colleague"));
      }
    }
  }

  /// What a run left: files, letters, and what its steps are and gave.
  private record Left(
      TreeMap<String, String> files, List<String> letters, List<String> steps, String answer) {}

  /// Has processes work on a run until it ends.
  private Left live(Path place, Path source, Killing.Fate fate) throws IOException {
    letters.clear();
    handedOver = 0;
    Files.createDirectories(place);
    for (int i = 0; i < 500; i++) {
      Optional<Ending> ending = process(place, source, fate);
      if (ending.isPresent() && ending.get().kind() == Ending.Kind.ANSWERED) {
        return left(place, ending.get());
      }
      approveAll(place);
    }
    throw new AssertionError("the run never ended");
  }

  private Left left(Path place, Ending ending) throws IOException {
    TreeMap<String, String> files = new TreeMap<>();
    Path root = place.resolve("w/files");
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        boolean isFile = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
        files.put(root.relativize(file).toString(), isFile ? Files.readString(file) : "folder");
      }
    }
    List<String> steps = new ArrayList<>();
    try (Journal journal = Journal.open(place.resolve("j.sqlite"), () -> NOW, new Random(1))) {
      for (Step step : journal.steps(journal.runs(1).getFirst().id())) {
        assertThat(step.isFinished()).as("%s", step).isTrue();
        steps.add(
            step.call().key()
                + " "
                + step.call().name()
                + " "
                + step.result().path("text").asString("")
                + step.result().path("answer").asString(""));
      }
    }
    return new Left(files, letters.values().stream().sorted().toList(), steps, ending.text());
  }

  @Test
  void aRunThatIsKilledAtEveryPlaceEndsAsOneThatIsNot() throws IOException {
    Path source = makeSource();
    AtomicInteger places = new AtomicInteger();
    Left whole =
        live(
            folder.resolve("whole"),
            source,
            place -> {
              places.incrementAndGet();
              return false;
            });
    assertThat(whole.letters()).containsExactly("{\"to\":\"Anna\"}", "{\"to\":\"Bert\"}");
    assertThat(handedOver).isEqualTo(2);
    assertThat(whole.files().get("log")).isEqualTo("first half, second half\n".repeat(3));
    assertThat(whole.files().get("a.txt")).isEqualTo("1\n2\n");
    assertThat(places.get()).isGreaterThan(50);
    for (int last = 1; last <= places.get(); last++) {
      AtomicInteger left = new AtomicInteger(last);
      Left killed = live(folder.resolve("at" + last), source, place -> left.decrementAndGet() == 0);
      assertThat(killed).as("killed once, at place %d", last).isEqualTo(whole);
    }
  }

  @Test
  void aRunThatIsKilledOftenEndsAsOneThatIsNot() throws IOException {
    Path source = makeSource();
    Left whole = live(folder.resolve("whole"), source, place -> false);
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      int[] kills = {0};
      int most = 1 + random.nextInt(8);
      Left killed =
          live(
              folder.resolve("seed" + seed),
              source,
              place -> {
                boolean ends = kills[0] < most && random.nextInt(12) == 0;
                kills[0] += ends ? 1 : 0;
                return ends;
              });
      assertThat(killed).as("seed %d, killed %d times", seed, kills[0]).isEqualTo(whole);
    }
  }
}
