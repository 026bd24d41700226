package dev.freehold.engine;

import dev.freehold.chat.Cancellation;
import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import java.util.Arrays;
import java.util.Optional;

/// One growing text in one model: its tokens, the state up to its last one, and the logits there.
///
/// A text that continues the one before computes only what is new. Where it departs from it, the
/// state is cut back; the state of recurrent layers cannot be, so that a copy of it is kept from
/// before the last token of each prompt, to go back to. Where there is none that fits, all is
/// computed again; the bits are the same either way.
///
/// Owns its state. Used by one thread at a time.
public final class Session implements AutoCloseable {
  private final Model model;
  private final int contextLength;
  private final int stepTokens;
  private final int[] tokens;
  private final Rows logits;
  private Sequence sequence;
  private Optional<Sequence> checkpoint = Optional.empty();
  private boolean isClosed;

  /// @param contextLength tokens at most
  /// @param stepTokens tokens of a prompt that are computed before a cancellation is looked at
  public Session(Model model, int contextLength, int stepTokens) {
    if (stepTokens < 1) {
      throw new EngineException("tokens of a step: expected at least 1, found " + stepTokens);
    }
    this.model = model;
    this.contextLength = contextLength;
    this.stepTokens = stepTokens;
    this.sequence = model.newSequence(contextLength);
    this.tokens = new int[contextLength];
    this.logits = Rows.allocate(1, model.architecture().vocabSize());
  }

  /// Tokens that have been computed.
  public int length() {
    return sequence.length();
  }

  public int contextLength() {
    return contextLength;
  }

  /// The logits after the last token, one per id of the vocabulary.
  public float[] logits() {
    return logits.data();
  }

  /// Makes the text these tokens and computes the logits after them.
  ///
  /// @param prompt at least one token, and no more than the context holds
  /// @return how many tokens did not have to be computed; empty where it was cancelled, which
  ///   leaves the session at some part of the prompt
  public Optional<Integer> prefill(int[] prompt, Cancellation cancellation) {
    if (prompt.length < 1 || prompt.length > contextLength) {
      throw new EngineException(
          "prompt: expected 1 to %d tokens, found %d".formatted(contextLength, prompt.length));
    }
    try {
      int reused = goBack(prompt);
      return compute(prompt, cancellation) ? Optional.of(reused) : Optional.empty();
    } catch (Throwable e) {
      startAgain();
      throw e;
    }
  }

  /// Appends one token and computes the logits after it.
  public void append(int token) {
    if (length() == contextLength) {
      throw new EngineException("context: all %d positions are taken".formatted(contextLength));
    }
    int at = length();
    tokens[at] = token;
    try {
      model.forward(sequence, tokens, at, 1, LogitsOf.LAST, logits);
    } catch (Throwable e) {
      startAgain();
      throw e;
    }
  }

  /// Cuts the state back to a part that the prompt begins with, at least one token before its end.
  private int goBack(int[] prompt) {
    int common = Arrays.mismatch(tokens, 0, length(), prompt, 0, prompt.length);
    int kept = Math.min(common < 0 ? length() : common, prompt.length - 1);
    if (kept < length()) {
      if (sequence.canTruncate()) {
        sequence.truncate(kept);
      } else {
        returnToCheckpoint(kept);
      }
    }
    return length();
  }

  private void returnToCheckpoint(int most) {
    Sequence earlier = sequence;
    if (checkpoint.isPresent() && checkpoint.get().length() <= most) {
      sequence = checkpoint.get().fork();
      earlier.close();
    } else {
      earlier.truncate(0);
    }
  }

  private boolean compute(int[] prompt, Cancellation cancellation) {
    System.arraycopy(prompt, length(), tokens, length(), prompt.length - length());
    while (length() < prompt.length) {
      if (cancellation.isCancelled()) {
        return false;
      }
      int left = prompt.length - length();
      boolean leavesOne = !sequence.canTruncate() && left > 1;
      int count = Math.min(stepTokens, leavesOne ? left - 1 : left);
      if (count == left) {
        keepCheckpoint();
      }
      LogitsOf which = count == left ? LogitsOf.LAST : LogitsOf.NONE;
      model.forward(sequence, tokens, length(), count, which, logits);
    }
    return true;
  }

  /// Keeps a copy of a state that cannot be cut back, one token before the end of the prompt.
  private void keepCheckpoint() {
    if (!sequence.canTruncate()) {
      checkpoint.ifPresent(Sequence::close);
      checkpoint = Optional.empty();
      if (length() > 0) {
        checkpoint = Optional.of(sequence.fork());
      }
    }
  }

  /// After a failure: an empty text, on a state that is surely whole.
  private void startAgain() {
    sequence.close();
    checkpoint.ifPresent(Sequence::close);
    checkpoint = Optional.empty();
    sequence = model.newSequence(contextLength);
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      sequence.close();
      checkpoint.ifPresent(Sequence::close);
    }
  }
}
