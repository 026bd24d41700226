package dev.freehold.agent.journal;

import dev.freehold.agent.journal.JournalException.Reason;
import dev.freehold.tensor.Sha256;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// A run in the hands of the one process that works on it: whoever has it does steps, each exactly
/// once, and writes down how the run ends.
///
/// Several threads may do steps of one run at the same time, under different keys.
public final class OpenRun implements AutoCloseable {
  private final Journal journal;
  private final Rows rows;
  private final Checkpoints checkpoints;
  private final String id;
  private final RunLock lock;

  OpenRun(Journal journal, String id, RunLock lock) {
    this.journal = journal;
    this.rows = journal.rows();
    this.checkpoints = journal.checkpoints();
    this.id = id;
    this.lock = lock;
  }

  /// What a step does.
  public interface Action {
    /// @param step as it is written down: its idempotency key, its snapshot, how often it was tried
    /// @return the result; an exception instead leaves the step in doubt
    JsonNode perform(Step step);
  }

  public String id() {
    return id;
  }

  public RunHead head() {
    return journal.head(id);
  }

  public List<Step> steps() {
    return journal.steps(id);
  }

  public Optional<Step> step(String key) {
    return journal.step(id, key);
  }

  /// Does a step that has no effect in the workspace; see the other.
  public JsonNode once(StepCall call, Doubt doubt, Action action) {
    return once(call, doubt, () -> "", action);
  }

  /// Does a step, unless it was done before: then its result is the one that was written down.
  ///
  /// @param doubt what to do where the step was begun, and nobody knows whether it happened
  /// @param snapshot takes one of the workspace; is asked before the step is begun first, or anew
  ///   after it was known not to have been done
  /// @throws JournalException with [Reason#DIVERGED] where another request is stored under the key
  /// @throws Waiting where a person has to say whether it happened
  public JsonNode once(StepCall call, Doubt doubt, Supplier<String> snapshot, Action action) {
    Optional<Step> before = step(call.key());
    if (before.isEmpty()) {
      String taken = snapshot.get();
      boolean isHarmless = doubt instanceof Doubt.Repeat;
      return finish(
          insert(call, taken, Optional.empty(), !isHarmless), isForced(call, doubt), action);
    }
    Step step = before.get();
    requireSame(step, call);
    if (step.isFinished()) {
      return step.result();
    }
    boolean isKnownUndone = step.tries() == 0;
    if (!isKnownUndone) {
      resolve(step, doubt);
    } else if (doubt instanceof Doubt.Ask asked && !step.snapshot().isEmpty()) {
      asked.restore().accept(step.snapshot());
    }
    String taken = isKnownUndone ? snapshot.get() : step.snapshot();
    checkpoints.reach("before again " + call.key());
    rows.transaction(() ->
        rows.execute(
            "UPDATE step SET tries = tries + 1, snapshot = ?, started = ?"
                + " WHERE run = ? AND key = ?",
            taken,
            journal.now(),
            id,
            call.key()));
    checkpoints.reach("after again " + call.key());
    return finish(step(call.key()).orElseThrow(), isForced(call, doubt), action);
  }

  /// Whether a result must be on the disk at once: one that a loss of power takes is had again,
  /// which is harmless for files, costs money for answers, and is what must not be for effects
  /// elsewhere.
  private static boolean isForced(StepCall call, Doubt doubt) {
    return switch (doubt) {
      case Doubt.RollBack _ -> false;
      case Doubt.Repeat _ -> call.kind() == StepKind.MODEL;
      case Doubt.RepeatWithKey _, Doubt.Ask _ -> true;
    };
  }

  /// Writes down that a step that was begun is known not to have been done, or was taken back; when
  /// it is asked for again, it is begun anew, with a new snapshot.
  public void undone(String key) {
    checkpoints.reach("before undone " + key);
    rows.transaction(() ->
        rows.execute(
            "UPDATE step SET tries = 0, snapshot = '' WHERE run = ? AND key = ?"
                + " AND finished IS NULL",
            id,
            key));
    checkpoints.reach("after undone " + key);
  }

  private static void resolve(Step step, Doubt doubt) {
    switch (doubt) {
      case Doubt.Repeat _, Doubt.RepeatWithKey _ -> {}
      case Doubt.RollBack back -> back.restore().accept(step.snapshot());
      case Doubt.Ask _ ->
          throw new Waiting(
              step.call().key(),
              "it is not known whether \"%s\" happened (step %s): the process ended while it ran"
                  .formatted(step.call().name(), step.call().key()));
    }
  }

  private static void requireSame(Step step, StepCall call) {
    boolean isSame =
        step.call().kind() == call.kind()
            && step.call().name().equals(call.name())
            && step.digest().equals(Sha256.of(Rows.text(call.request())));
    if (!isSame) {
      throw new JournalException(
          Reason.DIVERGED,
          "run %s, step %s: %s \"%s\" was asked for before, and now %s \"%s\" with other arguments"
              .formatted(
                  step.run(),
                  call.key(),
                  step.call().kind(),
                  step.call().name(),
                  call.kind(),
                  call.name()));
    }
  }

  /// @param isForced whether it must be known after a loss of power that the step was begun; a kill
  ///   of the process leaves what is written in any case
  private Step insert(StepCall call, String snapshot, Optional<Instant> due, boolean isForced) {
    String request = Rows.text(call.request());
    checkpoints.reach("before start " + call.key());
    rows.transaction(() ->
        rows.execute(
            "INSERT INTO step (run, position, key, kind, name, request, digest, snapshot, due,"
                + " started) VALUES (?, (SELECT coalesce(max(position) + 1, 0) FROM step"
                + " WHERE run = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
            id,
            id,
            call.key(),
            call.kind().name(),
            call.name(),
            request,
            Sha256.of(request),
            snapshot,
            due,
            journal.now()));
    checkpoints.reach("after start " + call.key());
    return step(call.key()).orElseThrow();
  }

  private JsonNode finish(Step step, boolean isForced, Action action) {
    JsonNode result = action.perform(step);
    finish(step.call().key(), isForced, result);
    return result;
  }

  private void finish(String key, boolean isForced, JsonNode result) {
    String text = Rows.text(result);
    checkpoints.reach("before finish " + key);
    rows.transaction(() -> {
      rows.execute("UPDATE run SET changed = ? WHERE id = ?", journal.now(), id);
      return rows.execute(
          "UPDATE step SET finished = ?, result = ? WHERE run = ? AND key = ?"
              + " AND finished IS NULL",
          journal.now(),
          text,
          id,
          key);
    });
    checkpoints.reach("after finish " + key);
  }

  /// Writes something down that came from outside, unless it was written down before.
  ///
  /// @return what is written down under the key
  public JsonNode note(String key, String name, Supplier<JsonNode> content) {
    Optional<Step> before = step(key);
    if (before.isPresent() && before.get().isFinished()) {
      return before.get().result();
    }
    JsonNode result = content.get();
    String text = Rows.text(result);
    checkpoints.reach("before note " + key);
    rows.transaction(() ->
        rows.execute(
            "INSERT INTO step (run, position, key, kind, name, request, digest, started,"
                + " finished, result) VALUES (?, (SELECT coalesce(max(position) + 1, 0)"
                + " FROM step WHERE run = ?), ?, 'NOTE', ?, 'null', ?, ?, ?, ?)",
            id,
            id,
            key,
            name,
            Sha256.of("null"),
            journal.now(),
            journal.now(),
            text));
    checkpoints.reach("after note " + key);
    return result;
  }

  /// Asks for approval of a payload, where that was not done before.
  ///
  /// @return the step: finished where it was decided, by [Step#decision], else waiting for
  ///   [Journal#decide]
  public Step askApproval(String key, String name, JsonNode payload) {
    StepCall call = new StepCall(key, StepKind.APPROVAL, name, payload);
    Optional<Step> before = step(key);
    if (before.isEmpty()) {
      return insert(call, "", Optional.empty(), true);
    }
    requireSame(before.get(), call);
    return before.get();
  }

  /// Decides what this run waits for, as a person who sits here does.
  public Step decide(Step asked, Decision decision) {
    return journal.decide(id, asked.call().key(), asked.digest(), decision);
  }

  /// Waits for a time.
  ///
  /// @param request what the time was computed from; see [StepCall]
  /// @param due asked for once, when the timer is begun
  /// @throws Waiting where it has not come; the run is to be suspended until then
  public void awaitTime(String key, JsonNode request, Supplier<Instant> due) {
    StepCall call = new StepCall(key, StepKind.TIMER, "timer", request);
    Step step = step(key).orElseGet(() -> insert(call, "", Optional.of(due.get()), true));
    requireSame(step, call);
    if (step.isFinished()) {
      return;
    }
    Instant time = step.due().orElseThrow();
    if (journal.now().isBefore(time)) {
      throw new Waiting(key, "it waits until %s".formatted(time));
    }
    finish(key, true, JsonNodeFactory.instance.nullNode());
  }

  /// The earliest time that a timer of this run waits for.
  public Optional<Instant> nextTime() {
    return rows
        .steps("WHERE run = ? AND kind = 'TIMER' AND finished IS NULL ORDER BY due LIMIT 1", id)
        .stream()
        .findFirst()
        .flatMap(Step::due);
  }

  /// Writes down that the run goes on, where it waited or came to its end before.
  public void goOn() {
    if (head().state() != RunState.OPEN) {
      become(RunState.OPEN, "", Optional.empty());
    }
  }

  /// Writes down that the run waits, for its earliest timer or for a person.
  public void suspend(String note) {
    become(RunState.WAITING, note, nextTime());
  }

  /// Writes down that the run came to its end.
  public void done(String note) {
    become(RunState.DONE, note, Optional.empty());
  }

  /// Writes down that the run cannot go on.
  public void fail(String note) {
    become(RunState.FAILED, note, Optional.empty());
  }

  private void become(RunState state, String note, Optional<Instant> due) {
    checkpoints.reach("before state " + state);
    rows.transaction(() -> {
      int unused = state == RunState.DONE ? journal.wake(id) : 0;
      return rows.execute(
          "UPDATE run SET state = ?, note = ?, due = ?, changed = ? WHERE id = ?",
          state.name(),
          note.length() > 2000 ? note.substring(0, 2000) : note,
          due,
          journal.now(),
          id);
    });
    checkpoints.reach("after state " + state);
  }

  /// Begins to go on: what comes from now on wakes the run again.
  void take() {
    rows.transaction(() -> rows.execute("UPDATE run SET woken = 0 WHERE id = ?", id));
    become(RunState.OPEN, "", Optional.empty());
  }

  /// Has what comes for another run, and its end, wake this one.
  public void watch(String run) {
    rows.transaction(() -> rows.execute("UPDATE run SET watcher = ? WHERE id = ?", id, run));
  }

  /// Puts the run back into a state that it was in, after something beside its own work was done;
  /// what had come before is not known any more, so that one that waits is looked at again.
  public void putBack(RunHead head) {
    rows.transaction(() -> journal.wake(id));
    become(head.state(), head.note(), head.due());
  }

  /// Lets go of the run; where it was not said how it ends, it stays open and can be resumed.
  @Override
  public void close() {
    lock.close();
  }
}
