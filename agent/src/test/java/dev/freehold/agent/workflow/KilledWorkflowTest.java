package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.journal.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A workflow that is killed wherever the journal writes something, and goes on.
class KilledWorkflowTest {
  private static final String WORKFLOW =
      """
      workflow: fan
      input: [tickets]
      steps:
        - id: each
          for-each:
            in: "{{ input.tickets }}"
            as: ticket
            at-once: 2
            steps:
              - id: team
                choice:
                  question: Which?
                  text: "{{ ticket.text }}"
                  options: {billing: "", network: ""}
              - id: draft
                model: {prompt: "for {{ team.choice }}: {{ ticket.text }}"}
                retry: {times: 3, delay: 1m}
              - id: review
                wait:
                  question: "ok {{ ticket.id }}?"
                  payload: {to: "{{ ticket.id }}", text: "{{ draft.text }}"}
                  tell: office
              - id: send
                action: {name: office, approved: review}
        - id: end
          action:
            name: office
            payload: {to: boss, text: "{{ each }}"}
      """;
  private static final String INPUT =
      """
      {"tickets": [{"id": "t1", "text": "surely billing"},
       {"id": "t3", "text": "perhaps network"}]}
      """;

  @TempDir private Path folder;

  /// Nothing after this happens.
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// A process that dies at one place of the journal: all of its threads do.
  private static final class Life {
    private final int end;
    final AtomicInteger places = new AtomicInteger();

    Life(int end) {
      this.end = end;
    }

    void reach(String place) {
      if (places.incrementAndGet() >= end) {
        throw new Killed();
      }
    }
  }

  /// What is kept of the world beside the journal: letters.
  private final Bench.Post office = new Bench.Post(true);

  /// One process: begins the run, or goes on with it, and does what people would do meanwhile.
  ///
  /// @return whether the run was done
  private boolean live(Path place, Life life, Duration since) {
    Script model = new Script(prompt -> "answer to " + prompt);
    try (Bench bench =
        new Bench(place, model, life::reach, new SplittableRandom(life.hashCode()))) {
      bench.with(parts -> parts.withActions(java.util.Map.of("office", office)));
      bench.pass(since);
      try {
        List<RunHead> runs = bench.journal.runs(10);
        RunEnd end =
            runs.isEmpty()
                ? bench.run(WORKFLOW, INPUT)
                : bench.runner().resume(runs.getFirst().id());
        while (end.kind() == RunEnd.Kind.WAITS) {
          bench.pass(Duration.ofHours(1));
          for (Step step : new Approvals(bench.journal).waiting()) {
            new Approvals(bench.journal).send(step, step.digest(), "Anna");
          }
          end = bench.runner().resume(end.run());
        }
        assertThat(end.kind()).isEqualTo(RunEnd.Kind.DONE);
        return true;
      } catch (Killed killed) {
        return false;
      }
    }
  }

  private JsonNode outcome(Path place) {
    try (Bench bench = new Bench(place, new Script(prompt -> ""))) {
      RunHead run = bench.journal.runs(10).getFirst();
      assertThat(bench.journal.runs(10)).hasSize(1);
      assertThat(run.state()).isEqualTo(RunState.DONE);
      return WorkflowRunner.output(bench.journal, run.id());
    }
  }

  private List<String> sent() {
    return office.letters.stream()
        .map(letter -> letter.path("to").asString("told " + letter.path("step").asString("")))
        .sorted()
        .toList();
  }

  @Test
  void whereverItIsKilledNothingHappensTwiceAndNothingIsLost() throws IOException {
    Life whole = new Life(Integer.MAX_VALUE);
    Path first = Files.createDirectory(folder.resolve("whole"));
    assertThat(live(first, whole, Duration.ZERO)).isTrue();
    List<String> expected = sent();
    assertThat(expected)
        .containsExactly("boss", "t1", "t3", "told each/0/review", "told each/1/review");
    JsonNode outcome = outcome(first);
    assertThat(whole.places.get()).isGreaterThan(40);
    for (int at = 1; at <= whole.places.get(); at++) {
      office.keys.clear();
      office.letters.clear();
      Path place = Files.createDirectory(folder.resolve("killed" + at));
      Life life = new Life(at);
      boolean isDone = live(place, life, Duration.ZERO);
      for (int more = 1; !isDone; more++) {
        assertThat(more).as("lives after a kill at place %d", at).isLessThan(3);
        isDone = live(place, new Life(Integer.MAX_VALUE), Duration.ofDays(more));
      }
      assertThat(sent()).as("letters after a kill at place %d", at).isEqualTo(expected);
      assertThat(new HashSet<>(office.keys)).hasSize(office.keys.size());
      assertThat(outcome(place).path("sent").asInt(0)).isEqualTo(outcome.path("sent").asInt(0));
    }
  }

  @Test
  void itIsKilledAgainAndAgain() throws IOException {
    for (int seed = 0; seed < 8; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      office.keys.clear();
      office.letters.clear();
      Path place = Files.createDirectory(folder.resolve("seed" + seed));
      boolean isDone = false;
      for (int lives = 1; !isDone; lives++) {
        assertThat(lives).as("lives with seed %d", seed).isLessThan(400);
        isDone = live(place, new Life(random.nextInt(5, 40)), Duration.ofDays(lives));
      }
      assertThat(sent()).as("letters with seed %d", seed).hasSize(5).doesNotHaveDuplicates();
    }
  }
}
