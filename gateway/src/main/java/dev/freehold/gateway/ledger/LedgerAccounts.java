package dev.freehold.gateway.ledger;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.Ledger;
import dev.freehold.gateway.energy.EnergyShares;
import dev.freehold.gateway.failure.FailureClass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A gateway's accounts in a [StoredLedger]: the attempts of a request are gathered, local ones get
/// their share of energy, and the whole is settled once.
public final class LedgerAccounts implements Ledger {
  private static final String CANCELLED = "cancelled";

  private final StoredLedger store;
  private final EnergyShares energy;

  /// @param energy of what is computed on this machine
  public LedgerAccounts(StoredLedger store, EnergyShares energy) {
    this.store = store;
    this.energy = energy;
  }

  @Override
  public Account open(Admission asked) {
    RequestHead head =
        new RequestHead(
            asked.id(),
            asked.begun(),
            asked.route(),
            asked.request().caller().name(),
            asked.route());
    Claim claim =
        new Claim(
            asked.candidates().stream().map(LedgerAccounts::target).toList(),
            bound(asked.promptTokens()),
            asked.maxAnswerTokens().isPresent()
                ? OptionalLong.of(asked.maxAnswerTokens().get())
                : OptionalLong.empty());
    return switch (store.admit(head, claim)) {
      case dev.freehold.gateway.ledger.Admission.Admitted admitted ->
          new Booked(admitted.request(), transcript(asked));
      case dev.freehold.gateway.ledger.Admission.Refused refused ->
          throw refusal(refused, asked.begun());
    };
  }

  /// Where recording is switched on as the request arrives.
  private Optional<Transcript> transcript(Admission asked) {
    return store.isRecording() ? Optional.of(new Transcript(asked.request())) : Optional.empty();
  }

  private static ChatException refusal(
      dev.freehold.gateway.ledger.Admission.Refused refused, Instant now) {
    return new ChatException(
        ChatException.Kind.OVERLOADED,
        refused.message(),
        refused.until().map(until -> Duration.between(now, until)).orElse(Duration.ZERO));
  }

  /// Templates and languages make more tokens of a text than an estimate by its length has.
  private static long bound(int promptTokens) {
    return 2L * promptTokens + 64;
  }

  private static Target target(Candidate candidate) {
    return new Target(candidate.backend(), candidate.model(), candidate.isLocal());
  }

  private static TokenCounts counts(Tokens tokens) {
    return new TokenCounts(tokens.prompt(), tokens.cached(), tokens.answer(), tokens.reasoning());
  }

  /// The account of one request; used by one thread.
  private final class Booked implements Account {
    private final OpenRequest request;
    private final Optional<Transcript> transcript;
    private final List<dev.freehold.gateway.ledger.Attempt> attempts = new ArrayList<>();
    private EnergyShares.@Nullable Share share;
    private long millijoules;
    private boolean isEnergyKnown = true;
    private Energy.Source source = Energy.Source.UNKNOWN;

    Booked(OpenRequest request, Optional<Transcript> transcript) {
      this.request = request;
      this.transcript = transcript;
    }

    /// What was set aside covers one attempt; where an earlier one took tokens, as much is set
    /// aside again.
    @Override
    public void sending(Sending sending) {
      if (!attempts.isEmpty()) {
        dev.freehold.gateway.ledger.Attempt last = attempts.getLast();
        if (last.tokens().total() > 0 && !sending.target().isLocal()) {
          Claim taken =
              new Claim(
                  List.of(last.target()),
                  last.tokens().prompt(),
                  OptionalLong.of(last.tokens().completion()));
          request
              .more(taken)
              .ifPresent(refused -> {
                throw refusal(refused, sending.begun());
              });
        }
      }
      if (sending.target().isLocal()) {
        share = energy.begin();
      }
    }

    @Override
    public void told(ChatEvent event) {
      transcript.ifPresent(all -> all.told(event));
    }

    @Override
    public void ending(FinishReason reason) {
      transcript.ifPresent(all -> all.ending(reason));
    }

    @Override
    public void attempted(Attempt attempt) {
      EnergyShares.Share begun = share;
      if (begun != null) {
        share = null;
        Energy taken = begun.end();
        isEnergyKnown &= taken.source() != Energy.Source.UNKNOWN;
        source = taken.source();
        millijoules += taken.millijoules();
      }
      Candidate asked = attempt.target();
      String model = asked.model().isEmpty() ? attempt.upstreamModel() : asked.model();
      attempts.add(
          new dev.freehold.gateway.ledger.Attempt(
              new Target(asked.backend(), model, asked.isLocal()),
              attempt
                  .failure()
                  .map(FailureClass::key)
                  .orElse(dev.freehold.gateway.ledger.Settlement.OK),
              attempt.time(),
              counts(attempt.tokens())));
    }

    @Override
    public void settle(Ledger.Settlement ended) {
      request.settle(
          new dev.freehold.gateway.ledger.Settlement(
              attempts,
              ended.outcome() == Outcome.ANSWERED ? counts(ended.tokens()) : taken(),
              ended.firstToken(),
              ended.time(),
              outcome(ended),
              isEnergyKnown && source != Energy.Source.UNKNOWN
                  ? new Energy(millijoules, source)
                  : Energy.UNKNOWN,
              transcript.flatMap(Transcript::exchange)));
    }

    /// What all attempts took, for an answer that nobody counts.
    private TokenCounts taken() {
      long prompt = 0;
      long cached = 0;
      long completion = 0;
      long reasoning = 0;
      for (dev.freehold.gateway.ledger.Attempt one : attempts) {
        prompt += one.tokens().prompt();
        cached += one.tokens().cached();
        completion += one.tokens().completion();
        reasoning += one.tokens().reasoning();
      }
      return new TokenCounts(prompt, cached, completion, reasoning);
    }

    private static String outcome(Ledger.Settlement ended) {
      String failure = ended.failure().map(FailureClass::key).orElse("failed");
      return switch (ended.outcome()) {
        case ANSWERED -> dev.freehold.gateway.ledger.Settlement.OK;
        case FAILED -> failure;
        case PARTIAL -> "partial, " + failure;
        case CANCELLED -> CANCELLED;
      };
    }
  }
}
