package dev.freehold.agent.journal;

import dev.freehold.agent.journal.JournalException.Reason;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;

/// All runs of a user and their steps, in one file that several processes read and write.
///
/// A run is worked on by one process at a time, which has it as an [OpenRun]; reading, and deciding
/// what a run waits for, is free.
public final class Journal implements AutoCloseable {
  private static final int MAX_TITLE = 200;
  private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
  private static final int ID_LENGTH = 8;

  private final Path file;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Rows rows;
  private final Checkpoints checkpoints;

  private Journal(Path file, InstantSource clock, RandomGenerator random, Checkpoints checkpoints) {
    this.file = file;
    this.clock = clock;
    this.random = random;
    this.rows = new Rows(JournalFile.open(file), file);
    this.checkpoints = checkpoints;
  }

  /// Opens a journal, and creates it where there is none.
  ///
  /// @param random names runs
  /// @throws JournalException where it cannot be used
  public static Journal open(Path file, InstantSource clock, RandomGenerator random) {
    return open(file, clock, random, Checkpoints.NONE);
  }

  static Journal open(
      Path file, InstantSource clock, RandomGenerator random, Checkpoints checkpoints) {
    return new Journal(file, clock, random, checkpoints);
  }

  Instant now() {
    return clock.instant();
  }

  Rows rows() {
    return rows;
  }

  Checkpoints checkpoints() {
    return checkpoints;
  }

  /// Writes a new run down and takes it to work on.
  public OpenRun begin(NewRun run) {
    return begin(run, newId());
  }

  /// Writes a new run down under a name that the caller makes of what it is for, so that it is
  /// begun once.
  ///
  /// @param id small letters and digits, at most 64
  /// @throws JournalException with [Reason#EXISTS] where there is a run of that name
  public OpenRun begin(NewRun run, String id) {
    requireNew(id);
    return taken(id, () -> insert(run, id));
  }

  /// Takes a run that `writing` writes down.
  private OpenRun taken(String id, Runnable writing) {
    RunLock lock = RunLock.take(locks(), id);
    boolean isTaken = false;
    try {
      writing.run();
      isTaken = true;
      return new OpenRun(this, id, lock);
    } finally {
      if (!isTaken) {
        lock.close();
      }
    }
  }

  private void insert(NewRun run, String id) {
    checkpoints.reach("before run");
    rows.transaction(() -> insertRow(id, run, Optional.empty()));
    checkpoints.reach("after run");
  }

  private void requireNew(String id) {
    if (!id.matches("[a-z0-9]{1,64}")) {
      throw new IllegalArgumentException("a run's name is like \"k7mq2xpa\": " + id);
    }
    if (!rows.heads("WHERE id = ?", id).isEmpty()) {
      throw new JournalException(Reason.EXISTS, "there is a run \"%s\" already".formatted(id));
    }
  }

  private int insertRow(String id, NewRun run, Optional<String> origin) throws SQLException {
    Instant now = now();
    return rows.execute(
        "INSERT INTO run (id, kind, title, settings, state, created, changed, origin)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        run.kind(),
        shortened(run.title()),
        Rows.text(run.settings()),
        RunState.OPEN.name(),
        now,
        now,
        origin);
  }

  private static String shortened(String title) {
    String line = title.strip().replaceAll("\\s+", " ");
    return line.codePointCount(0, line.length()) <= MAX_TITLE
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MAX_TITLE)) + "…";
  }

  private String newId() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  private Path locks() {
    return file.resolveSibling("locks");
  }

  /// Takes a run to go on with it.
  ///
  /// @throws JournalException where another process works on it, or it was discarded
  public OpenRun resume(String id) {
    RunLock lock = RunLock.take(locks(), head(id).id());
    boolean isTaken = false;
    try {
      RunHead head = head(id);
      if (head.state() == RunState.DISCARDED) {
        throw new JournalException(Reason.REFUSED, "run %s: was discarded".formatted(head.id()));
      }
      OpenRun open = new OpenRun(this, head.id(), lock);
      open.take();
      isTaken = true;
      return open;
    } finally {
      if (!isTaken) {
        lock.close();
      }
    }
  }

  /// Whether a process works on a run at this moment.
  public boolean isWorkedOn(String id) {
    try {
      RunLock.take(locks(), id).close();
      return false;
    } catch (JournalException failure) {
      return failure.reason() == Reason.BUSY;
    }
  }

  /// The runs that changed last, the latest first; discarded ones are not among them.
  public List<RunHead> runs(int most) {
    return rows.heads(
        "WHERE state <> 'DISCARDED' ORDER BY changed DESC, id LIMIT ?", Math.max(0, most));
  }

  /// The same of those of a kind.
  public List<RunHead> runs(String kind, int most) {
    return rows.heads(
        "WHERE kind = ? AND state <> 'DISCARDED' ORDER BY changed DESC, id LIMIT ?",
        kind,
        Math.max(0, most));
  }

  /// The runs that wait for a time that has come.
  public List<RunHead> due() {
    return rows.heads("WHERE state = 'WAITING' AND due <= ? ORDER BY due, id", now());
  }

  /// The runs of a kind that can go on: those that were begun or broken off, or are worked on;
  /// those that wait where something came since they were taken last, as a decision about a step or
  /// the end of a run that they [OpenRun#watch], or a time; those that failed and rested. The ones
  /// that changed first come first.
  ///
  /// @param failedBefore what failed later than this rests; empty where none is tried again
  public List<RunHead> ready(String kind, Optional<Instant> failedBefore) {
    return rows.heads(
        "WHERE kind = ? AND (state = 'OPEN' OR state = 'WAITING' AND (woken = 1 OR due <= ?)"
            + " OR state = 'FAILED' AND changed < ?) ORDER BY changed, id",
        kind,
        now(),
        failedBefore);
  }

  /// Has a run that waits, and one that watches it, be ready to go on.
  int wake(String run) throws SQLException {
    return rows.execute(
        "UPDATE run SET woken = 1 WHERE id = ? OR id = (SELECT watcher FROM run WHERE id = ?)",
        run,
        run);
  }

  /// A run by its id, or by the beginning of it where no other begins so.
  ///
  /// @throws JournalException where there is none, or several begin so
  public RunHead head(String id) {
    if (!id.matches("[a-z0-9]{1,64}")) {
      throw new JournalException(Reason.NOT_FOUND, "a run's name is like \"k7mq2xpa\"");
    }
    List<RunHead> found = rows.heads("WHERE substr(id, 1, ?) = ? LIMIT 2", id.length(), id);
    if (found.isEmpty()) {
      throw new JournalException(Reason.NOT_FOUND, "there is no run \"%s\"".formatted(id));
    }
    if (found.size() > 1) {
      throw new JournalException(
          Reason.NOT_FOUND, "several runs begin with \"%s\"; write more of it".formatted(id));
    }
    return found.getFirst();
  }

  /// The steps of a run in the order in which they began.
  public List<Step> steps(String run) {
    return rows.steps("WHERE run = ? ORDER BY position", run);
  }

  public Optional<Step> step(String run, String key) {
    return rows.steps("WHERE run = ? AND key = ?", run, key).stream().findFirst();
  }

  /// The approvals that nobody has given or refused yet, of all runs, the oldest first.
  public List<Step> pendingApprovals() {
    return rows.steps(
        "WHERE kind = 'APPROVAL' AND finished IS NULL AND run IN"
            + " (SELECT id FROM run WHERE state IN ('OPEN', 'WAITING')) ORDER BY started, run");
  }

  /// Writes down what somebody decided about a payload; the run, when it goes on, does exactly
  /// that.
  ///
  /// @param digest of the payload that the person saw, as [Step#digest] tells it
  /// @throws JournalException where nothing waits there, it was decided already, or another payload
  ///   waits than the one that was seen
  public Step decide(String run, String key, String digest, Decision decision) {
    checkpoints.reach("before decision " + key);
    int changed =
        rows.transaction(() -> {
          int decided =
              rows.execute(
                  "UPDATE step SET finished = ?, result = ? WHERE run = ? AND key = ?"
                      + " AND kind = 'APPROVAL' AND digest = ? AND finished IS NULL",
                  now(),
                  Rows.text(decision.asJson()),
                  run,
                  key,
                  digest);
          int unused = decided == 1 ? wake(run) : 0;
          return decided;
        });
    checkpoints.reach("after decision " + key);
    Optional<Step> step = step(run, key).filter(s -> s.call().kind() == StepKind.APPROVAL);
    if (changed == 1 && step.isPresent()) {
      return step.get();
    }
    throw new JournalException(
        Reason.REFUSED,
        "run %s, step %s: %s"
            .formatted(
                run,
                key,
                step.isEmpty()
                    ? "nothing waits for approval there"
                    : step.get().isFinished()
                        ? "it was decided already: "
                            + Decision.of(step.get().result()).answer().name().toLowerCase()
                        : "another payload waits there than the one that was seen; look again"));
  }

  /// Says of a step in doubt whether it happened, after a person looked.
  ///
  /// @param result what came out, where it happened; empty where it did not, and is to be done
  /// @throws JournalException where the step is in no doubt, or a process works on the run
  public void settle(String run, String key, Optional<JsonNode> result) {
    try (RunLock _ = RunLock.take(locks(), run)) {
      int changed =
          rows.transaction(() -> {
            int unused = wake(run);
            return result.isPresent()
                ? rows.execute(
                    "UPDATE step SET finished = ?, result = ? WHERE run = ? AND key = ?"
                        + " AND finished IS NULL AND kind IN ('TOOL', 'ACTION')",
                    now(),
                    Rows.text(result.get()),
                    run,
                    key)
                : rows.execute(
                    "UPDATE step SET tries = 0 WHERE run = ? AND key = ?"
                        + " AND finished IS NULL AND kind IN ('TOOL', 'ACTION')",
                    run,
                    key);
          });
      if (changed != 1) {
        throw new JournalException(
            Reason.REFUSED, "run %s, step %s: is in no doubt".formatted(run, key));
      }
    }
  }

  /// A new run with the first steps of another, for going on differently from there.
  ///
  /// @param steps how many; those that follow, and any that is not finished, are left out
  /// @param settings of the new run
  /// @return the new run, to work on
  public OpenRun fork(String from, int steps, JsonNode settings) {
    RunHead head = head(from);
    String id = newId();
    return taken(id, () -> copy(head, steps, id, settings));
  }

  private void copy(RunHead head, int steps, String id, JsonNode settings) {
    rows.transaction(() -> {
      insertRow(id, new NewRun(head.kind(), head.title(), settings), Optional.of(head.id()));
      return rows.execute(
          "INSERT INTO step SELECT ?, position, key, kind, name, request, digest, snapshot,"
              + " tries, due, started, finished, result FROM step WHERE run = ? AND"
              + " position < min(?, coalesce((SELECT min(position) FROM step"
              + " WHERE run = ? AND finished IS NULL), ?))",
          id,
          head.id(),
          steps,
          head.id(),
          steps);
    });
  }

  /// Writes a run of another journal into this one, under its own id, and takes it to work on.
  ///
  /// @throws JournalException where this journal has a run of that id
  public OpenRun restore(RunHead head, List<Step> steps) {
    requireNew(head.id());
    return taken(head.id(), () -> insertAll(head, steps));
  }

  private void insertAll(RunHead head, List<Step> steps) {
    rows.transaction(() -> {
      insertRow(head.id(), new NewRun(head.kind(), head.title(), head.settings()), head.origin());
      for (Step step : steps) {
        rows.execute(
            "INSERT INTO step (run, position, key, kind, name, request, digest, snapshot, tries,"
                + " due, started, finished, result)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            head.id(),
            step.position(),
            step.call().key(),
            step.call().kind().name(),
            step.call().name(),
            Rows.text(step.call().request()),
            Step.digest(step.call().request()),
            step.snapshot(),
            step.tries(),
            step.due(),
            step.started(),
            step.finished(),
            step.isFinished() ? Optional.of(Rows.text(step.result())) : Optional.empty());
      }
      return steps.size();
    });
  }

  /// Marks a run as one that nobody wants, and forgets its steps.
  ///
  /// @throws JournalException where a process works on it
  public void discard(String id) {
    String run = head(id).id();
    try (RunLock _ = RunLock.take(locks(), run)) {
      rows.transaction(() -> {
        rows.execute("DELETE FROM step WHERE run = ?", run);
        return rows.execute(
            "UPDATE run SET state = ?, note = '', due = NULL, changed = ? WHERE id = ?",
            RunState.DISCARDED.name(),
            now(),
            run);
      });
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
