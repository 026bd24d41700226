package dev.freehold.agent.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.run.AgentParts;
import dev.freehold.agent.run.AgentRun;
import dev.freehold.agent.run.AgentSettings;
import dev.freehold.agent.run.Budget;
import dev.freehold.agent.run.Pricing;
import dev.freehold.agent.run.RunListener;
import dev.freehold.agent.run.ScriptedBackend;
import dev.freehold.agent.run.ScriptedBackend.Turn;
import dev.freehold.agent.run.Stop;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A run as a file, and what doing it again finds.
class RerunTest {
  private static final Turn[] TURNS = {
    Turn.call("roll", "{\"sides\":6}"), Turn.call("roll", "{\"sides\":20}"), Turn.say("done: 3, 17")
  };

  @TempDir private Path folder = Path.of("unset");
  private int rolled;

  /// Gives something else each time, as tools do.
  private final class Dice implements AgentTool {
    @Override
    public Tool definition() {
      return new Tool("roll", "rolls", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return Effect.none(Effect.Subject.other("dice"));
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      return ToolOutcome.of("rolled " + ++rolled);
    }
  }

  /// No folder is worked in.
  private record Nowhere(Path root) implements Snapshots {
    @Override
    public String take() {
      return "";
    }

    @Override
    public void restore(String snapshot) {}
  }

  private Journal journal(String name) {
    return Journal.open(
        folder.resolve(name), () -> Instant.parse("2026-05-01T10:00:00Z"), new SplittableRandom(7));
  }

  /// Does a run, some turns of it, and writes its record.
  private Path recorded(int mostSteps) throws IOException {
    AgentSettings settings =
        new AgentSettings(
            "m",
            "be good",
            List.of(),
            AgentSettings.CallForm.TOOLS,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Sampling.greedy());
    AgentParts parts =
        new AgentParts(
            new ScriptedBackend(TURNS),
            List.of(new Dice()),
            new Nowhere(folder),
            new Permissions(List.of()),
            question -> {
              throw new AssertionError("nothing is asked");
            },
            Pricing.NONE);
    Budget budget =
        new Budget(Budget.DEFAULT.tokens(), Optional.empty(), Optional.empty(), mostSteps);
    Deque<String> said = new ArrayDeque<>(List.of("roll two dice"));
    Path file = folder.resolve("run-" + mostSteps + ".jsonl");
    try (Journal journal = journal("journal-" + mostSteps);
        OpenRun run = journal.begin(new NewRun(AgentRun.KIND, "dice", settings.asJson()));
        OutputStream out = Files.newOutputStream(file)) {
      new AgentRun(run, settings, parts, budget, RunListener.NONE, new Stop())
          .work(() -> Optional.ofNullable(said.poll()));
      RunFile.write(run.head(), run.steps(), out);
    }
    return file;
  }

  private RerunReport again(Path file, ChatBackend backend) {
    try (Journal scratch = journal("scratch-" + file.getFileName() + backend.hashCode())) {
      return Rerun.of(RunFile.read(file), backend, scratch, RunListener.NONE);
    }
  }

  @Test
  void theSameModelGivesTheSameRunWithoutItsTools() throws IOException {
    Path file = recorded(100);
    assertThat(rolled).isEqualTo(2);
    RerunReport report = again(file, new ScriptedBackend(TURNS));
    assertThat(rolled).as("no tool was called again").isEqualTo(2);
    assertThat(report.difference()).isEmpty();
    assertThat(report.isSame()).isTrue();
    assertThat(report.answers()).isEqualTo(3);
    assertThat(report.same()).isEqualTo(3);
    assertThat(report.fromRecord()).isEqualTo(3);
    assertThat(report.models()).containsExactly("m");
  }

  @Test
  void idsThatAServiceMakesUpAreNoDifference() throws IOException {
    Path file = recorded(100);
    ScriptedBackend inner = new ScriptedBackend(TURNS);
    ChatBackend renaming =
        (request, events, cancellation) ->
            inner.answer(
                request,
                event ->
                    events.accept(
                        event instanceof ChatEvent.CallStarted call
                            ? new ChatEvent.CallStarted(call.index(), "made-up", call.name())
                            : event),
                cancellation);
    assertThat(again(file, renaming).isSame()).isTrue();
  }

  @Test
  void aRunThatWasBrokenOffIsDoneAgainAsFarAsItWent() throws IOException {
    for (int most = 1; most <= 4; most++) {
      RerunReport report = again(recorded(most), new ScriptedBackend(TURNS));
      assertThat(report.isSame()).as("%d steps: %s", most, report).isTrue();
    }
  }

  @Test
  void theFirstDifferenceIsShown() throws IOException {
    Path file = recorded(100);
    RerunReport words =
        again(file, new ScriptedBackend(TURNS[0], TURNS[1], Turn.say("done: 3, 18")));
    assertThat(words.isSame()).isFalse();
    assertThat(words.same()).isEqualTo(2);
    assertThat(words.difference())
        .contains(new Difference(5, "text", "done: 3, 17", "done: 3, 18"));
    RerunReport call =
        again(file, new ScriptedBackend(TURNS[0], Turn.call("roll", "{\"sides\":8}"), TURNS[2]));
    assertThat(call.same()).isEqualTo(1);
    assertThat(call.difference())
        .contains(new Difference(3, "calls[0]", "roll {\"sides\":20}", "roll {\"sides\":8}"));
    RerunReport none = again(file, new ScriptedBackend(Turn.say("no")));
    assertThat(none.same()).isZero();
    assertThat(none.difference().orElseThrow().field()).isEqualTo("text");
  }

  @Test
  void aChangedRecordIsFound() throws IOException {
    Path file = recorded(100);
    String whole = Files.readString(file);
    assertThat(RunFile.isRecord(file)).isTrue();
    List<String> lines = whole.lines().toList();
    for (String changed :
        List.of(
            whole.replace("rolled 1", "rolled 6"),
            whole.replace("be good", "be bad."),
            whole.replace(lines.get(2) + "\n", ""),
            whole.replace(lines.get(2) + "\n", lines.get(2) + "\n" + lines.get(2) + "\n"),
            whole + "{}\n",
            whole.replaceFirst("\"version\":2", "\"version\":3"),
            whole.replaceFirst("\"version\":2", "\"version\":0"),
            "{}\n",
            "",
            "[1]\n")) {
      Files.writeString(file, changed);
      assertThatThrownBy(() -> RunFile.read(file)).isInstanceOf(RecordException.class);
    }
    byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
    for (int length = 0; length < bytes.length; length += 97) {
      Files.write(file, java.util.Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> RunFile.read(file)).isInstanceOf(RecordException.class);
    }
  }
}
