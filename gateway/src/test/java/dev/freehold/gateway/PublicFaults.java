package dev.freehold.gateway;

import static dev.freehold.gateway.FaultBed.ANSWER;
import static dev.freehold.gateway.FaultBed.begun;
import static dev.freehold.gateway.FaultBed.error;
import static dev.freehold.gateway.FaultBed.pause;
import static dev.freehold.gateway.FaultBed.whole;
import static dev.freehold.gateway.FaultBed.words;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.gateway.FaultBed.Heard;
import dev.freehold.gateway.FaultTable.Fault;
import dev.freehold.gateway.upstream.Shape;
import java.time.Duration;
import java.util.List;

/// The sixteen faults of the public Failover Bench, S01 to S16, and what is right.
final class PublicFaults {
  private PublicFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault("S01", "429 with Retry-After: 2, once", PublicFaults::retryAfter),
        new Fault("S02", "429 persistent, no header", PublicFaults::overloaded),
        new Fault("S03", "500 once", PublicFaults::errorOnce),
        new Fault("S04", "503 persistent", PublicFaults::unavailable),
        new Fault("S05", "TCP reset before headers", PublicFaults::reset),
        new Fault("S06", "no response at all", PublicFaults::silent),
        new Fault("S07", "first token after 20 s", PublicFaults::lateFirstToken),
        new Fault("S08", "stream cut after 40 of 60", PublicFaults::cut),
        new Fault("S09", "stream stalls 30 s", PublicFaults::stalled),
        new Fault("S10", "malformed SSE JSON", PublicFaults::malformed),
        new Fault("S11", "no end mark", PublicFaults::noEndMark),
        new Fault("S12", "400 context length", PublicFaults::contextLength),
        new Fault("S13", "400 content filter", PublicFaults::contentFilter),
        new Fault("S14", "cut, fallback rejects prefill", PublicFaults::prefillRejected),
        new Fault("S15", "flap 60 s, 20 requests", PublicFaults::flap),
        new Fault("S16", "accounting", PublicFaults::accounting));
  }

  /// A whole answer of one of the two.
  static String wholeFrom(FaultBed bed, Heard heard, String backend) {
    assertThat(heard.ends()).isEqualTo(1);
    assertThat(heard.failure()).isEmpty();
    assertThat(heard.text()).isEqualTo(ANSWER);
    assertThat(heard.end().orElseThrow().reason()).isEqualTo(FinishReason.END);
    assertThat(heard.served()).isEqualTo(backend);
    assertThat(bed.books.settlements).hasSize(bed.books.admissions.size());
    assertThat(bed.books.attempts).hasSameSizeAs(bed.books.sendings);
    return "whole answer from %s, %d+%d requests, %.1f s"
        .formatted(
            backend,
            bed.primary.requests.size(),
            bed.fallback.requests.size(),
            heard.time().toMillis() / 1e3);
  }

  private static String retryAfter(FaultBed bed) throws Exception {
    bed.primary.first(wire -> wire.error(429, "Retry-After: 2\r\n", "rate_limit_error", "x", "x"));
    Heard heard = bed.ask();
    assertThat(heard.time()).isBetween(Duration.ofMillis(1800), Duration.ofSeconds(8));
    assertThat(bed.primary.requests).hasSize(2);
    return wholeFrom(bed, heard, "primary");
  }

  private static String overloaded(FaultBed bed) throws Exception {
    bed.primary.usually(error(429, "rate_limit_error", "rate_limit_exceeded", "slow down"));
    Heard heard = bed.ask();
    assertThat(bed.primary.requests.size()).isBetween(2, 4);
    assertThat(bed.primary.requests.size() + bed.fallback.requests.size()).isLessThanOrEqualTo(6);
    return wholeFrom(bed, heard, "fallback");
  }

  private static String errorOnce(FaultBed bed) throws Exception {
    bed.primary.first(error(500, "api_error", "server_error", "oops"));
    Heard heard = bed.ask();
    assertThat(bed.primary.requests).hasSize(2);
    return wholeFrom(bed, heard, "primary");
  }

  private static String unavailable(FaultBed bed) throws Exception {
    bed.primary.usually(error(503, "api_error", "unavailable", "down"));
    Heard heard = bed.ask();
    assertThat(bed.primary.requests).hasSize(2);
    return wholeFrom(bed, heard, "fallback");
  }

  private static String reset(FaultBed bed) throws Exception {
    bed.primary.usually(FakeProvider.Wire::reset);
    Heard heard = bed.ask();
    assertThat(bed.primary.requests.size()).isBetween(1, 4);
    return wholeFrom(bed, heard, "fallback");
  }

  private static String silent(FaultBed bed) throws Exception {
    bed.primary.usually(wire -> pause(Duration.ofSeconds(120)));
    Heard heard = bed.ask();
    assertThat(bed.primary.requests).as("over after the first timeout").hasSize(1);
    assertThat(heard.time()).isBetween(Duration.ofSeconds(11), Duration.ofSeconds(100));
    return wholeFrom(bed, heard, "fallback");
  }

  private static String lateFirstToken(FaultBed bed) throws Exception {
    bed.primary.usually(wire -> {
      wire.head();
      wire.begin("first-model");
      pause(Duration.ofSeconds(20));
      whole("first-model").run(wire);
    });
    Heard heard = bed.ask();
    assertThat(bed.books.attempts.getFirst().time()).isLessThan(Duration.ofSeconds(15));
    return wholeFrom(bed, heard, "fallback");
  }

  private static String cut(FaultBed bed) throws Exception {
    bed.primary.usually(begun(40, FakeProvider.Wire::reset));
    Heard heard = bed.ask();
    if (!bed.isWhole) {
      String messages = bed.fallback.requests.getLast().body().path("messages").toString();
      assertThat(messages).contains(words(0, 40).strip());
    }
    return wholeFrom(bed, heard, "fallback");
  }

  private static String stalled(FaultBed bed) throws Exception {
    bed.primary.usually(begun(40, wire -> pause(Duration.ofSeconds(30))));
    Heard heard = bed.ask();
    assertThat(heard.time()).isBetween(Duration.ofSeconds(19), Duration.ofSeconds(45));
    String happened = wholeFrom(bed, heard, "fallback");
    bed.primary.usually(whole("first-model"));
    Heard after = bed.ask();
    assertThat(after.text()).isEqualTo(ANSWER);
    return happened + ", alive after";
  }

  private static String malformed(FaultBed bed) throws Exception {
    bed.primary.usually(
        begun(
            20,
            wire -> {
              wire.raw("data: {\"choices\":[{\"delta\":{\"content\":\"w\n\n");
              for (int i = 20; i < FaultBed.TOKENS; i++) {
                wire.text("w" + i + " ");
              }
              wire.finish("stop", "11", "60");
              wire.done();
            }));
    Heard heard = bed.ask();
    assertThat(bed.primary.requests).hasSize(1);
    return wholeFrom(bed, heard, "primary");
  }

  private static String noEndMark(FaultBed bed) throws Exception {
    bed.primary.usually(
        begun(
            FaultBed.TOKENS,
            wire -> {
              wire.finish("stop", "11", "60");
              pause(Duration.ofSeconds(60));
            }));
    Heard heard = bed.ask();
    assertThat(heard.time()).isLessThan(Duration.ofSeconds(8));
    assertThat(heard.end().orElseThrow().usage().completionTokens()).isEqualTo(60);
    return wholeFrom(bed, heard, "primary");
  }

  private static String contextLength(FaultBed bed) throws Exception {
    bed.primary.usually(
        error(400, "invalid_request_error", "context_length_exceeded", "prompt is too long"));
    Heard heard = bed.ask();
    assertThat(bed.primary.requests).hasSize(1);
    return wholeFrom(bed, heard, "fallback") + ", whose context is larger";
  }

  private static String contentFilter(FaultBed bed) throws Exception {
    bed.primary.usually(
        error(400, "invalid_request_error", "content_filter", "blocked by content policy"));
    Heard heard = bed.ask();
    assertThat(heard.ends()).isEqualTo(1);
    assertThat(bed.primary.requests).hasSize(1);
    assertThat(bed.fallback.requests).isEmpty();
    ChatException failure = heard.failure().orElseThrow();
    assertThat(failure.kind()).isEqualTo(ChatException.Kind.REFUSED);
    assertThat(failure).hasMessageContaining("blocked by content policy");
    return "no retry, told as refused with the reason";
  }

  private static String prefillRejected(FaultBed bed) throws Exception {
    bed.primary.usually(begun(40, FakeProvider.Wire::reset));
    bed.fallback.usually(wire -> {
      boolean isPrefilled = wire.request.body().toString().contains("w39");
      if (isPrefilled) {
        wire.error(400, "", "invalid_request_error", "x", "prefill is not supported");
      } else {
        whole("second-model").run(wire);
      }
    });
    Heard heard = bed.ask();
    if (bed.isWhole) {
      return wholeFrom(bed, heard, "fallback") + ", restarted";
    }
    assertThat(heard.ends()).isEqualTo(1);
    assertThat(heard.text()).isEqualTo(words(0, 40));
    ChatException failure = heard.failure().orElseThrow();
    assertThat(failure.isPartial()).isTrue();
    assertThat(failure.kind()).isEqualTo(ChatException.Kind.UNAVAILABLE);
    assertThat(bed.books.settlements.getFirst().outcome()).isEqualTo(Ledger.Outcome.PARTIAL);
    return "error marked partial after 40 tokens, the cut told as the reason";
  }

  private static String flap(FaultBed bed) throws Exception {
    long begun = FaultBed.TIME.nanos();
    bed.primary.usually(error(503, "api_error", "unavailable", "down"));
    long healthy = 0;
    long backAfter = -1;
    int good = 0;
    for (int i = 0; i < 30; i++) {
      long now = FaultBed.TIME.nanos();
      if (healthy == 0 && now - begun > Duration.ofSeconds(60).toNanos()) {
        bed.primary.usually(whole("first-model"));
        healthy = now;
      }
      Heard heard = bed.ask();
      good += heard.text().equals(ANSWER) && heard.end().isPresent() ? 1 : 0;
      if (healthy != 0 && backAfter < 0 && heard.served().equals("primary")) {
        backAfter = FaultBed.TIME.nanos() - healthy;
      }
      pause(Duration.ofSeconds(3));
    }
    assertThat(good).isEqualTo(30);
    assertThat(bed.primary.requests.size()).as("probes, not hammering").isLessThan(25);
    assertThat(backAfter).isBetween(0L, Duration.ofSeconds(30).toNanos());
    return "30 of 30 answered, back after %.0f s".formatted(backAfter / 1e9);
  }

  private static String accounting(FaultBed bed) throws Exception {
    bed.primary.usually(begun(5, FakeProvider.Wire::reset));
    Heard heard = bed.ask();
    final String happened = wholeFrom(bed, heard, "fallback");
    Ledger.Settlement bill = bed.books.settlements.getFirst();
    assertThat(bill.outcome()).isEqualTo(Ledger.Outcome.ANSWERED);
    assertThat(bill.served().orElseThrow().backend()).isEqualTo("fallback");
    String told = bed.shape == Shape.OPENAI ? "m" : "second-model";
    assertThat(bill.upstreamModel()).isIn("second-model", told);
    assertThat(bill.tokens()).isEqualTo(new Ledger.Tokens(11, 0, 60, 0, false));
    assertThat(heard.end().orElseThrow().usage().completionTokens()).isEqualTo(60);
    assertThat(bed.books.settlements).hasSize(1);
    return happened + ", one bill of the fallback's 11+60 tokens";
  }
}
