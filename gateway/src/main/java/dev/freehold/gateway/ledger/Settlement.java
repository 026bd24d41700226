package dev.freehold.gateway.ledger;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How a request ended.
///
/// @param attempts in their order, the one that served the client last; empty where nobody was
///   asked
/// @param tokens as the client was told
/// @param firstToken time to the first piece of the answer; empty where there was none
/// @param whole time to its end
/// @param outcome [#OK], or the class of the failure that the client was told
/// @param exchange what was said, where recording is switched on
public record Settlement(
    List<Attempt> attempts,
    TokenCounts tokens,
    Optional<Duration> firstToken,
    Duration whole,
    String outcome,
    Energy energy,
    Optional<Exchange> exchange) {
  /// The client got a whole answer.
  public static final String OK = "ok";

  /// A request and its answer, word for word.
  ///
  /// @param request the chat request as JSON
  /// @param answer the answer's message as JSON
  /// @param finish why it ended, as OpenAI has it; empty where it is not whole
  public record Exchange(String request, String answer, String finish) {
    long characters() {
      return (long) request.length() + answer.length();
    }
  }

  public Settlement {
    attempts = List.copyOf(attempts);
    outcome = RequestHead.bounded(outcome);
  }

  Settlement withoutExchange() {
    return new Settlement(attempts, tokens, firstToken, whole, outcome, energy, Optional.empty());
  }

  /// Who served it, or was asked last.
  Optional<Target> target() {
    return attempts.isEmpty() ? Optional.empty() : Optional.of(attempts.getLast().target());
  }

  /// Whether the client has an answer because another target was asked after one had failed.
  public boolean isSaved() {
    return outcome.equals(OK)
        && !attempts.isEmpty()
        && attempts.getLast().isOk()
        && attempts.stream()
            .anyMatch(one -> !one.isOk() && !one.target().equals(attempts.getLast().target()));
  }
}
