package dev.freehold.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.eval.judge.ModelJudge;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.PairResult;
import dev.freehold.eval.record.RecordedRun;
import dev.freehold.eval.record.RunFile;
import dev.freehold.eval.record.RunHeader;
import dev.freehold.eval.report.ReportPage;
import dev.freehold.eval.report.RunFigures;
import dev.freehold.eval.task.TaskFile;
import dev.freehold.eval.task.TaskSet;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs of tasks: scores, errors, interrupts and going on.
class EvaluationTest {
  private static final Settings SETTINGS =
      new Settings(dev.freehold.chat.Sampling.greedy().withSeed(3), 50, Duration.ofMinutes(2), 3);

  @TempDir private Path folder;

  /// Tasks that ask "say N" and expect N.
  private static TaskSet tasks(int number) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < number; i++) {
      lines.append(
          ("{\"id\":\"t%d\",\"group\":\"g%d\",\"prompt\":\"say %d\","
                  + "\"judge\":{\"type\":\"exact\",\"expected\":\"%d\"}}\n")
              .formatted(i, i % 2, i, i));
    }
    return read(lines.toString());
  }

  private static TaskSet read(String lines) {
    return TaskFile.read("t", new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
  }

  private static Candidate candidate(String name, ScriptedBackend backend) {
    return new Candidate(name, "scripted", backend);
  }

  private static ScriptedBackend obeying() {
    return ScriptedBackend.saying(question -> question.replace("say ", ""));
  }

  private Evaluation evaluation(TaskSet tasks, Candidate... candidates) {
    return new Evaluation(
        tasks,
        List.of(candidates),
        candidates[0].name(),
        SETTINGS,
        new Asker(Duration.ofMinutes(2), System::nanoTime),
        Optional.empty());
  }

  private RunHeader header(TaskSet tasks, Candidate... candidates) {
    return new RunHeader(
        "run",
        Instant.parse("2026-01-02T03:04:05Z"),
        "test",
        tasks.name(),
        tasks.digest(),
        tasks.tasks().size(),
        java.util.Arrays.stream(candidates)
            .map(c -> new RunHeader.Backend(c.name(), c.detail()))
            .toList(),
        candidates[0].name(),
        Optional.empty(),
        SETTINGS);
  }

  private static Evaluation.Listener keeping(RunFile file, Consumer<ItemResult> then) {
    return new Evaluation.Listener() {
      @Override
      public void finished(ItemResult result) {
        file.append(result);
        then.accept(result);
      }

      @Override
      public void compared(PairResult result) {
        file.append(result);
      }
    };
  }

  private RecordedRun run(TaskSet tasks, Candidate... candidates) {
    RunHeader header = header(tasks, candidates);
    try (RunFile file = RunFile.begin(folder, header, tasks.texts())) {
      evaluation(tasks, candidates).run(keeping(file, result -> {}), new Cancellation());
      return RunFile.read(file.file());
    }
  }

  @Test
  void aRunIsKeptAsItWas() {
    TaskSet tasks = tasks(20);
    Candidate good = candidate("good", obeying());
    Candidate poor =
        candidate("poor", ScriptedBackend.saying(q -> q.endsWith("7") ? "no" : q.substring(4)));
    RecordedRun run = run(tasks, good, poor);
    assertThat(run.isWhole()).isTrue();
    assertThat(run.header()).isEqualTo(header(tasks, good, poor));
    assertThat(run.tasks().values()).extracting(task -> task.question()).contains("say 3");
    RunFigures figures = RunFigures.of(run);
    assertThat(figures.backends().get(0).all().right()).isEqualTo(20);
    assertThat(figures.backends().get(1).all().right()).isEqualTo(18);
    assertThat(figures.backends().get(1).groups()).extracting(t -> t.wrong()).containsExactly(0, 2);
    assertThat(figures.comparisons().getFirst().shares().onlySecond()).isEqualTo(2);
    ItemResult item = run.items().getFirst();
    assertThat(item.took().answerTokens()).hasValue(5L);
    assertThat(item.reply().orElseThrow().text()).isEqualTo(item.task().id().substring(1));
  }

  @Test
  void whatIsAskedIsWhatTheSettingsSay() {
    ScriptedBackend backend = obeying();
    run(tasks(1), candidate("a", backend));
    assertThat(backend.asked().getFirst().sampling()).isEqualTo(SETTINGS.sampling());
    assertThat(backend.asked().getFirst().ending().maxTokens()).hasValue(50);
  }

  @Test
  void errorsAreNeitherRightNorWrong() {
    AtomicInteger number = new AtomicInteger();
    ScriptedBackend backend =
        new ScriptedBackend((request, events, cancellation) -> {
          String text = ScriptedBackend.last(request).substring(4);
          switch (number.getAndIncrement() % 5) {
            case 0 -> throw new ChatException(ChatException.Kind.OVERLOADED, "full", Duration.ZERO);
            case 1 -> throw new IllegalStateException("a bug of the backend");
            case 2 -> events.accept(new ChatEvent.TextDelta(text));
            case 3 -> {
              events.accept(new ChatEvent.TextDelta(text));
              events.accept(
                  new ChatEvent.Failed(
                      new ChatException(ChatException.Kind.FAILED, "", "cut off")));
            }
            default -> {
              events.accept(new ChatEvent.TextDelta(text));
              events.accept(ScriptedBackend.finished(FinishReason.END));
            }
          }
        });
    RecordedRun run = run(tasks(25), candidate("a", backend));
    var all = RunFigures.of(run).backends().getFirst().all();
    assertThat(all.errors()).isEqualTo(20);
    assertThat(all.right()).isEqualTo(5);
    assertThat(all.wrong()).isZero();
    assertThat(all.share().value()).isEqualTo(0.2);
    assertThat(run.items())
        .extracting(ItemResult::reason)
        .anySatisfy(r -> assertThat(r).contains("full"))
        .anySatisfy(r -> assertThat(r).contains("a bug of the backend"))
        .anySatisfy(r -> assertThat(r).contains("before the answer ended"))
        .anySatisfy(r -> assertThat(r).contains("cut off"));
  }

  @Test
  void anAnswerThatTakesTooLongIsAnError() {
    ScriptedBackend slow =
        new ScriptedBackend((request, events, cancellation) -> {
          while (!cancellation.isCancelled()) {
            pause(5);
          }
          events.accept(new ChatEvent.TextDelta(ScriptedBackend.last(request).substring(4)));
          events.accept(ScriptedBackend.finished(FinishReason.CANCELLED));
        });
    ScriptedBackend deaf = new ScriptedBackend((request, events, cancellation) -> pause(60_000));
    Asker asker = new Asker(Duration.ofMillis(60), Duration.ofMillis(60), System::nanoTime);
    for (ScriptedBackend backend : List.of(slow, deaf)) {
      Answer answer = asker.ask(backend, tasks(1).tasks().getFirst().request(), new Cancellation());
      assertThat(answer).isInstanceOf(Answer.Broken.class);
      assertThat(((Answer.Broken) answer).reason()).isEqualTo("took longer than 0.1 s");
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void anEndlessAnswerIsCutOff() {
    ScriptedBackend endless =
        new ScriptedBackend((request, events, cancellation) -> {
          while (!cancellation.isCancelled()) {
            events.accept(new ChatEvent.TextDelta("x".repeat(1000)));
          }
          events.accept(ScriptedBackend.finished(FinishReason.CANCELLED));
        });
    RecordedRun run = run(tasks(1), candidate("a", endless));
    assertThat(run.items().getFirst().outcome()).isEqualTo(Outcome.ERROR);
    assertThat(run.items().getFirst().reason()).contains("characters");
  }

  /// Whatever a backend says, the run's file can be read again.
  @Test
  void hostileAnswersAreKept() {
    String[] texts = {
      "\ud800 half",
      "\u0000\u0007\u202e</script>",
      "\u0000".repeat((1 << 20) - 100),
      "\n".repeat(50_000) + "\"}",
      "x".repeat(63_999) + "\ud83d\ude00"
    };
    AtomicInteger number = new AtomicInteger();
    ScriptedBackend backend =
        new ScriptedBackend((request, events, cancellation) -> {
          int i = number.getAndIncrement();
          if (i == texts.length) {
            throw new ChatException(ChatException.Kind.FAILED, "", "e".repeat(3 << 20));
          }
          if (i > texts.length) {
            for (int call = 0; call < 200; call++) {
              events.accept(new ChatEvent.CallStarted(call, "", "f"));
              events.accept(new ChatEvent.CallArguments(call, "\u0001{".repeat(2000)));
            }
          } else {
            events.accept(new ChatEvent.TextDelta(texts[i]));
          }
          events.accept(ScriptedBackend.finished(FinishReason.END));
        });
    RecordedRun run = run(tasks(texts.length + 2), candidate("a", backend));
    assertThat(run.isWhole()).isTrue();
    assertThat(RunFigures.of(run).backends().getFirst().all().right()).isZero();
    assertThat(ReportPage.html(List.of(run))).doesNotContain("</script>");
  }

  @Test
  void aStoppedRunKeepsWhatIsFinishedAndGoesOn() throws Exception {
    TaskSet tasks = tasks(40);
    ScriptedBackend backend = obeying();
    Candidate candidate = candidate("a", backend);
    Cancellation stop = new Cancellation();
    AtomicInteger done = new AtomicInteger();
    Path path;
    try (RunFile file = RunFile.begin(folder, header(tasks, candidate), tasks.texts())) {
      path = file.file();
      evaluation(tasks, candidate)
          .run(
              keeping(
                  file,
                  result -> {
                    if (done.incrementAndGet() == 10) {
                      stop.cancel();
                    }
                  }),
              stop);
    }
    int kept = RunFile.read(path).items().size();
    assertThat(kept).isBetween(10, 10 + SETTINGS.concurrency());
    Files.writeString(path, "{\"kind\":\"item\",\"task\":\"t3", StandardOpenOption.APPEND);
    RecordedRun before = RunFile.read(path);
    assertThat(before.items()).hasSize(kept);
    assertThat(before.isWhole()).isFalse();
    int asked = backend.asked().size();
    Evaluation rest = evaluation(tasks, candidate);
    rest.resume(before.items(), before.pairs());
    assertThat(rest.remaining()).isEqualTo(40 - kept);
    try (RunFile file = RunFile.resume(path)) {
      rest.run(keeping(file, result -> {}), new Cancellation());
    }
    assertThat(backend.asked()).hasSize(asked + 40 - kept);
    RecordedRun whole = RunFile.read(path);
    assertThat(whole.isWhole()).isTrue();
    assertThat(whole.items()).extracting(ItemResult::outcome).containsOnly(Outcome.RIGHT);
  }

  @Test
  void errorsAreAskedAgainWhenARunGoesOn() {
    TaskSet tasks = tasks(6);
    ChatException failure = new ChatException(ChatException.Kind.FAILED, "", "down");
    RecordedRun before = run(tasks, candidate("a", ScriptedBackend.failing(failure)));
    Candidate repaired = candidate("a", obeying());
    Evaluation again = evaluation(tasks, repaired);
    again.resume(before.items(), before.pairs());
    assertThat(again.remaining()).isEqualTo(6);
    try (RunFile file = RunFile.resume(folder.resolve("run.jsonl"))) {
      again.run(keeping(file, result -> {}), new Cancellation());
    }
    assertThat(RunFile.read(folder.resolve("run.jsonl")).items())
        .hasSize(6)
        .extracting(ItemResult::outcome)
        .containsOnly(Outcome.RIGHT);
  }

  @Test
  void aStopEndsAnswersThatAreBeingWritten() {
    Cancellation stop = new Cancellation();
    ScriptedBackend waiting =
        new ScriptedBackend((request, events, cancellation) -> {
          stop.cancel();
          while (!cancellation.isCancelled()) {
            pause(5);
          }
          events.accept(ScriptedBackend.finished(FinishReason.CANCELLED));
        });
    TaskSet tasks = tasks(10);
    Candidate candidate = candidate("a", waiting);
    try (RunFile file = RunFile.begin(folder, header(tasks, candidate), tasks.texts())) {
      evaluation(tasks, candidate).run(keeping(file, result -> {}), stop);
      assertThat(RunFile.read(file.file()).items()).isEmpty();
    }
  }

  @Test
  void noMoreTasksAreAskedAtOnceThanAllowed() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch two = new CountDownLatch(2);
    ScriptedBackend backend =
        new ScriptedBackend((request, events, cancellation) -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          two.countDown();
          awaitOthers(two);
          pause(3);
          now.decrementAndGet();
          events.accept(ScriptedBackend.finished(FinishReason.END));
        });
    run(tasks(30), candidate("a", backend));
    assertThat(most.get()).isBetween(2, SETTINGS.concurrency());
  }

  private static void awaitOthers(CountDownLatch others) {
    try {
      assertThat(others.await(100, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void twoProcessesDoNotWriteToOneRun() {
    TaskSet tasks = tasks(1);
    Candidate candidate = candidate("a", obeying());
    try (RunFile file = RunFile.begin(folder, header(tasks, candidate), tasks.texts())) {
      assertThatThrownBy(() -> RunFile.resume(file.file()))
          .isInstanceOf(EvalException.class)
          .hasMessageContaining("another process writes to it");
      assertThatThrownBy(() -> RunFile.begin(folder, header(tasks, candidate), tasks.texts()))
          .isInstanceOf(EvalException.class)
          .hasMessageContaining("exists");
    }
  }

  @Test
  void alteredRunsAreRefusedByLineAndField() throws Exception {
    RecordedRun run = run(tasks(2), candidate("a", obeying()));
    Path file = folder.resolve("run.jsonl");
    String text = Files.readString(file);
    assertThat(run.isWhole()).isTrue();
    for (String[] change :
        List.of(
            new String[] {
              "\"outcome\":\"right\"", "\"outcome\":\"great\"", "outcome: expected one"
            },
            new String[] {"\"kind\":\"item\"", "\"kind\":\"thing\"", "kind: expected task"},
            new String[] {"\"backend\":\"a\"", "\"backend\":\"b\"", "is no backend of this run"},
            new String[] {"\"format\":1", "\"format\":9", "format: expected 1, found 9"},
            new String[] {"\"ms\":", "\"ms\":-", "ms: expected 0 or more"},
            new String[] {"\"concurrency\":3", "\"concurrency\":0", "concurrency: expected"})) {
      Files.writeString(file, text.replace(change[0], change[1]));
      assertThatThrownBy(() -> RunFile.read(file))
          .as(change[1])
          .isInstanceOf(EvalException.class)
          .hasMessageContaining("run.jsonl, line ")
          .hasMessageContaining(change[2]);
    }
  }

  @Test
  void pairsAreJudgedInBothOrders() {
    TaskSet tasks =
        read(
            """
            {"id":"p1","prompt":"say good","judge":{"type":"pairwise"}}
            {"id":"p2","prompt":"say good","judge":{"type":"pairwise","rubric":"shorter"}}
            """);
    Candidate good = candidate("good", ScriptedBackend.saying(q -> "good"));
    Candidate bad = candidate("bad", ScriptedBackend.saying(q -> "bad"));
    ScriptedBackend judging =
        ScriptedBackend.saying(q ->
            "{\"reason\":\"\",\"verdict\":\"%s\"}"
                .formatted(q.contains("shorter") || q.contains("\"a\":\"good\"") ? "a" : "b"));
    Asker asker = new Asker(Duration.ofMinutes(2), System::nanoTime);
    Optional<ModelJudge> judge =
        Optional.of(new ModelJudge(new Candidate.Source.Asked(judging, "", Meter.NONE), asker, 0));
    Evaluation evaluation =
        new Evaluation(tasks, List.of(bad, good), "bad", SETTINGS, asker, judge);
    RunHeader header = header(tasks, bad, good);
    try (RunFile file = RunFile.begin(folder, header, tasks.texts())) {
      evaluation.run(keeping(file, result -> {}), new Cancellation());
      RecordedRun run = RunFile.read(file.file());
      assertThat(run.pairs())
          .extracting(pair -> pair.task().id() + " " + pair.preference())
          .containsExactlyInAnyOrder("p1 FIRST", "p2 INCONSISTENT");
      var preferences = RunFigures.of(run).preferences().getFirst();
      assertThat(preferences.first()).isEqualTo("good");
      assertThat(preferences.wins()).isEqualTo(1);
      assertThat(preferences.inconsistent()).isEqualTo(1);
      assertThat(preferences.shownFirst().right()).isEqualTo(3);
      assertThat(preferences.shownFirst().all()).isEqualTo(4);
      assertThat(run.items()).extracting(ItemResult::outcome).containsOnly(Outcome.ANSWERED);
      Evaluation again = new Evaluation(tasks, List.of(bad, good), "bad", SETTINGS, asker, judge);
      again.resume(run.items(), run.pairs());
      int asked = judging.asked().size();
      again.run(keeping(file, result -> {}), new Cancellation());
      assertThat(judging.asked()).hasSize(asked);
    }
  }

  @Test
  void tasksThatNeedAJudgeSaySoBeforeAnythingIsAsked() {
    ScriptedBackend backend = obeying();
    TaskSet rubric =
        read("{\"id\":\"r\",\"prompt\":\"p\",\"judge\":{\"type\":\"rubric\",\"rubric\":\"x\"}}");
    assertThatThrownBy(() -> evaluation(rubric, candidate("a", backend)))
        .isInstanceOf(EvalException.class)
        .hasMessageContaining("task r is judged by a model");
    assertThat(backend.asked()).isEmpty();
  }
}
