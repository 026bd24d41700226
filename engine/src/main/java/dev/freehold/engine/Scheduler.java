package dev.freehold.engine;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.FinishReason;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Answers many requests with one model: a thread that takes step after step, and in each step as
/// many tokens of as many requests as is fair.
///
/// A request is a text whose state catches up with its tokens: with many at a time while the prompt
/// is read, with one when the answer is written. Requests wait until their state surely fits the
/// memory; kept prefixes give way. What a request gets does not depend on any of this.
///
/// Owns its threads and all states; the model is the caller's.
final class Scheduler implements AutoCloseable {
  /// Prefixes shorter than this are computed rather than waited for or kept a copy of.
  private static final int SHORTEST_SHARED = 64;

  private static final int ASSUMED_ANSWER = 512;
  private static final long MOST_WAIT_SECONDS = 600;

  /// Tokens that take as long with plain kernels as it takes to compile the others.
  private static final int MOST_COLD_TOKENS = 512;

  private final Model model;
  private final int contextLength;
  private final EngineOptions options;
  private final ArrayDeque<Job> inbox = new ArrayDeque<>();
  private final List<Job> waiting = new ArrayList<>();
  private final List<Job> running = new ArrayList<>();
  private final FairOrder fairness = new FairOrder();
  private final PrefixCache kept = new PrefixCache();
  private final StepRunner steps;
  private final Counters counters = new Counters();
  private final WarmUpThread warming;
  private final Thread thread;
  private long reservedBytes;
  private long queuedTokens;
  private final Pace pace = new Pace();
  private boolean isClosing;
  private long computedCold;

  Scheduler(Model model, int contextLength, EngineOptions options) {
    this.model = model;
    this.contextLength = contextLength;
    this.options = options;
    this.steps = new StepRunner(model, contextLength, options, counters);
    this.warming = new WarmUpThread(model);
    this.thread = Thread.ofPlatform().daemon().name("freehold-engine").unstarted(this::loop);
    thread.start();
  }

  /// Takes a request in; its answer's events come through its queue.
  ///
  /// @throws ChatException where too much is waiting already, or the engine ends
  void submit(Job job) {
    long estimate = estimate(job);
    synchronized (inbox) {
      if (isClosing) {
        throw new ChatException(Kind.UNAVAILABLE, "", "this model is being closed");
      }
      if (queuedTokens > 0) {
        requireRoom(estimate);
      }
      queuedTokens += estimate;
      inbox.add(job);
      inbox.notifyAll();
    }
  }

  /// Refuses a request that would wait behind too many others.
  private void requireRoom(long estimate) {
    Scheduling scheduling = options.scheduling();
    Duration wait = pace.timeFor(queuedTokens);
    if (queuedTokens + estimate > scheduling.queueTokens()) {
      throw new ChatException(
          Kind.OVERLOADED,
          ("requests of about %d tokens are waiting already, and at most %d may wait;"
                  + " ask again later")
              .formatted(queuedTokens, scheduling.queueTokens()),
          retryAfter(wait));
    }
    if (wait.compareTo(scheduling.queueTime()) > 0) {
      throw new ChatException(
          Kind.OVERLOADED,
          ("an answer would begin after about %d s, and at most %d s may be waited;"
                  + " ask again later")
              .formatted(wait.toSeconds(), scheduling.queueTime().toSeconds()),
          retryAfter(wait));
    }
  }

  private static long estimate(Job job) {
    return Math.min(job.capacity(), job.promptLength() + ASSUMED_ANSWER);
  }

  private static Duration retryAfter(Duration wait) {
    return Duration.ofSeconds(Math.clamp(wait.toSeconds(), 1, MOST_WAIT_SECONDS));
  }

  private void loop() {
    try {
      while (awaitWork()) {
        try {
          turn();
        } catch (OutOfMemoryError | RuntimeException e) {
          failAll(new ChatException(Kind.FAILED, "the engine failed: " + e, e));
        }
      }
    } finally {
      synchronized (inbox) {
        isClosing = true;
      }
      failAll(new ChatException(Kind.UNAVAILABLE, "", "this model was closed"));
      kept.close();
    }
  }

  /// Waits until there is something to do; false where the engine ends.
  private boolean awaitWork() {
    synchronized (inbox) {
      while (!isClosing && inbox.isEmpty() && waiting.isEmpty() && running.isEmpty()) {
        warming.setBusy(false);
        try {
          inbox.wait();
        } catch (InterruptedException e) {
          isClosing = true;
        }
      }
      warming.setBusy(true);
      for (Job job = inbox.poll(); job != null; job = inbox.poll()) {
        List<Job> present = new ArrayList<>(waiting);
        present.addAll(running);
        fairness.arrive(job, present);
        waiting.add(job);
      }
      return !isClosing;
    }
  }

  /// A model that is never idle warms up by what it is asked.
  private void goOver(int computed) {
    computedCold += computed;
    if (computedCold > MOST_COLD_TOKENS && model.isCold()) {
      model.goOver();
    }
  }

  private void turn() {
    dropCancelled();
    admit();
    long before = System.nanoTime();
    for (Job job :
        running.stream().filter(j -> !j.hasStarted()).sorted(fairness.order()).toList()) {
      if (!mayBorrow(job)) {
        begin(job);
      }
    }
    List<Job> ready = running.stream().filter(Job::hasStarted).sorted(fairness.order()).toList();
    int computed = steps.run(ready, fairness, this::keepCheckpoint);
    learnPace(computed, System.nanoTime() - before);
    goOver(computed);
    for (Job job : ready) {
      if (job.hasEnded()) {
        leave(job);
      }
    }
    counters.present(running.size(), waiting.size(), stateBytes());
  }

  private long stateBytes() {
    long bytes = kept.bytes();
    for (Job job : running) {
      if (job.hasStarted()) {
        bytes += job.sequence().byteSize();
      }
    }
    return bytes;
  }

  private void learnPace(int computed, long nanos) {
    if (!waiting.isEmpty()) {
      synchronized (inbox) {
        pace.learn(computed, nanos);
      }
    }
  }

  private void dropCancelled() {
    for (Job job : List.copyOf(waiting)) {
      if (job.isCancelled()) {
        waiting.remove(job);
        leaveQueue(job);
        job.finish(FinishReason.CANCELLED);
      }
    }
    for (Job job : List.copyOf(running)) {
      if (job.isCancelled()) {
        job.generation().end(FinishReason.CANCELLED);
        job.finish(FinishReason.CANCELLED);
        leave(job);
      }
    }
  }

  private void leaveQueue(Job job) {
    synchronized (inbox) {
      queuedTokens -= estimate(job);
    }
  }

  /// Lets requests in, in fair order, as long as the state of the next one surely fits.
  private void admit() {
    while (!waiting.isEmpty() && running.size() < options.scheduling().maxSequences()) {
      Job next = waiting.stream().min(fairness.order()).orElseThrow();
      long bytes = model.stateBytes(next.capacity());
      if (!running.isEmpty() && reservedBytes + bytes > options.memoryBytes()) {
        return;
      }
      reservedBytes += bytes;
      next.reserve(bytes);
      makeRoom();
      waiting.remove(next);
      leaveQueue(next);
      running.add(next);
    }
  }

  private void makeRoom() {
    while (!kept.isEmpty() && reservedBytes + kept.bytes() > options.memoryBytes()) {
      kept.dropOldest();
    }
  }

  /// Whether another request is about to compute what this one begins with, so that it is worth to
  /// wait for it.
  private boolean mayBorrow(Job job) {
    if (!mayReuse(job)) {
      return false;
    }
    for (Job other : running) {
      boolean isSource =
          other.hasStarted() && mayReuse(other) && sameOwner(job, other) && !other.isSuspect();
      if (isSource) {
        int common = common(job, other);
        boolean isAhead = common >= SHORTEST_SHARED && common > other.computed();
        if (isAhead && common > kept.longestCommon(owner(job), job.tokens(), common)) {
          if (!other.sequence().canTruncate() && other.checkpointAt() <= other.computed()) {
            other.wantCheckpoint(common);
          }
          return true;
        }
      }
    }
    return false;
  }

  /// Tokens that the prompts of two requests have in common, and that are useful to the first.
  private static int common(Job job, Job other) {
    int mismatch =
        Arrays.mismatch(
            job.tokens(), 0, job.promptLength(), other.tokens(), 0, other.promptLength());
    int common = mismatch < 0 ? job.promptLength() : mismatch;
    return Math.min(common, job.promptLength() - 1);
  }

  private boolean mayReuse(Job job) {
    return options.scheduling().reuse() && job.caller().mayReuse() && !job.tellsPrompt();
  }

  private static String owner(Job job) {
    return job.caller().name();
  }

  private static boolean sameOwner(Job one, Job other) {
    return owner(one).equals(owner(other));
  }

  /// Gives a request its state: one that begins alike, or an empty one.
  private void begin(Job job) {
    Optional<Sequence> state = Optional.empty();
    if (mayReuse(job)) {
      int most = job.promptLength() - 1;
      Optional<Job> live = liveSource(job);
      int keptTokens = kept.longestCommon(owner(job), job.tokens(), most);
      if (live.isPresent() && common(job, live.get()) > keptTokens) {
        int common = Math.min(common(job, live.get()), live.get().computed());
        state = Optional.of(live.get().sequence().forkPrefix(common, contextLength));
      } else {
        state = kept.take(owner(job), job.tokens(), most, contextLength);
        int reused = state.map(Sequence::length).orElse(0);
        if (keptTokens >= reused + SHORTEST_SHARED) {
          job.wantCheckpoint(keptTokens);
        }
      }
      counters.lookedUp(job.promptLength(), state.map(Sequence::length).orElse(0));
    }
    job.start(state.orElseGet(() -> model.newSequence(contextLength)));
  }

  /// The request being answered whose state holds most of what this one begins with, where states
  /// can be cut.
  private Optional<Job> liveSource(Job job) {
    Optional<Job> best = Optional.empty();
    int most = 0;
    for (Job other : running) {
      if (other.hasStarted()
          && mayReuse(other)
          && sameOwner(job, other)
          && other.sequence().canTruncate()) {
        int common = Math.min(common(job, other), other.computed());
        if (common > most) {
          most = common;
          best = Optional.of(other);
        }
      }
    }
    return best;
  }

  /// Keeps a copy of a recurrent state at the place where it stands.
  private void keepCheckpoint(Job job) {
    if (mayReuse(job) && job.computed() > 0) {
      kept.add(owner(job), job.tokens(), job.sequence().fork());
      makeRoom();
    }
  }

  /// Takes a request out whose answer has ended, and keeps its state.
  private void leave(Job job) {
    running.remove(job);
    reservedBytes -= job.reservedBytes();
    Optional<Sequence> state = job.release();
    if (state.isPresent()) {
      if (mayReuse(job) && !job.isSuspect() && state.get().length() > 0) {
        kept.add(owner(job), job.tokens(), state.get());
        makeRoom();
      } else {
        state.get().close();
      }
    }
  }

  private void failAll(ChatException failure) {
    synchronized (inbox) {
      waiting.addAll(inbox);
      inbox.clear();
      queuedTokens = 0;
    }
    for (Job job : waiting) {
      job.fail(failure);
    }
    waiting.clear();
    for (Job job : running) {
      job.fail(failure);
      job.release().ifPresent(Sequence::close);
    }
    running.clear();
    reservedBytes = 0;
  }

  /// What is going on; of the moment, and read without stopping the engine.
  Activity activity(String name) {
    return counters.activity(name, options.memoryBytes());
  }

  @Override
  public void close() {
    synchronized (inbox) {
      isClosing = true;
      inbox.notifyAll();
    }
    warming.close();
    ThreadEnd.await(thread);
  }
}
