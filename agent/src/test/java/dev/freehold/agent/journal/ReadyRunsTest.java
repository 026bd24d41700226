package dev.freehold.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.sqlite.Schema;
import dev.freehold.sqlite.SqliteFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/// Which runs can go on.
class ReadyRunsTest {
  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-05-01T10:00:00Z");
  private Journal journal = unset();

  @SuppressWarnings("NullAway") // is set before each test
  private static Journal unset() {
    return null;
  }

  @BeforeEach
  void open() {
    journal = Journal.open(folder.resolve("j.sqlite"), () -> now, new SplittableRandom(7));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private OpenRun begun(String id) {
    return journal.begin(new NewRun("work", "t", JsonNodeFactory.instance.objectNode()), id);
  }

  private Step asked(OpenRun run, String key) {
    return run.askApproval(key, "ask", JsonNodeFactory.instance.stringNode(key));
  }

  private List<String> ready() {
    return journal.ready("work", Optional.empty()).stream().map(RunHead::id).toList();
  }

  private void decide(Step step) {
    Step unused =
        journal.decide(step.run(), step.call().key(), step.digest(), Decision.allow("Anna"));
  }

  @Test
  void whatWaitsIsReadyWhenSomethingCame() {
    Step one;
    try (OpenRun run = begun("a")) {
      one = asked(run, "one");
      Step two = asked(run, "two");
      decide(two); // while it is worked on, too late for this round
      run.suspend("waits");
    }
    assertThat(ready()).containsExactly("a");
    try (OpenRun run = journal.resume("a")) {
      assertThat(ready()).containsExactly("a"); // it is worked on: whoever asks finds it taken
      run.suspend("waits");
    }
    assertThat(ready()).isEmpty();
    decide(one);
    assertThat(ready()).containsExactly("a");
    assertThat(journal.ready("other", Optional.empty())).isEmpty();
    try (OpenRun run = journal.resume("a")) {
      run.done("");
    }
    assertThat(ready()).isEmpty();
  }

  @Test
  void timesSettledStepsAndWhatIsBesideItsWorkMakeReady() {
    try (OpenRun run = begun("timer")) {
      try {
        run.awaitTime(
            "t", JsonNodeFactory.instance.nullNode(), () -> now.plus(Duration.ofHours(1)));
      } catch (Waiting waits) {
        run.suspend("waits");
      }
    }
    assertThat(ready()).isEmpty();
    now = now.plus(Duration.ofHours(2));
    assertThat(ready()).containsExactly("timer");

    try (OpenRun run = begun("doubt")) {
      try {
        run.once(
            new StepCall("s", StepKind.ACTION, "send", JsonNodeFactory.instance.nullNode()),
            Doubt.ASK,
            step -> {
              throw new Waiting("s", "nobody knows");
            });
      } catch (Waiting waits) {
        run.suspend("waits");
      }
    }
    assertThat(ready()).containsExactly("timer");
    journal.settle("doubt", "s", Optional.empty());
    assertThat(ready()).containsExactly("timer", "doubt");

    RunHead before = journal.head("doubt");
    try (OpenRun run = journal.resume("doubt")) {
      run.putBack(before);
    }
    assertThat(ready()).contains("doubt");
  }

  @Test
  void aRunIsWokenByTheOneThatItWatches() {
    Step asked;
    try (OpenRun child = begun("child");
        OpenRun parent = begun("parent")) {
      parent.watch("child");
      asked = asked(child, "leave");
      child.suspend("waits");
      parent.suspend("waits for the child");
    }
    assertThat(ready()).isEmpty();
    decide(asked);
    assertThat(ready()).containsExactlyInAnyOrder("child", "parent");
    try (OpenRun parent = journal.resume("parent")) {
      parent.suspend("waits for the child");
    }
    try (OpenRun child = journal.resume("child")) {
      child.done("");
    }
    assertThat(ready()).containsExactly("parent");
  }

  @Test
  void whatFailedRestsAndWhatWasBrokenOffDoesNot() {
    try (OpenRun failed = begun("failed")) {
      failed.fail("no");
    }
    begun("broken").close();
    now = now.plus(Duration.ofMinutes(1));
    assertThat(ready()).containsExactly("broken");
    assertThat(journal.ready("work", Optional.of(now.minus(Duration.ofMinutes(2)))))
        .extracting(RunHead::id)
        .containsExactly("broken");
    assertThat(journal.ready("work", Optional.of(now)))
        .extracting(RunHead::id)
        .containsExactlyInAnyOrder("broken", "failed");
  }

  @Test
  void runsOfAnOlderFileThatWaitAreLookedAtOnce() throws SQLException {
    Path old = folder.resolve("old.sqlite");
    Schema first =
        new Schema(
            "journal", JournalSchema.APPLICATION, JournalSchema.CURRENT.stages().subList(0, 1));
    try (Connection connection =
            new SqliteFile(old, first, Duration.ofSeconds(1)).write(SqliteFile.Commit.FORCED);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO run (id, kind, title, settings, state, created, changed)"
              + " VALUES ('w', 'work', 't', '{}', 'WAITING', 0, 0),"
              + " ('d', 'work', 't', '{}', 'DONE', 0, 0)");
    }
    try (Journal opened = Journal.open(old, () -> now, new SplittableRandom(7))) {
      assertThat(opened.ready("work", Optional.empty()))
          .extracting(RunHead::id)
          .containsExactly("w");
      try (OpenRun run = opened.resume("w")) {
        run.suspend("still");
      }
      assertThat(opened.ready("work", Optional.empty())).isEmpty();
    }
  }
}
