package dev.freehold.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Killing;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.run.ScriptedBackend.Turn;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.tool.Undo;
import dev.freehold.agent.workspace.Snapshots;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Calls with effects elsewhere that are taken back.
class UndoingTest {
  private static final AgentSettings SETTINGS =
      new AgentSettings(
          "m",
          "",
          List.of(),
          AgentSettings.CallForm.TOOLS,
          OptionalInt.empty(),
          OptionalInt.empty(),
          Sampling.greedy());

  @TempDir private Path folder;
  private final List<String> ordered = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private boolean knowsTheWayBack = true;
  private final List<ToolException> failures = new ArrayList<>();

  /// Orders things, and cancels what it ordered.
  private final class Orders implements AgentTool {
    @Override
    public Tool definition() {
      return new Tool("order", "orders", JsonNodeFactory.instance.objectNode());
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      return new Effect(Effect.Reach.OUTSIDE, Effect.Subject.other("order"), "an order");
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      ordered.add(arguments.path("what").asString(""));
      return ToolOutcome.of("number " + ordered.size());
    }

    @Override
    public Optional<Undo> undo(JsonNode arguments, ToolOutcome outcome) {
      String what = arguments.path("what").asString("");
      return knowsTheWayBack
          ? Optional.of(new Undo("cancel %s, %s".formatted(what, outcome.text()), this::cancel))
          : Optional.empty();
    }

    private ToolOutcome cancel(ToolContext context) {
      if (!failures.isEmpty()) {
        throw failures.removeFirst();
      }
      keys.add(context.idempotencyKey());
      return ToolOutcome.of("cancelled " + ordered.removeLast());
    }
  }

  private static final class NoFolder implements Snapshots {
    @Override
    public Path root() {
      return Path.of("");
    }

    @Override
    public String take() {
      return "";
    }

    @Override
    public void restore(String snapshot) {}
  }

  private Journal journal(Killing.Fate fate) {
    return Killing.open(
        folder.resolve("j.sqlite"),
        () -> Instant.parse("2026-05-01T10:00:00Z"),
        new SplittableRandom(7),
        fate);
  }

  /// A run that ordered two things.
  private void order() {
    try (Journal journal = journal(place -> false);
        OpenRun run = journal.begin(new NewRun(AgentRun.KIND, "t", SETTINGS.asJson()), "run")) {
      AgentParts parts =
          new AgentParts(
              new ScriptedBackend(
                  Turn.call("order", "{\"what\":\"tea\"}"),
                  Turn.call("order", "{\"what\":\"cake\"}"),
                  Turn.say("done")),
              List.of(new Orders()),
              new NoFolder(),
              new Permissions(List.of()),
              question -> new Approver.Answer.Once(),
              Pricing.NONE);
      List<String> said = new ArrayList<>(List.of("order"));
      Steering once = () -> said.isEmpty() ? Optional.empty() : Optional.of(said.removeFirst());
      new AgentRun(run, SETTINGS, parts, Budget.DEFAULT, RunListener.NONE, new Stop()).work(once);
    }
    assertThat(ordered).containsExactly("tea", "cake");
  }

  /// Takes the last call back, if one is left.
  private Optional<ToolOutcome> undo(Killing.Fate fate) {
    Journal journal = journal(fate);
    OpenRun run = journal.resume("run");
    try {
      Undoing undoing = new Undoing(run, new NoFolder(), List.of(new Orders()));
      return undoing.last().map(step -> undoing.undo(step, undoing.wayBack(step)));
    } finally {
      run.close();
      journal.close();
    }
  }

  private List<String> messages() {
    try (Journal journal = journal(place -> false)) {
      return journal.steps("run").stream()
          .filter(step -> step.call().name().equals(AgentRun.SAID))
          .map(step -> step.result().asString(""))
          .toList();
    }
  }

  @Test
  void callsAreTakenBackOneAfterTheOtherAndTheModelIsTold() {
    order();
    assertThat(undo(place -> false).orElseThrow().text()).isEqualTo("cancelled cake");
    assertThat(undo(place -> false).orElseThrow().text()).isEqualTo("cancelled tea");
    assertThat(undo(place -> false)).isEmpty();
    assertThat(ordered).isEmpty();
    assertThat(keys).hasSize(2).doesNotHaveDuplicates();
    assertThat(messages()).hasSize(3).anyMatch(text -> text.contains("took back what this did"));
  }

  @Test
  void whatHasNoWayBackIsLeftOnlyWhereThePersonSaysSo() {
    order();
    knowsTheWayBack = false;
    assertThatThrownBy(() -> undo(place -> false))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("declares no way back");
    try (Journal journal = journal(place -> false);
        OpenRun run = journal.resume("run")) {
      Undoing without = new Undoing(run, new NoFolder(), List.of());
      Step last = without.last().orElseThrow();
      assertThatThrownBy(() -> without.wayBack(last)).hasMessageContaining("is not there now");
      without.leave(last);
    }
    knowsTheWayBack = true;
    ordered.removeLast(); // by hand
    assertThat(undo(place -> false).orElseThrow().text()).isEqualTo("cancelled tea");
  }

  @Test
  void aTryThatFailedIsTriedAgainAndOneInDoubtIsAskedAbout() {
    order();
    failures.add(new ToolException("the shop is closed"));
    assertThatThrownBy(() -> undo(place -> false))
        .isInstanceOf(AgentException.class)
        .hasMessageContaining("was not taken back: the shop is closed");
    failures.add(new ToolException("no answer", true));
    assertThatThrownBy(() -> undo(place -> false)).isInstanceOf(Waiting.class);
    assertThatThrownBy(() -> undo(place -> false))
        .isInstanceOfSatisfying(
            Waiting.class, doubt -> assertThat(doubt.stepKey()).startsWith("undo-").endsWith("~2"));
    assertThat(ordered).containsExactly("tea", "cake");
    try (Journal journal = journal(place -> false)) {
      String key = journal.steps("run").getLast().call().key();
      journal.settle("run", key, Optional.empty());
    }
    assertThat(undo(place -> false).orElseThrow().text()).isEqualTo("cancelled cake");
    assertThat(messages()).hasSize(2);
  }

  @Test
  void whereverItIsKilledNothingIsTakenBackTwice() {
    for (int at = 1; at <= 6; at++) {
      ordered.clear();
      folder = folder.resolve("at" + at);
      order();
      int[] left = {at};
      boolean isKilled = false;
      try {
        Optional<ToolOutcome> unused = undo(place -> --left[0] < 0);
      } catch (Killing.Killed killed) {
        isKilled = true;
      }
      assertThat(ordered).as("killed at %d", at).contains("tea").hasSizeBetween(1, 2);
      if (isKilled) {
        int before = ordered.size();
        try {
          assertThat(undo(place -> false)).isPresent();
          assertThat(ordered).containsExactly("tea");
        } catch (Waiting doubt) {
          assertThat(ordered).hasSize(before); // nobody knows, and nothing was done
        }
      }
    }
  }
}
