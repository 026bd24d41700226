package dev.freehold.eval;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.eval.judge.Criterion;
import dev.freehold.eval.judge.Judgement;
import dev.freehold.eval.judge.ModelJudge;
import dev.freehold.eval.record.ItemResult;
import dev.freehold.eval.record.PairResult;
import dev.freehold.eval.task.EvalTask;
import dev.freehold.eval.task.TaskSet;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Asks backends the tasks of a set, one backend after the other, and has the replies judged.
///
/// What was finished before, in a run that goes on, is not asked again, but for errors and replies
/// without a verdict.
public final class Evaluation {
  private final TaskSet tasks;
  private final List<Candidate> candidates;
  private final Candidate baseline;
  private final Settings settings;
  private final Asker asker;
  private final Optional<ModelJudge> judge;
  private final Map<ItemResult.Key, ItemResult> finished = new ConcurrentHashMap<>();
  private final Set<PairResult.Key> compared = ConcurrentHashMap.newKeySet();

  /// What is told while it runs, by any thread, one at a time.
  public interface Listener {
    void finished(ItemResult result);

    void compared(PairResult result);
  }

  /// @param baseline the name of the candidate that others are compared with
  /// @throws EvalException where a task needs a judge or a second backend and there is none
  public Evaluation(
      TaskSet tasks,
      List<Candidate> candidates,
      String baseline,
      Settings settings,
      Asker asker,
      Optional<ModelJudge> judge) {
    this.tasks = tasks;
    this.candidates = List.copyOf(candidates);
    this.baseline =
        candidates.stream()
            .filter(candidate -> candidate.name().equals(baseline))
            .findFirst()
            .orElseThrow(() -> new EvalException("%s is none of the backends".formatted(baseline)));
    this.settings = settings;
    this.asker = asker;
    this.judge = judge;
    requireNames();
    requireJudge();
  }

  private void requireNames() {
    Set<String> names = new HashSet<>();
    for (Candidate candidate : candidates) {
      if (!names.add(candidate.name())) {
        throw new EvalException("two backends have the name \"%s\"".formatted(candidate.name()));
      }
    }
  }

  private void requireJudge() {
    for (EvalTask task : tasks.tasks()) {
      boolean isPairwise = task.criterion() instanceof Criterion.Pairwise;
      if ((isPairwise || task.criterion() instanceof Criterion.Rubric) && judge.isEmpty()) {
        throw new EvalException(
            "task %s is judged by a model (%s), and no judge is named"
                .formatted(task.id(), task.criterion().name()));
      }
      if (isPairwise && candidates.size() < 2) {
        throw new EvalException(
            "task %s compares the answers of two backends, and there is one".formatted(task.id()));
      }
    }
  }

  /// Takes over what an earlier part of the same run finished.
  public void resume(List<ItemResult> items, List<PairResult> pairs) {
    for (ItemResult item : items) {
      if (item.outcome() != Outcome.ERROR && item.outcome() != Outcome.UNJUDGED) {
        finished.put(item.key(), item);
      }
    }
    for (PairResult pair : pairs) {
      if (pair.preference() != dev.freehold.eval.judge.Preference.NONE) {
        compared.add(pair.key());
      }
    }
  }

  /// How many answers are still to be asked for.
  public int remaining() {
    return tasks.tasks().size() * candidates.size() - finished.size();
  }

  /// Asks all that is not finished; returns when it is, or soon after `stop`.
  public void run(Listener listener, Cancellation stop) {
    for (Candidate candidate : candidates) {
      List<EvalTask> open =
          tasks.tasks().stream()
              .filter(
                  task -> !finished.containsKey(new ItemResult.Key(task.id(), candidate.name())))
              .toList();
      Workers.run(
          settings.concurrency(), open, stop, task -> item(candidate, task, listener, stop));
    }
    compare(listener, stop);
  }

  private void item(Candidate candidate, EvalTask task, Listener listener, Cancellation stop) {
    Optional<ItemResult> result =
        switch (candidate.source()) {
          case Candidate.Source.Asked asked -> asked(candidate, asked, task, stop);
          case Candidate.Source.Recorded recorded -> recorded(candidate, recorded, task, stop);
        };
    if (result.isPresent()) {
      finished.put(result.get().key(), result.get());
      synchronized (listener) {
        listener.finished(result.get());
      }
    }
  }

  private Optional<ItemResult> asked(
      Candidate candidate, Candidate.Source.Asked source, EvalTask task, Cancellation stop) {
    Meter.Running meter = source.meter().begin();
    Answer answer = asker.ask(source.backend(), request(source, task), stop);
    Meter.Reading reading =
        meter.end(
            answer instanceof Answer.Whole whole ? Optional.of(whole.usage()) : Optional.empty());
    return switch (answer) {
      case Answer.Stopped _ -> Optional.empty();
      case Answer.Broken broken ->
          Optional.of(error(candidate, task, broken.reason(), millis(broken.wall())));
      case Answer.Whole whole ->
          judged(
              candidate, task, new Candidate.Answered(whole.reply(), took(whole, reading)), stop);
    };
  }

  private Optional<ItemResult> recorded(
      Candidate candidate, Candidate.Source.Recorded source, EvalTask task, Cancellation stop) {
    Candidate.Answered answered = source.answers().get(task.id());
    return answered == null
        ? Optional.of(error(candidate, task, "no answer is recorded", 0))
        : judged(candidate, task, answered, stop);
  }

  private static ItemResult error(
      Candidate candidate, EvalTask task, String reason, double wallMillis) {
    return new ItemResult(
        name(task),
        candidate.name(),
        Outcome.ERROR,
        reason,
        Optional.empty(),
        ItemResult.Took.only(wallMillis));
  }

  private ChatRequest request(Candidate.Source.Asked source, EvalTask task) {
    ChatRequest request = task.request();
    Ending ending = request.ending();
    return new ChatRequest(
        source.model(),
        request.input(),
        settings.sampling(),
        ending.maxTokens().isPresent() ? ending : ending.withMaxTokens(settings.maxTokens()),
        request.output(),
        request.caller());
  }

  private Optional<ItemResult> judged(
      Candidate candidate, EvalTask task, Candidate.Answered answered, Cancellation stop) {
    Optional<Judgement> judgement =
        switch (task.criterion()) {
          case Criterion.Checked checked -> Optional.of(checked.judge(answered.reply()));
          case Criterion.Rubric rubric ->
              judge.orElseThrow().judge(question(task, rubric.text()), answered.reply(), stop);
          case Criterion.Pairwise _ -> Optional.of(new Judgement(Judgement.Verdict.NONE, ""));
        };
    return judgement.map(said ->
        new ItemResult(
            name(task),
            candidate.name(),
            outcome(task.criterion(), said),
            said.reason(),
            Optional.of(answered.reply()),
            answered.took()));
  }

  private static Outcome outcome(Criterion criterion, Judgement judgement) {
    if (criterion instanceof Criterion.Pairwise) {
      return Outcome.ANSWERED;
    }
    return switch (judgement.verdict()) {
      case RIGHT -> Outcome.RIGHT;
      case WRONG -> Outcome.WRONG;
      case NONE -> Outcome.UNJUDGED;
    };
  }

  private static ItemResult.Took took(Answer.Whole whole, Meter.Reading reading) {
    return new ItemResult.Took(
        millis(whole.wall()),
        whole.first().map(Evaluation::millis),
        Optional.of((long) whole.usage().promptTokens()),
        Optional.of((long) whole.usage().completionTokens()),
        reading.cost(),
        reading.energy());
  }

  /// Compares the answers of each other backend with the baseline's.
  private void compare(Listener listener, Cancellation stop) {
    List<EvalTask> pairwise =
        tasks.tasks().stream()
            .filter(task -> task.criterion() instanceof Criterion.Pairwise)
            .toList();
    for (Candidate candidate : candidates) {
      if (candidate != baseline) {
        List<EvalTask> open =
            pairwise.stream()
                .filter(task ->
                    !compared.contains(
                        new PairResult.Key(task.id(), candidate.name(), baseline.name())))
                .toList();
        Workers.run(
            settings.concurrency(), open, stop, task -> pair(candidate, task, listener, stop));
      }
    }
  }

  private void pair(Candidate candidate, EvalTask task, Listener listener, Cancellation stop) {
    Optional<Reply> first = reply(candidate, task);
    Optional<Reply> second = reply(baseline, task);
    if (first.isEmpty() || second.isEmpty()) {
      return;
    }
    String rubric = task.criterion() instanceof Criterion.Pairwise pairwise ? pairwise.text() : "";
    Optional<ModelJudge.Pair> pair =
        judge.orElseThrow().compare(question(task, rubric), first.get(), second.get(), stop);
    if (pair.isPresent()) {
      PairResult result =
          new PairResult(
              name(task),
              candidate.name(),
              baseline.name(),
              pair.get().inOrder(),
              pair.get().swapped(),
              pair.get().preference(),
              pair.get().reason());
      compared.add(result.key());
      synchronized (listener) {
        listener.compared(result);
      }
    }
  }

  private Optional<Reply> reply(Candidate candidate, EvalTask task) {
    ItemResult result = finished.get(new ItemResult.Key(task.id(), candidate.name()));
    return result == null ? Optional.empty() : result.reply();
  }

  private static ModelJudge.Question question(EvalTask task, String rubric) {
    return new ModelJudge.Question(task.question(), rubric, task.reference());
  }

  private static ItemResult.TaskName name(EvalTask task) {
    return new ItemResult.TaskName(task.id(), task.digest(), task.group(), task.language());
  }

  private static double millis(Duration duration) {
    return duration.toNanos() / 1e6;
  }
}
