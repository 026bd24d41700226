package dev.freehold.engine;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.kernel.KernelException;
import dev.freehold.kernel.Rows;
import dev.freehold.model.Batch;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.ModelException;
import dev.freehold.tensor.TensorException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// One step of the engine: puts tokens of several requests into a batch, runs it, and writes the
/// next token of each request that has caught up.
///
/// Requests that write an answer come with one token each, and with guessed ones where few of them
/// share the step; what is left of the step goes to prompts, the first in fair order first. Where a
/// step of several fails, each is computed alone, so that one bad request ends itself only.
final class StepRunner {
  /// Rows of logits are made so many at a time.
  private static final int LOGIT_ROWS = 4;

  /// Guesses cost the others time, so that they are made only among few.
  private static final int MOST_WRITING_WITH_DRAFTS = 2;

  /// Tokens of a prompt that are judged in a step.
  private static final int ROWS_TO_JUDGE = 16;

  /// Steps of a prompt end at multiples of this, so that kernels meet whole tiles.
  private static final int ALIGNMENT = 16;

  private final Model model;
  private final int contextLength;
  private final EngineOptions options;
  private final Counters counters;
  private final Batch batch;

  /// For as many rows as a step has needed so far.
  private Rows logits = Rows.allocate(0, 0);

  private final List<Part> parts = new ArrayList<>();
  private int roomToJudge;

  /// What a request has in the batch.
  ///
  /// @param first position of its first token
  /// @param guessed how many of its last tokens are guesses
  /// @param catchesUp whether the next token can be written after it
  /// @param isJudged whether all its rows tell how likely the prompt was
  private record Part(
      Job job,
      int first,
      int count,
      int guessed,
      int logitRow,
      int rows,
      boolean catchesUp,
      boolean isJudged) {}

  StepRunner(Model model, int contextLength, EngineOptions options, Counters counters) {
    this.model = model;
    this.contextLength = contextLength;
    this.options = options;
    this.counters = counters;
    this.batch = model.newBatch();
  }

  /// Takes one step.
  ///
  /// @param ready requests that have a state, in fair order
  /// @param checkpoints is told of recurrent states that stand where a copy is wanted
  /// @return tokens that were computed
  int run(List<Job> ready, FairOrder fairness, Consumer<Job> checkpoints) {
    compose(ready);
    if (parts.isEmpty()) {
      return 0;
    }
    int computed = batch.tokens();
    reserve(batch.logitRows());
    int ofPrompts = 0;
    try {
      model.forward(batch, logits);
    } catch (ModelException | KernelException | TensorException e) {
      fail(e);
      return 0;
    }
    for (Part part : parts) {
      Job job = part.job();
      job.suspect(false);
      fairness.charge(job, part.count());
      ofPrompts += ofPrompt(part);
      if (part.isJudged()) {
        judge(part);
      }
      if (part.catchesUp()) {
        write(part);
      } else {
        job.tellProgress();
        if (job.computed() == job.checkpointAt() || stopsForCheckpoint(job)) {
          checkpoints.accept(job);
        }
      }
    }
    counters.stepped(parts.size(), ofPrompts);
    return computed;
  }

  private void reserve(int rows) {
    int vocabSize = model.architecture().vocabSize();
    if ((long) rows * vocabSize > logits.data().length) {
      int room = (rows + LOGIT_ROWS - 1) / LOGIT_ROWS * LOGIT_ROWS;
      logits = Rows.allocate(room, vocabSize);
    }
  }

  /// How many tokens of a part are of the prompt.
  private static int ofPrompt(Part part) {
    int end = Math.min(part.first() + part.count(), part.job().promptLength());
    return Math.max(0, end - part.first());
  }

  /// Whether the logits after the next tokens are wanted, to tell how likely the prompt was.
  private static boolean isJudged(Job job) {
    return job.tellsPrompt() && job.computed() < job.promptLength();
  }

  private void judge(Part part) {
    for (int row = 0; row < part.rows(); row++) {
      int at = logits.at(part.logitRow() + row);
      part.job().judgePrompt(logits.data(), at, part.first() + row);
    }
  }

  private void compose(List<Job> ready) {
    batch.clear();
    parts.clear();
    roomToJudge = ROWS_TO_JUDGE;
    for (Job job : ready) {
      if (job.isSuspect()) {
        addAlone(job);
        return;
      }
    }
    List<Job> writing = ready.stream().filter(Job::isWriting).toList();
    for (Job job : writing.subList(0, Math.min(writing.size(), batch.room()))) {
      int drafts = writing.size() > MOST_WRITING_WITH_DRAFTS ? 0 : draft(job);
      add(job, 1 + drafts);
    }
    int budget =
        writing.isEmpty()
            ? options.stepTokens()
            : Math.min(options.stepTokens(), options.scheduling().sharedStepTokens());
    for (Job job : ready) {
      if (!job.isWriting() && budget > 0) {
        int count = chunk(job, budget);
        if (count > 0) {
          add(job, count);
          budget -= count;
        }
      }
    }
  }

  private void addAlone(Job job) {
    add(job, chunk(job, options.stepTokens()));
  }

  /// Tokens of a prompt that go into this step.
  private int chunk(Job job, int most) {
    int computed = job.computed();
    int pending = job.pending();
    int count = Math.min(pending, Math.min(most, batch.room()));
    if (count < pending && count > ALIGNMENT) {
      count -= (computed + count) % ALIGNMENT;
    }
    if (isJudged(job)) {
      count = Math.min(count, roomToJudge);
    }
    if (!job.sequence().canTruncate()) {
      int last = job.promptLength() - 1;
      if (computed < last && computed + count > last) {
        count = last - computed;
      }
    }
    int wanted = job.checkpointAt();
    if (computed < wanted && computed + count > wanted) {
      count = wanted - computed;
    }
    return count;
  }

  private static boolean stopsForCheckpoint(Job job) {
    return !job.sequence().canTruncate() && job.computed() == job.promptLength() - 1;
  }

  private int draft(Job job) {
    int room =
        Math.min(
            Math.min(job.capacity() - job.known() - 1, batch.room() - 1),
            options.scheduling().draftTokens());
    if (room <= 0 || !job.sequence().canTruncate()) {
      return 0;
    }
    int guessed = job.lookup().guess(job.tokens(), job.known(), room);
    job.draft(guessed);
    return guessed;
  }

  private void add(Job job, int count) {
    boolean catchesUp = count >= job.pending();
    boolean judged = isJudged(job);
    boolean wantsAll = count > job.pending() || judged;
    LogitsOf which = wantsAll ? LogitsOf.ALL : catchesUp ? LogitsOf.LAST : LogitsOf.NONE;
    int row = batch.logitRows();
    int first = job.computed();
    int guessed = Math.max(0, count - job.pending());
    roomToJudge -= judged ? count : 0;
    batch.add(job.sequence(), job.tokens(), first, count, which);
    int rows = batch.logitRows() - row;
    parts.add(new Part(job, first, count, guessed, row, rows, catchesUp, judged));
  }

  /// Writes the next tokens of a request from its rows of logits, and cuts off what was guessed
  /// wrongly.
  private void write(Part part) {
    Job job = part.job();
    int drafted = part.guessed();
    int firstRow = part.logitRow() + part.rows() - 1 - drafted;
    int before = job.generation().written();
    int row = 0;
    try {
      while (job.write(logits.data(), logits.at(firstRow + row), row < drafted)) {
        row++;
      }
    } catch (EngineException | ChatException e) {
      end(job, e);
      return;
    }
    if (drafted > 0) {
      job.lookup().judge(drafted, row);
    }
    counters.wrote(job.generation().written() - before, drafted, row);
    if (row < drafted) {
      job.sequence().truncate(job.computed() - (drafted - row));
    }
    job.generation().reason().ifPresent(job::finish);
  }

  /// After a step that failed: a step of one ends that request; of a step of several each is tried
  /// alone, and begins again where its state is lost.
  private void fail(RuntimeException failure) {
    if (parts.size() == 1) {
      end(parts.getFirst().job(), failure);
      return;
    }
    for (Part part : parts) {
      part.job().suspect(true);
      if (!part.job().sequence().isUsable()) {
        part.job().restart(model.newSequence(contextLength));
      }
    }
  }

  private static void end(Job job, RuntimeException failure) {
    job.suspect(true);
    job.fail(new ChatException(Kind.FAILED, String.valueOf(failure.getMessage()), failure));
  }
}
