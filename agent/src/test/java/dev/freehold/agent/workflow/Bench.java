package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.CheckedJournal;
import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Step;
import dev.freehold.tensor.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A journal in a folder, a clock that tests set, a scripted model, and a post office that counts
/// letters.
final class Bench implements AutoCloseable {
  static final String BY = "Anna";

  final Journal journal;
  final List<String> notes = Collections.synchronizedList(new ArrayList<>());
  private Instant now = Instant.parse("2026-05-01T10:00:00Z");
  private final Script model;
  private Function<WorkflowParts, WorkflowParts> more = parts -> parts;

  /// Letters that were sent, by idempotency key where the office knows keys.
  final Post post = new Post(true);

  Bench(Path folder, Script model) {
    this(folder, model, place -> {}, new SplittableRandom(7));
  }

  Bench(Path folder, Script model, Consumer<String> checkpoints, RandomGenerator random) {
    this.model = model;
    this.journal = CheckedJournal.open(folder.resolve("j.sqlite"), clock(), random, checkpoints);
  }

  /// Takes letters.
  static final class Post implements WorkflowAction {
    private final boolean knowsKeys;
    final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    final List<JsonNode> letters = Collections.synchronizedList(new ArrayList<>());
    final List<StepException> failures = Collections.synchronizedList(new ArrayList<>());

    Post(boolean knowsKeys) {
      this.knowsKeys = knowsKeys;
    }

    @Override
    public boolean knowsKeys() {
      return knowsKeys;
    }

    @Override
    public synchronized JsonNode perform(JsonNode payload, String key) {
      if (!failures.isEmpty()) {
        throw failures.removeFirst();
      }
      if (!knowsKeys || !keys.contains(key)) {
        keys.add(key);
        letters.add(payload);
      }
      return JsonNodeFactory.instance.objectNode().put("sent", keys.size());
    }
  }

  InstantSource clock() {
    return () -> now;
  }

  void pass(java.time.Duration time) {
    now = now.plus(time);
  }

  Bench with(Function<WorkflowParts, WorkflowParts> parts) {
    more = parts;
    return this;
  }

  WorkflowRunner runner() {
    return new WorkflowRunner(
        journal,
        workflow -> more.apply(WorkflowParts.of(model).withActions(Map.of("post", post))),
        clock(),
        new WorkflowListener() {
          @Override
          public void note(String text) {
            notes.add(text);
          }
        });
  }

  RunEnd run(String yaml, String input) {
    return runner().run(Workflow.parse(yaml, "test.yaml"), json(input));
  }

  /// The only step that waits.
  Step waiting() {
    List<Step> all = new Approvals(journal).waiting();
    if (all.size() != 1) {
      throw new AssertionError("waiting: " + all);
    }
    return all.getFirst();
  }

  void send() {
    Step step = waiting();
    new Approvals(journal).send(step, step.digest(), BY);
  }

  void edit(String payload) {
    Step step = waiting();
    new Approvals(journal).edit(step, step.digest(), json(payload), BY);
  }

  void skip() {
    Step step = waiting();
    new Approvals(journal).skip(step, step.digest(), BY, "no");
  }

  static JsonNode json(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  @Override
  public void close() {
    journal.close();
  }
}
