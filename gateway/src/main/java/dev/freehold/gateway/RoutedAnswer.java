package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Usage;
import dev.freehold.gateway.Ledger.Outcome;
import dev.freehold.gateway.Ledger.Tokens;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.failure.Rule;
import dev.freehold.gateway.route.Affinity;
import dev.freehold.gateway.route.Benches;
import dev.freehold.gateway.route.Candidate;
import dev.freehold.gateway.route.Needs;
import dev.freehold.gateway.route.Planner;
import dev.freehold.gateway.route.Retrying;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.upstream.Upstream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// One request on its way to an answer: asks candidates in turn until one answers, nothing more can
/// be done, or the client goes away.
final class RoutedAnswer {
  private final Gateway.Parts parts;
  private final ChatRequest request;
  private final Route route;
  private final Retrying retrying;
  private final Planner.Plan plan;
  private final Cancellation cancellation;
  private final Delivery delivery;
  private final Ledger.Account account;
  private final long begun;
  private final List<Candidate> left;
  private int attempts;
  private int counted;
  private boolean isSettled;
  private Optional<Failed> first = Optional.empty();
  private Optional<Failed> last = Optional.empty();
  private Optional<Duration> firstToken = Optional.empty();

  /// A failed attempt.
  private record Failed(Candidate candidate, AttemptException error) {
    Failure failure() {
      return error.failure();
    }

    /// As the client is told of it: in the words of the engine, where it was the engine.
    ChatException toChat() {
      return error.getCause() instanceof ChatException own ? own : failure().toChat();
    }
  }

  /// What a request is about.
  record Asked(ChatRequest request, Route route, Retrying retrying, Planner.Plan plan) {}

  RoutedAnswer(
      Gateway.Parts parts,
      Asked asked,
      Ledger.Account account,
      Consumer<ChatEvent> events,
      Cancellation cancellation) {
    this.parts = parts;
    this.request = asked.request();
    this.route = asked.route();
    this.retrying = asked.retrying();
    this.plan = asked.plan();
    this.account = account;
    this.cancellation = cancellation;
    this.begun = parts.time().nanos();
    boolean isWhole = route.delivery().isWhole() || request.caller().handling().isWhole();
    this.delivery =
        new Delivery(
            event -> {
              account.told(event);
              events.accept(event);
            },
            isWhole,
            parts.time());
    this.left = new ArrayList<>(plan.candidates());
  }

  /// Answers, with one last event, or throws where nothing was told; the account is settled before.
  void run() {
    try {
      while (true) {
        Optional<Candidate> next = next();
        if (next.isEmpty()) {
          fail(last.map(this::failure).orElseGet(this::nobody));
          return;
        }
        if (askAgainAndAgain(next.get())) {
          return;
        }
      }
    } catch (DeniedException denied) {
      fail(denied.failure);
    } catch (CancelledException cancelled) {
      settle(Outcome.CANCELLED, Optional.empty(), Tokens.NONE);
      Usage none = new Usage(0, 0, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
      delivery.end(new ChatEvent.Finished(FinishReason.CANCELLED, none));
    } finally {
      if (!isSettled) { // whoever listens broke off
        settle(Outcome.CANCELLED, Optional.empty(), Tokens.NONE);
      }
    }
  }

  /// The next candidate that may be asked; it is taken off the list.
  private Optional<Candidate> next() {
    while (!left.isEmpty()) {
      Candidate candidate = left.removeFirst();
      boolean isEngine = candidate.target().backend().isEngine();
      boolean isAllowed = isEngine || counted < retrying.attempts();
      if (isAllowed && isAllowedAfterFailure(candidate) && parts.benches().enter(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  private boolean isAllowedAfterFailure(Candidate candidate) {
    if (last.isEmpty()) {
      return true;
    }
    Failed failed = last.get();
    boolean isSameTarget = candidate.target().id().equals(failed.candidate().target().id());
    Rule rule = failed.failure().type().rule();
    boolean isNext =
        switch (rule.next()) {
          case NONE -> !delivery.text().isEmpty() && !isSameTarget; // going on was refused
          case ANY -> !isSameTarget || rule.scope() == Rule.Scope.KEY;
          case LARGER_CONTEXT ->
              candidate.target().context() > failed.candidate().target().context();
          case WHERE_ALLOWED -> !isSameTarget && route.delivery().refusalsGoOn();
        };
    boolean isSameBackend =
        candidate.target().backend().name().equals(failed.candidate().target().backend().name());
    boolean isBackendDown = rule.scope() == Rule.Scope.BACKEND && isSameBackend;
    return isNext
        && !isBackendDown
        && Continuation.canFollow(candidate.target(), request, route, delivery);
  }

  /// Asks one candidate, and again as its failures' rules have it.
  ///
  /// @return whether the request has its end
  private boolean askAgainAndAgain(Candidate candidate) {
    int retries = 0;
    while (true) {
      Optional<Failed> failed = ask(candidate);
      if (failed.isEmpty()) {
        return true;
      }
      last = failed;
      first = first.or(() -> failed);
      Failure failure = failed.get().failure();
      boolean mayRetry =
          retries < failure.type().rule().retries()
              && counted < retrying.attempts()
              && failure.retryAfter().compareTo(retrying.patience()) <= 0
              && !candidate.target().backend().isEngine()
              && Continuation.canFollow(candidate.target(), request, route, delivery);
      boolean isWaiting = !failure.retryAfter().isZero();
      if (!mayRetry) {
        parts.benches().failed(candidate, failure);
        return false;
      }
      parts.benches().failed(candidate, failure.withRetryAfter(Duration.ZERO));
      if (!isWaiting && parts.benches().left(candidate).isPresent()) {
        return false;
      }
      parts.time().sleep(pause(failure, retries), cancellation);
      if (cancellation.isCancelled()) {
        throw new CancelledException();
      }
      retries++;
    }
  }

  /// What the server asks for and up to a tenth more, else any time up to the pause.
  private Duration pause(Failure failure, int retry) {
    double random = parts.random().nextDouble();
    Duration asked = failure.retryAfter();
    return asked.isZero()
        ? Duration.ofNanos((long) (retrying.pause(retry).toNanos() * random))
        : asked.plusNanos((long) (asked.toNanos() * 0.1 * random));
  }

  /// One attempt; empty where the request has its end.
  private Optional<Failed> ask(Candidate candidate) {
    Ledger.Candidate target = Gateway.told(candidate.target());
    long sent = parts.time().nanos();
    begin(candidate, target);
    Continuation continuation = Continuation.of(request, delivery.text());
    boolean isLast = isLast(candidate);
    delivery.begin(isLast, continuation.white());
    Upstream.Ask ask =
        new Upstream.Ask(
            continuation.request(),
            candidate.target().model(),
            candidate.target().backend().limits(),
            isLast);
    boolean isTold = false;
    try {
      Upstream.Answered answered =
          parts
              .cuts()
              .ask(
                  candidate.target().backend(),
                  ask,
                  candidate.key(),
                  delivery::accept,
                  cancellation);
      ChatEvent.Finished end = delivery.finished();
      Tokens tokens = tokens(end.usage(), answered.isEstimated());
      isTold = true;
      attempted(target, sent, answered.model(), tokens, Optional.empty());
      succeeded(candidate, sent);
      delivery.release();
      account.ending(end.reason());
      settle(Outcome.ANSWERED, Optional.of(target), tokens, answered.model());
      delivery.end(end);
      return Optional.empty();
    } catch (AttemptException failed) {
      isTold = true;
      attempted(target, sent, "", broken(), Optional.of(failed.failure().type()));
      return Optional.of(new Failed(candidate, failed));
    } finally {
      if (!isTold) { // cancelled, or whoever listens broke off
        attempted(target, sent, "", broken(), Optional.empty());
        parts.benches().left(candidate, delivery.firstNanos().isPresent());
      }
    }
  }

  private void begin(Candidate candidate, Ledger.Candidate target) {
    try {
      account.sending(new Ledger.Sending(attempts + 1, target, parts.time().instant()));
    } catch (ChatException denied) {
      parts.benches().left(candidate, false);
      throw new DeniedException(denied);
    }
    attempts++;
    counted += candidate.target().backend().isEngine() ? 0 : 1;
  }

  /// A budget does not allow another attempt.
  private static final class DeniedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ChatException failure;

    DeniedException(ChatException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  /// Whether nobody else could be asked.
  private boolean isLast(Candidate candidate) {
    return left.stream()
        .noneMatch(other ->
            !other.target().id().equals(candidate.target().id())
                && parts.benches().left(other).isEmpty());
  }

  private void succeeded(Candidate candidate, long sent) {
    parts.benches().succeeded(candidate);
    delivery
        .firstNanos()
        .ifPresent(first -> parts.pace().first(candidate.target(), Duration.ofNanos(first - sent)));
    if (route.isSticky() && candidate.target().equals(plan.candidates().getFirst().target())) {
      parts.affinity().answered(Affinity.key(request, route), candidate.target().id());
    }
  }

  private void attempted(
      Ledger.Candidate target,
      long sent,
      String upstreamModel,
      Tokens tokens,
      Optional<FailureClass> failure) {
    Optional<Duration> first =
        delivery.firstNanos().isPresent()
            ? Optional.of(Duration.ofNanos(delivery.firstNanos().getAsLong() - sent))
            : Optional.empty();
    if (firstToken.isEmpty() && first.isPresent()) {
      firstToken = Optional.of(Duration.ofNanos(delivery.firstNanos().getAsLong() - begun));
    }
    String model =
        upstreamModel.isEmpty()
            ? delivery.served().map(ChatEvent.Served::model).orElse("")
            : upstreamModel;
    account.attempted(
        new Ledger.Attempt(
            attempts,
            target,
            model,
            tokens,
            failure,
            first,
            Duration.ofNanos(parts.time().nanos() - sent)));
  }

  /// What an attempt took that broke off: vendors count it too.
  private Tokens broken() {
    if (delivery.firstNanos().isEmpty()) {
      return Tokens.NONE;
    }
    int prompt = Gateway.estimate(Needs.characters(request.input()));
    return new Tokens(prompt, 0, Gateway.estimate(delivery.characters()), 0, true);
  }

  private static Tokens tokens(Usage usage, boolean isEstimated) {
    return new Tokens(
        usage.promptTokens(),
        usage.reusedTokens(),
        usage.completionTokens(),
        usage.reasoningTokens(),
        isEstimated);
  }

  private void settle(Outcome outcome, Optional<Ledger.Candidate> served, Tokens tokens) {
    settle(outcome, served, tokens, "");
  }

  private void settle(
      Outcome outcome, Optional<Ledger.Candidate> served, Tokens tokens, String upstreamModel) {
    isSettled = true;
    account.settle(
        new Ledger.Settlement(
            outcome,
            served,
            upstreamModel,
            tokens,
            outcome == Outcome.ANSWERED ? Optional.empty() : last.map(f -> f.failure().type()),
            attempts,
            firstToken,
            Duration.ofNanos(parts.time().nanos() - begun)));
  }

  /// Nobody is left who may be asked.
  private void fail(ChatException failure) {
    boolean isPartial = !delivery.text().isEmpty() || delivery.hasToldCalls();
    settle(isPartial ? Outcome.PARTIAL : Outcome.FAILED, Optional.empty(), Tokens.NONE);
    if (!delivery.hasTold()) {
      throw failure;
    }
    delivery.end(new ChatEvent.Failed(isPartial ? failure.partial() : failure));
  }

  private ChatException failure(Failed failed) {
    if (!delivery.text().isEmpty() && first.isPresent()) {
      return brokenOff(first.get(), failed);
    }
    boolean isOnlyOne = plan.candidates().size() == 1 && plan.localOnly().isEmpty();
    return isOnlyOne || failed.failure().type().rule().next() == Rule.Next.NONE
        ? failed.toChat()
        : Gateway.allFailed(failed.failure(), route, plan, attempts);
  }

  private static ChatException brokenOff(Failed why, Failed after) {
    Failure failure = why.failure();
    String more = after.equals(why) ? "" : "; going on failed too: " + after.failure().message();
    return new Failure(
            failure.type(),
            "the answer broke off: " + failure.message() + more,
            failure.retryAfter(),
            failure.excess())
        .toChat();
  }

  /// Everybody is benched.
  private ChatException nobody() {
    Optional<Benches.Benched> soonest =
        plan.candidates().stream()
            .flatMap(candidate -> parts.benches().left(candidate).stream())
            .min(java.util.Comparator.comparing(Benches.Benched::left));
    return Gateway.allBenched(route, plan, soonest);
  }
}
