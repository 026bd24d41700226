package dev.freehold.engine;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.model.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A request on its way through the engine: its tokens, those that are written included, and the
/// state that catches up with them.
///
/// Made by the thread that asks; from then on the engine's thread alone uses it.
final class Job {
  private final Caller caller;
  private final Generation generation;
  private final AnswerQueue events;
  private final Cancellation cancellation;
  private final int[] tokens;
  private final int promptLength;
  private final long seed;
  private final boolean tellsPrompt;
  private final PromptLookup lookup;
  private final List<TokenLogprob> promptLogprobs = new ArrayList<>();
  private final long submitted = System.nanoTime();
  private Optional<Sequence> sequence = Optional.empty();
  private long reservedBytes;
  private int known;
  private int reused;
  private int checkpointAt;
  private boolean hasEnded;
  private boolean isSuspect;
  private long started;
  private long firstToken;

  /// @param capacity tokens of prompt and answer at most
  /// @param tellsPrompt whether it is told how likely the prompt's tokens were
  Job(
      Caller caller,
      int[] prompt,
      int capacity,
      Generation generation,
      Answering answering,
      boolean tellsPrompt,
      PromptLookup lookup) {
    this.caller = caller;
    this.generation = generation;
    this.events = answering.events();
    this.cancellation = answering.cancellation();
    this.seed = answering.seed();
    this.tokens = Arrays.copyOf(prompt, capacity);
    this.promptLength = prompt.length;
    this.known = prompt.length;
    this.tellsPrompt = tellsPrompt;
    this.lookup = lookup;
  }

  /// Where the answer goes, and the seed that it is written with.
  record Answering(AnswerQueue events, Cancellation cancellation, long seed) {}

  Caller caller() {
    return caller;
  }

  Generation generation() {
    return generation;
  }

  boolean isCancelled() {
    return cancellation.isCancelled();
  }

  int[] tokens() {
    return tokens;
  }

  int promptLength() {
    return promptLength;
  }

  int capacity() {
    return tokens.length;
  }

  /// Tokens of the prompt and of the answer so far.
  int known() {
    return known;
  }

  long submitted() {
    return submitted;
  }

  long reservedBytes() {
    return reservedBytes;
  }

  void reserve(long bytes) {
    reservedBytes = bytes;
  }

  boolean hasStarted() {
    return sequence.isPresent();
  }

  Sequence sequence() {
    return sequence.orElseThrow();
  }

  /// Tokens that the state holds.
  int computed() {
    return sequence.map(Sequence::length).orElse(0);
  }

  /// Tokens that the state does not hold yet.
  int pending() {
    return known - computed();
  }

  /// Whether only the last token is missing, so that the next step writes one.
  boolean isWriting() {
    return hasStarted() && pending() == 1;
  }

  /// Begins with a state that holds some of the prompt already.
  void start(Sequence state) {
    sequence = Optional.of(state);
    reused = state.length();
    started = System.nanoTime();
  }

  /// Goes on with another state, after the one before was lost.
  void restart(Sequence state) {
    sequence().close();
    sequence = Optional.of(state);
  }

  /// Gives the state away, or nothing where there is none.
  Optional<Sequence> release() {
    Optional<Sequence> state = sequence;
    sequence = Optional.empty();
    return state;
  }

  /// Where in the prompt a copy of the state is wanted; 0 for nowhere.
  int checkpointAt() {
    return checkpointAt;
  }

  void wantCheckpoint(int position) {
    checkpointAt = position;
  }

  /// Whether it took part in a step that failed and was not computed alone since.
  boolean isSuspect() {
    return isSuspect;
  }

  void suspect(boolean suspected) {
    isSuspect = suspected;
  }

  PromptLookup lookup() {
    return lookup;
  }

  /// Puts guessed tokens behind the known ones, to be checked by the next step.
  void draft(int count) {
    System.arraycopy(lookup.draft(), 0, tokens, known, count);
  }

  /// Whether it is told how likely the prompt's tokens were, so that all of them need logits.
  boolean tellsPrompt() {
    return tellsPrompt;
  }

  /// Takes the logits after the prompt's token at `position`; tells all when they are complete.
  void judgePrompt(float[] logits, int offset, int position) {
    if (position + 1 < promptLength) {
      promptLogprobs.add(generation.scores().of(logits, offset, tokens[position + 1]));
    } else {
      events.put(new ChatEvent.PromptLogprobs(promptLogprobs));
      promptLogprobs.clear();
    }
  }

  /// Writes the next token from a row of logits.
  ///
  /// @param isGuessed whether a guess of it stands behind the known tokens
  /// @return whether it is the guessed one and the answer goes on, so that the next row counts too
  boolean write(float[] logits, int offset, boolean isGuessed) {
    if (firstToken == 0) {
      firstToken = System.nanoTime();
    }
    int guess = isGuessed ? tokens[known] : 0;
    int token = generation.next(logits, offset, known);
    tokens[known] = token;
    if (generation.reason().isPresent()) {
      return false;
    }
    known++;
    return isGuessed && token == guess;
  }

  /// The tokens of an answer that has ended, its end mark included.
  int[] answer() {
    return Arrays.copyOfRange(tokens, promptLength, promptLength + generation.written());
  }

  void tellProgress() {
    events.put(new ChatEvent.Progress(promptLength, reused, Math.min(computed(), promptLength)));
  }

  boolean hasEnded() {
    return hasEnded;
  }

  /// Tells that the answer broke off.
  void fail(ChatException failure) {
    hasEnded = true;
    events.put(new ChatEvent.Failed(failure));
  }

  /// Tells the end of the answer.
  void finish(FinishReason reason) {
    hasEnded = true;
    long now = System.nanoTime();
    long began = started == 0 ? now : started;
    long first = firstToken == 0 ? now : firstToken;
    events.put(
        new ChatEvent.Finished(
            reason,
            new Usage(
                promptLength,
                reused,
                generation.written(),
                generation.reasoning(),
                Duration.ofNanos(began - submitted),
                Duration.ofNanos(first - began),
                Duration.ofNanos(now - first),
                seed),
            generation.stop()));
  }
}
