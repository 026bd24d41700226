package dev.freehold.gateway;

import static dev.freehold.gateway.FaultBed.ANSWER;
import static dev.freehold.gateway.FaultBed.begun;
import static dev.freehold.gateway.FaultBed.error;
import static dev.freehold.gateway.FaultBed.pause;
import static dev.freehold.gateway.FaultBed.whole;
import static dev.freehold.gateway.FaultBed.words;
import static dev.freehold.gateway.PublicFaults.wholeFrom;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.gateway.FaultBed.Heard;
import dev.freehold.gateway.FaultTable.Fault;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.Shape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Faults X04 to X18 that a vendor shows in what it answers.
final class FurtherFaults {
  private FurtherFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault("X05", "402 or insufficient_quota", FurtherFaults::quota),
        new Fault("X06", "403 policy or region block", FurtherFaults::blocked),
        new Fault("X07", "404 model removed", FurtherFaults::removed),
        new Fault("X08", "200 with in-band error", FurtherFaults::inBand),
        new Fault("X09", "200 with a web page", FurtherFaults::page),
        new Fault("X10", "endless keep-alive comments", FurtherFaults::endless),
        new Fault("X11", "split UTF-8, CRLF, data lines, BOM", FurtherFaults::oddLines),
        new Fault("X11b", "a line of 10 MB", FurtherFaults::longLine),
        new Fault("X12", "tool arguments cut", FurtherFaults::cutCall),
        new Fault("X13", "usage missing or absurd", FurtherFaults::absurdUsage),
        new Fault("X14", "another model answers", FurtherFaults::otherModel),
        new Fault("X15", "length, content_filter in stream", FurtherFaults::endsEarly),
        new Fault("X17", "1 byte a second", FurtherFaults::drip),
        new Fault("X20", "model list changes", FurtherFaults::listChanges),
        new Fault("R1", "400: the model takes no temperature", FurtherFaults::refusedField),
        new Fault("K3", "redirect to another host", FurtherFaults::redirect),
        new Fault("K4", "compressed, endless, no UTF-8", FurtherFaults::hostileBody));
  }

  /// The next request does not go to the primary either.
  private static String benched(FaultBed bed, FailureClass type, String happened) {
    int before = bed.primary.requests.size();
    assertThat(before).as("no hammering").isEqualTo(1);
    assertThat(bed.ask().text()).isEqualTo(ANSWER);
    assertThat(bed.primary.requests).hasSize(before);
    assertThat(bed.books.attempts.getFirst().failure()).contains(type);
    assertThat(bed.gateway().benched()).anyMatch(bench -> bench.type() == type);
    return happened + ", then left alone as " + type.key();
  }

  private static String quota(FaultBed bed) throws Exception {
    bed.primary.usually(
        bed.isWhole
            ? error(402, "billing_error", "payment_required", "pay first")
            : error(429, "insufficient_quota", "insufficient_quota", "exceeded current quota"));
    return benched(bed, FailureClass.QUOTA, wholeFrom(bed, bed.ask(), "fallback"));
  }

  private static String blocked(FaultBed bed) throws Exception {
    bed.primary.usually(
        bed.isWhole
            ? error(403, "permission_error", "x", "Country, region, or territory not supported")
            : error(403, "permission_error", "x", "this organization may not do that"));
    FailureClass type = bed.isWhole ? FailureClass.REGION_BLOCK : FailureClass.POLICY_BLOCK;
    return benched(bed, type, wholeFrom(bed, bed.ask(), "fallback"));
  }

  private static String removed(FaultBed bed) throws Exception {
    bed.primary.usually(error(404, "not_found_error", "model_not_found", "no such model"));
    return benched(bed, FailureClass.WITHDRAWN, wholeFrom(bed, bed.ask(), "fallback"));
  }

  private static String inBand(FaultBed bed) throws Exception {
    bed.primary.usually(wire -> {
      wire.head();
      wire.begin("first-model");
      wire.event(
          "error",
          "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}");
      wire.done();
    });
    Heard heard = bed.ask();
    assertThat(bed.books.attempts.getFirst().failure()).contains(FailureClass.OVERLOADED);
    return wholeFrom(bed, heard, "fallback");
  }

  private static String page(FaultBed bed) throws Exception {
    bed.primary.usually(
        wire -> wire.answer(200, "Content-Type: text/html\r\n", "<html>Please log in</html>"));
    Heard heard = bed.ask();
    assertThat(bed.books.attempts.getFirst().failure()).contains(FailureClass.MALFORMED);
    return wholeFrom(bed, heard, "fallback");
  }

  private static String endless(FaultBed bed) throws Exception {
    bed.primary.usually(wire -> {
      wire.head();
      while (true) {
        wire.raw(": still here\n\n");
        pause(Duration.ofSeconds(1));
      }
    });
    Heard heard = bed.ask();
    assertThat(heard.time()).isLessThan(Duration.ofSeconds(15));
    assertThat(bed.books.attempts.getFirst().failure()).contains(FailureClass.SILENT);
    return wholeFrom(bed, heard, "fallback");
  }

  private static String oddLines(FaultBed bed) throws Exception {
    String text = "größer 😀 ";
    bed.primary.usually(wire -> {
      wire.head();
      wire.raw("\uFEFF: a comment\r\n\r\n");
      wire.begin("first-model");
      byte[] bytes = ("data: " + wire.token(text) + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
      for (byte each : bytes) {
        wire.raw(new byte[] {each});
      }
      String json = wire.token("joined");
      int comma = json.indexOf(',') + 1;
      wire.raw("data:" + json.substring(0, comma) + "\rdata: " + json.substring(comma) + "\r\r");
      wire.finish("stop", "11", "60");
      wire.done();
    });
    Heard heard = bed.ask();
    assertThat(heard.text()).isEqualTo(text + "joined");
    assertThat(heard.ends()).isEqualTo(1);
    assertThat(heard.served()).isEqualTo("primary");
    return "the right text from primary";
  }

  private static String longLine(FaultBed bed) throws Exception {
    bed.primary.usually(wire -> {
      wire.head();
      wire.raw("data: ");
      byte[] much = new byte[1 << 20];
      java.util.Arrays.fill(much, (byte) 'x');
      for (int i = 0; i < 10; i++) {
        wire.raw(much);
      }
    });
    Heard heard = bed.ask();
    assertThat(bed.books.attempts.getFirst().failure()).contains(FailureClass.MALFORMED);
    return wholeFrom(bed, heard, "fallback");
  }

  private static String cutCall(FaultBed bed) throws Exception {
    boolean endsWell = bed.isWhole;
    bed.primary.usually(
        begun(
            0,
            wire -> {
              wire.call("id1", "delete", "{\"file\": \"a");
              if (endsWell) {
                wire.finish("tool_calls", "11", "60");
                wire.done();
              } else {
                wire.reset();
              }
            }));
    bed.fallback.usually(
        begun(
            0,
            wire -> {
              wire.call("id2", "delete", "{\"file\": \"a.txt\"}");
              wire.finish("tool_calls", "11", "9");
              wire.done();
            }));
    Heard heard = bed.ask();
    assertThat(heard.ends()).isEqualTo(1);
    assertThat(heard.calls()).extracting(ChatEvent.CallStarted::id).containsExactly("id2");
    assertThat(heard.of(ChatEvent.CallArguments.class))
        .extracting(ChatEvent.CallArguments::json)
        .containsExactly("{\"file\": \"a.txt\"}");
    assertThat(heard.end().orElseThrow().reason()).isEqualTo(FinishReason.TOOL_CALLS);
    return "one whole call, from fallback";
  }

  private static String absurdUsage(FaultBed bed) throws Exception {
    bed.primary.usually(
        begun(
            FaultBed.TOKENS,
            wire -> {
              wire.finish("stop", "-5", bed.isWhole ? "null" : "99999999999999999999");
              wire.done();
            }));
    Heard heard = bed.ask();
    final String happened = wholeFrom(bed, heard, "primary");
    Ledger.Tokens told = bed.books.settlements.getFirst().tokens();
    assertThat(told.isEstimated()).isTrue();
    assertThat(told.answer()).isBetween(1, 1000);
    assertThat(told.prompt()).isBetween(1, 1000);
    return happened + ", tokens estimated and labelled so";
  }

  private static String otherModel(FaultBed bed) throws Exception {
    bed.primary.usually(whole("cheaper-model"));
    Heard heard = bed.ask();
    final String happened = wholeFrom(bed, heard, "primary");
    assertThat(heard.of(ChatEvent.Served.class).getFirst().model()).isEqualTo("cheaper-model");
    assertThat(bed.books.settlements.getFirst().upstreamModel()).isEqualTo("cheaper-model");
    return happened + ", told as cheaper-model";
  }

  private static String endsEarly(FaultBed bed) throws Exception {
    for (String reason : List.of("length", "content_filter")) {
      bed.primary.usually(
          begun(
              7,
              wire -> {
                wire.finish(reason, "11", "7");
                wire.done();
              }));
      Heard heard = bed.ask();
      assertThat(heard.ends()).isEqualTo(1);
      assertThat(heard.text()).isEqualTo(words(0, 7));
      assertThat(heard.end().orElseThrow().reason())
          .isEqualTo(reason.equals("length") ? FinishReason.MAX_TOKENS : FinishReason.REFUSED);
    }
    assertThat(bed.fallback.requests).isEmpty();
    return "told as cut by length, and as refused";
  }

  private static String drip(FaultBed bed) throws Exception {
    bed.primary.usually(wire -> {
      wire.head();
      for (byte each :
          wire.token("a token that takes more than a minute").getBytes(StandardCharsets.UTF_8)) {
        wire.raw(new byte[] {each});
        pause(Duration.ofSeconds(1));
      }
    });
    Heard heard = bed.ask();
    assertThat(heard.time()).isLessThan(Duration.ofSeconds(45));
    return wholeFrom(bed, heard, "fallback");
  }

  private static String listChanges(FaultBed bed) throws Exception {
    String happened = wholeFrom(bed, bed.ask(), "primary");
    String path = bed.shape == Shape.OPENAI ? "/v1/chat/completions" : "/v1/messages";
    assertThat(bed.primary.requests).extracting(FakeProvider.Request::path).containsOnly(path);
    return happened + ", no list was asked for";
  }

  private static String refusedField(FaultBed bed) throws Exception {
    bed.primary.usually(wire -> {
      if (wire.request.body().has("temperature")) {
        wire.error(
            400,
            "",
            "invalid_request_error",
            "unsupported_value",
            "`temperature` is deprecated for this model.");
      } else {
        whole("first-model").run(wire);
      }
    });
    ChatRequest warm = FaultBed.request("a question");
    ChatRequest asked =
        new ChatRequest(
            warm.model(),
            warm.input(),
            Sampling.UNSAID.with(SamplingParameter.TEMPERATURE, 0.5),
            warm.ending(),
            warm.output(),
            warm.caller());
    wholeFrom(bed, bed.ask(asked), "primary");
    String happened = wholeFrom(bed, bed.ask(asked), "primary");
    assertThat(bed.primary.requests).as("refused once, then known").hasSize(3);
    assertThat(bed.gateway().benched()).isEmpty();
    return happened + ", asked again without it";
  }

  private static String redirect(FaultBed bed) throws Exception {
    try (FakeProvider elsewhere = new FakeProvider(bed.shape, whole("stolen"))) {
      bed.primary.usually(wire ->
          wire.answer(
              bed.isWhole ? 302 : 307,
              "Location: http://127.0.0.1:%d/v1/chat/completions\r\n".formatted(elsewhere.port()),
              ""));
      Heard heard = bed.ask();
      assertThat(elsewhere.requests).isEmpty();
      assertThat(bed.books.attempts.getFirst().failure()).contains(FailureClass.MALFORMED);
      return wholeFrom(bed, heard, "fallback") + ", not followed";
    }
  }

  private static String hostileBody(FaultBed bed) throws Exception {
    bed.primary
        .first(wire ->
            wire.raw(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\n"
                    + "Connection: close\r\n\r\nbomb"))
        .first(wire -> {
          wire.head();
          byte[] much = new byte[1 << 20];
          java.util.Arrays.fill(much, (byte) 'x');
          much[0] = ':';
          much[much.length - 1] = '\n';
          while (true) {
            wire.raw(much);
          }
        });
    Heard compressed = bed.ask();
    assertThat(compressed.text()).isEqualTo(ANSWER);
    Heard endless = bed.ask();
    assertThat(endless.text()).isEqualTo(ANSWER);
    assertThat(bed.books.attempts)
        .extracting(attempt -> attempt.failure().map(FailureClass::key).orElse("none"))
        .startsWith("malformed", "none", "malformed", "none");
    bed.primary.usually(wire -> {
      wire.head();
      wire.begin("first-model");
      String[] parts = wire.token("aXb").split("X");
      wire.raw("data: " + parts[0]);
      wire.raw(new byte[] {(byte) 0xff, (byte) 0xfe});
      wire.raw(parts[1] + "\n\n");
      wire.finish("stop", "1", "1");
      wire.done();
    });
    pause(Duration.ofSeconds(31)); // malformed twice is benched for 30 s
    assertThat(bed.ask().text()).isEqualTo("a\uFFFD\uFFFDb");
    return "two typed failures, answered elsewhere; bytes that are no UTF-8 shown as such";
  }
}
