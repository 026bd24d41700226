package dev.freehold.engine.constraint;

import dev.freehold.engine.EngineException;
import java.util.BitSet;

/// How far one answer has come under its constraint.
///
/// Serves one thread at a time; [#copy] gives another answer, or an attempt, its own.
public final class ConstraintState {
  private final Constraint constraint;
  private Automaton.State state;
  private boolean losesSpace;
  private boolean hasEnded;

  ConstraintState(
      Constraint constraint, Automaton.State state, boolean losesSpace, boolean hasEnded) {
    this.constraint = constraint;
    this.state = state;
    this.losesSpace = losesSpace;
    this.hasEnded = hasEnded;
  }

  public ConstraintState copy() {
    return new ConstraintState(constraint, state, losesSpace, hasEnded);
  }

  /// Sets the bits of the tokens that may come next and clears all others: token `i` is bit `i mod
  /// 64` of long `i / 64`. Tokens that end an answer are allowed where the text may end.
  ///
  /// At least one bit is set, unless [#isFinished] and the vocabulary has no token that ends an
  /// answer.
  ///
  /// @param bits at least [TokenVocabulary#words] long
  public void mask(long[] bits) {
    TokenVocabulary vocabulary = constraint.vocabulary();
    if (bits.length < vocabulary.words()) {
      throw new EngineException(
          "mask of %d longs: %d tokens need %d"
              .formatted(bits.length, vocabulary.size(), vocabulary.words()));
    }
    if (hasEnded) {
      java.util.Arrays.fill(bits, 0);
      return;
    }
    Automaton automaton = constraint.automaton();
    TokenSet tokens = losesSpace ? automaton.tokensAfterLostSpace(state) : automaton.tokens(state);
    tokens.copyTo(bits);
    if (state.mayEnd()) {
      BitSet ends = vocabulary.ends();
      for (int id = ends.nextSetBit(0); id >= 0; id = ends.nextSetBit(id + 1)) {
        if (id < vocabulary.size()) {
          bits[id >> 6] |= 1L << id;
        }
      }
    }
  }

  /// Takes the next token of the answer.
  ///
  /// @return whether it was allowed; if not, the state is as before
  public boolean accept(int id) {
    TokenVocabulary vocabulary = constraint.vocabulary();
    if (hasEnded || id < 0 || id >= vocabulary.size()) {
      return false;
    }
    if (vocabulary.isEnd(id)) {
      hasEnded = state.mayEnd();
      return hasEnded;
    }
    byte[] bytes = vocabulary.bytes(id);
    if (bytes.length == 0) {
      return false;
    }
    Automaton automaton = constraint.automaton();
    int from = losesSpace && bytes[0] == ' ' ? 1 : 0;
    Automaton.State next = automaton.after(state, bytes, from);
    if (next.isDead()) {
      return false;
    }
    state = automaton.current(next);
    losesSpace = false;
    return true;
  }

  /// Whether the answer may end here: it has the format as it stands.
  public boolean mayEnd() {
    return !hasEnded && state.mayEnd();
  }

  /// Whether the answer can only end here, or has ended.
  public boolean isFinished() {
    return hasEnded || state.isLast();
  }
}
