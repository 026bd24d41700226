package dev.freehold.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

class JournalTest {
  @TempDir private Path folder;

  private Instant now = Instant.parse("2026-05-01T10:00:00Z");

  private Journal open() {
    return Journal.open(folder.resolve("j.sqlite"), () -> now, new SplittableRandom(7));
  }

  private static JsonNode text(String text) {
    return JsonNodeFactory.instance.objectNode().put("text", text);
  }

  private static StepCall call(String key, String request) {
    return new StepCall(key, StepKind.ACTION, "send", text(request));
  }

  private static OpenRun begin(Journal journal) {
    return journal.begin(new NewRun("test", "a title", text("settings")));
  }

  @Test
  void aFinishedStepIsNotDoneAgain() {
    List<String> done = new ArrayList<>();
    try (Journal journal = open();
        OpenRun run = begin(journal)) {
      for (int i = 0; i < 3; i++) {
        JsonNode result =
            run.once(
                call("a", "x"),
                Doubt.ASK,
                step -> {
                  done.add(step.idempotencyKey());
                  return text("result");
                });
        assertThat(result).isEqualTo(text("result"));
      }
      assertThat(run.steps()).hasSize(1);
    }
    assertThat(done).hasSize(1);
  }

  @Test
  void aStepInDoubtIsTreatedAsItSays() {
    try (Journal journal = open();
        OpenRun run = begin(journal)) {
      List<String> keys = new ArrayList<>();
      OpenRun.Action dies =
          step -> {
            keys.add(step.idempotencyKey());
            throw new IllegalStateException("killed");
          };
      assertThatThrownBy(() -> run.once(call("a", "x"), Doubt.ASK, () -> "before", dies))
          .hasMessage("killed");
      assertThatThrownBy(() -> run.once(call("a", "x"), Doubt.ASK, dies))
          .isInstanceOf(Waiting.class)
          .hasMessageContaining("not known whether \"send\" happened");
      assertThat(keys).hasSize(1);
      List<String> restored = new ArrayList<>();
      assertThatThrownBy(() -> run.once(call("a", "x"), new Doubt.RollBack(restored::add), dies))
          .hasMessage("killed");
      assertThat(restored).containsExactly("before");
      assertThatThrownBy(() -> run.once(call("a", "x"), Doubt.REPEAT_WITH_KEY, dies))
          .hasMessage("killed");
      assertThat(keys).hasSize(3);
      assertThat(keys.stream().distinct()).hasSize(1);
      assertThat(run.step("a").orElseThrow().tries()).isEqualTo(3);
    }
  }

  @Test
  void aPersonSettlesADoubt() {
    String id;
    try (Journal journal = open()) {
      try (OpenRun run = begin(journal)) {
        id = run.id();
        for (String key : List.of("happened", "did not")) {
          assertThatThrownBy(() ->
                  run.once(
                      call(key, "x"),
                      Doubt.ASK,
                      step -> {
                        throw new IllegalStateException("killed");
                      }))
              .hasMessage("killed");
        }
        assertThatThrownBy(() -> journal.settle(run.id(), "happened", Optional.empty()))
            .isInstanceOf(JournalException.class)
            .hasMessageContaining("another process works on it");
      }
      journal.settle(id, "happened", Optional.of(text("it did")));
      journal.settle(id, "did not", Optional.empty());
      assertThatThrownBy(() -> journal.settle(id, "happened", Optional.empty()))
          .hasMessageContaining("is in no doubt");
      try (OpenRun run = journal.resume(id)) {
        assertThat(run.once(call("happened", "x"), Doubt.ASK, step -> text("again")))
            .isEqualTo(text("it did"));
        assertThat(run.once(call("did not", "x"), Doubt.ASK, step -> text("done")))
            .isEqualTo(text("done"));
      }
    }
  }

  @Test
  void anotherRequestUnderTheSameKeyIsRefused() {
    try (Journal journal = open();
        OpenRun run = begin(journal)) {
      run.once(call("a", "x"), Doubt.REPEAT, step -> text("r"));
      assertThatThrownBy(() -> run.once(call("a", "y"), Doubt.REPEAT, step -> text("r")))
          .isInstanceOfSatisfying(
              JournalException.class,
              e -> assertThat(e.reason()).isEqualTo(JournalException.Reason.DIVERGED));
    }
  }

  @Test
  void oneProcessWorksOnARunWhileOthersReadAndDecide() {
    try (Journal journal = open();
        Journal other = open();
        OpenRun run = begin(journal)) {
      assertThatThrownBy(() -> other.resume(run.id()))
          .isInstanceOfSatisfying(
              JournalException.class,
              e -> assertThat(e.reason()).isEqualTo(JournalException.Reason.BUSY));
      assertThat(other.isWorkedOn(run.id())).isTrue();
      Step asked = run.askApproval("ok", "mail", text("the very payload"));
      assertThat(other.pendingApprovals()).containsExactly(asked);
      other.decide(run.id(), "ok", asked.digest(), Decision.allow("a colleague"));
      Step decided = run.askApproval("ok", "mail", text("the very payload"));
      assertThat(decided.decision().orElseThrow().by()).isEqualTo("a colleague");
      assertThat(decided.decision().orElseThrow().approved(decided.call().request()))
          .contains(text("the very payload"));
    }
  }

  @Test
  void anApprovalIsForThePayloadThatWasSeen() {
    try (Journal journal = open();
        OpenRun run = begin(journal)) {
      Step asked = run.askApproval("ok", "mail", text("to Anna"));
      String seen = dev.freehold.tensor.Sha256.of(text("to Bert").toString());
      assertThatThrownBy(() -> journal.decide(run.id(), "ok", seen, Decision.allow("x")))
          .hasMessageContaining("another payload waits there");
      journal.decide(run.id(), "ok", asked.digest(), Decision.deny("x", "no"));
      assertThatThrownBy(() -> journal.decide(run.id(), "ok", asked.digest(), Decision.allow("x")))
          .hasMessageContaining("decided already: deny");
      assertThatThrownBy(() -> run.askApproval("ok", "mail", text("to Carl")))
          .isInstanceOf(JournalException.class);
    }
  }

  @Test
  void aTimerWaitsForItsTimeWhoeverResumes() {
    String id;
    try (Journal journal = open();
        OpenRun run = begin(journal)) {
      id = run.id();
      assertThatThrownBy(() -> run.awaitTime("t", text("1 h"), () -> now.plusSeconds(3600)))
          .isInstanceOf(Waiting.class);
      run.suspend("for an hour");
      assertThat(journal.due()).isEmpty();
    }
    now = now.plusSeconds(3600);
    try (Journal journal = open()) {
      assertThat(journal.due()).extracting(RunHead::id).containsExactly(id);
      try (OpenRun run = journal.resume(id)) {
        run.awaitTime("t", text("1 h"), () -> now.plusSeconds(3600));
        assertThat(run.step("t").orElseThrow().isFinished()).isTrue();
      }
    }
  }

  @Test
  void aForkHasTheFinishedStepsUpToItsPoint() {
    try (Journal journal = open();
        OpenRun run = begin(journal)) {
      for (String key : List.of("a", "b", "c")) {
        run.once(call(key, key), Doubt.REPEAT, step -> text(key));
      }
      run.askApproval("d", "x", text("x"));
      try (OpenRun fork = journal.fork(run.id(), 2, text("s"))) {
        assertThat(fork.steps()).extracting(s -> s.call().key()).containsExactly("a", "b");
        assertThat(fork.head().origin()).contains(run.id());
        assertThat(fork.once(call("a", "a"), Doubt.ASK, step -> text("no"))).isEqualTo(text("a"));
      }
      try (OpenRun fork = journal.fork(run.id(), 99, text("s"))) {
        assertThat(fork.steps()).hasSize(3);
      }
    }
  }

  @Test
  void whatIsNoJournalIsRefusedAndStays() throws Exception {
    Files.writeString(folder.resolve("j.sqlite"), "not a database, just text ".repeat(100));
    assertThatThrownBy(this::open)
        .isInstanceOf(JournalException.class)
        .hasMessageContaining("no journal, but some other file");
    assertThat(folder.resolve("j.sqlite")).content().startsWith("not a database");
  }

  @Test
  void aChangedRequestIsNoticed() throws Exception {
    String id;
    try (Journal journal = open();
        OpenRun run = begin(journal)) {
      id = run.id();
      run.askApproval("ok", "mail", text("to Anna"));
    }
    try (java.sql.Connection connection =
            java.sql.DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("j.sqlite"));
        java.sql.Statement statement = connection.createStatement()) {
      statement.execute("UPDATE step SET request = replace(request, 'Anna', 'Eve')");
    }
    try (Journal journal = open()) {
      assertThatThrownBy(() -> journal.step(id, "ok"))
          .hasMessageContaining("its request is not the one that was written");
    }
  }
}
