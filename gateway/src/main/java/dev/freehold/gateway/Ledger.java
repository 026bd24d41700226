package dev.freehold.gateway;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.failure.FailureClass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Whoever keeps the books: admits requests within budgets and is told of each attempt and of each
/// end, both once.
public interface Ledger {
  /// Admits everything and keeps nothing.
  Ledger NONE = admission -> Account.NONE;

  /// Opens the account of a request, with a reserve for what it may cost at most.
  ///
  /// @throws ChatException [ChatException.Kind#OVERLOADED] where a budget does not allow it
  Account open(Admission admission);

  /// The account of one request.
  interface Account {
    Account NONE =
        new Account() {
          @Override
          public void sending(Sending sending) {}

          @Override
          public void attempted(Attempt attempt) {}

          @Override
          public void settle(Settlement settlement) {}
        };

    /// An attempt begins: what it will cost is owed from now on, whatever happens to this process.
    void sending(Sending sending);

    /// The client is told of something; comes before it is. The end is told after [#settle].
    default void told(ChatEvent event) {}

    /// How the answer ends; comes before [#settle], where it is whole.
    default void ending(FinishReason reason) {}

    /// An attempt ended. Comes once for each [#sending].
    void attempted(Attempt attempt);

    /// The request ended. Comes once, before the client is told of the end.
    void settle(Settlement settlement);
  }

  /// A request that wants to be answered.
  ///
  /// @param id of the request, unlike all others
  /// @param request as the client sent it
  /// @param promptTokens estimated
  /// @param maxAnswerTokens empty where the request does not say
  /// @param candidates who may be asked, in this order
  record Admission(
      String id,
      ChatRequest request,
      String route,
      Instant begun,
      int promptTokens,
      Optional<Integer> maxAnswerTokens,
      List<Candidate> candidates) {}

  /// A model of a backend.
  ///
  /// @param model as the backend calls it
  record Candidate(String backend, String model, boolean isLocal) {}

  /// An attempt that begins.
  ///
  /// @param number 1 for the first one of the request
  record Sending(int number, Candidate target, Instant begun) {}

  /// An attempt that ended.
  ///
  /// @param upstreamModel the model as the backend says it is; empty where it did not
  /// @param tokens what it took as far as it is known
  /// @param failure empty where it succeeded or was cancelled
  /// @param firstToken from its begin to the first piece; empty where none came
  /// @param time from its begin to its end
  record Attempt(
      int number,
      Candidate target,
      String upstreamModel,
      Tokens tokens,
      Optional<FailureClass> failure,
      Optional<Duration> firstToken,
      Duration time) {}

  /// Tokens of an attempt or request.
  ///
  /// @param cached those of the prompt that were computed for an earlier request
  /// @param reasoning those of the answer that the model thought with
  /// @param isEstimated whether they are estimated, since nobody counted them
  record Tokens(int prompt, int cached, int answer, int reasoning, boolean isEstimated) {
    public static final Tokens NONE = new Tokens(0, 0, 0, 0, false);
  }

  /// A request that ended.
  ///
  /// @param served who gave the answer or the last part of it; empty where there was none
  /// @param upstreamModel the model as that backend says it is
  /// @param tokens of the attempt that gave the answer: what the client is told, once
  /// @param attempts how many there were
  record Settlement(
      Outcome outcome,
      Optional<Candidate> served,
      String upstreamModel,
      Tokens tokens,
      Optional<FailureClass> failure,
      int attempts,
      Optional<Duration> firstToken,
      Duration time) {}

  /// How a request ended for its client.
  enum Outcome {
    /// With a whole answer.
    ANSWERED,
    /// With an error, before anything was told.
    FAILED,
    /// With an error, after a part of the answer was told.
    PARTIAL,
    /// The client did not want more.
    CANCELLED
  }
}
