package dev.freehold.gateway;

import dev.freehold.chat.Cancellation;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.Network;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Vendors in OpenAI's shape whose faults and delays a seed decides; the answer to everything is
/// the same words, or one call of a tool where tools are given and the dice say so.
final class SimulatedVendors implements Network {
  static final int WORDS = 12;
  static final String CALL = "{\"path\":\"a.txt\"}";
  private static final JsonMapper JSON = JsonMapper.shared();

  /// A request that reached a vendor.
  ///
  /// @param by who asked
  record Sent(String host, Duration at, Thread by) {}

  private final List<Sent> sent = new ArrayList<>();
  final Map<String, FailureClass> lastingly = new HashMap<>();

  /// Those that go on with a begun answer; the others begin anew.
  final Set<String> continuing = new HashSet<>();

  private final SimulatedTime time;
  private final RandomGenerator random;
  private final double faults;

  /// @param faults how often something goes wrong, 0 to 1
  SimulatedVendors(SimulatedTime time, RandomGenerator random, double faults) {
    this.time = time;
    this.random = random;
    this.faults = faults;
  }

  /// What this thread asked.
  List<Sent> sentHere() {
    return sent.stream().filter(each -> each.by() == Thread.currentThread()).toList();
  }

  /// Who was asked, and when.
  List<String> order() {
    return sent.stream().map(each -> each.host() + " at " + each.at()).toList();
  }

  @Override
  public Reply send(Call call, Duration most, Cancellation cancellation) {
    URI uri = call.uri();
    sent.add(new Sent(uri.getHost(), Duration.ofNanos(time.nanos()), Thread.currentThread()));
    pause(Duration.ofMillis(random.nextInt(300)), most, FailureClass.SILENT);
    FailureClass lasting = lastingly.get(uri.getHost());
    if (lasting != null) {
      return refused(lasting);
    }
    if (random.nextDouble() >= faults) {
      return answered(call, Integer.MAX_VALUE, cancellation);
    }
    switch (random.nextInt(9)) {
      case 0 -> throw new AttemptException(FailureClass.TRANSPORT, "refused");
      case 1 -> {
        time.advance(most);
        throw new AttemptException(FailureClass.SILENT, "no head");
      }
      case 2 -> {
        return error(429, random.nextBoolean() ? Optional.of("2") : Optional.of("40"), "rate");
      }
      case 3 -> {
        return error(500 + random.nextInt(4), Optional.empty(), "oops");
      }
      case 4 -> {
        return error(429, Optional.empty(), "rate");
      }
      case 5 -> {
        FailureClass[] kinds = {
          FailureClass.WITHDRAWN, FailureClass.REVOKED_KEY, FailureClass.QUOTA
        };
        FailureClass kind = kinds[random.nextInt(kinds.length)];
        lastingly.put(uri.getHost(), kind);
        return refused(kind);
      }
      case 6 -> {
        return error(400, Optional.empty(), "prompt is too long");
      }
      default -> {
        return answered(call, random.nextInt(WORDS + 2), cancellation);
      }
    }
  }

  private void pause(Duration delay, Duration most, FailureClass late) {
    if (delay.compareTo(most) > 0) {
      time.advance(most);
      throw new AttemptException(late, "late");
    }
    time.advance(delay);
  }

  private Reply refused(FailureClass kind) {
    return switch (kind) {
      case WITHDRAWN -> error(404, Optional.empty(), "no such model");
      case QUOTA -> error(402, Optional.empty(), "pay");
      default -> error(401, Optional.empty(), "no key");
    };
  }

  private Reply error(int status, Optional<String> retryAfter, String message) {
    Deque<String> body = new ArrayDeque<>();
    body.add("{\"error\":{\"message\":\"%s\"}}".formatted(message));
    return new Scripted(status, retryAfter, body, Optional.empty(), new Cancellation());
  }

  /// @param breaks after how many pieces it breaks off
  private Reply answered(Call call, int breaks, Cancellation cancellation) {
    JsonNode asked = JSON.readTree(call.body());
    Deque<String> pieces = new ArrayDeque<>();
    boolean isCall = asked.has("tools") && random.nextBoolean();
    if (isCall) {
      String head =
          "{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"remove\",\"arguments\":\"\"}}";
      pieces.add(chunk("{\"tool_calls\":[%s]}".formatted(head), "null"));
      for (char each : CALL.toCharArray()) {
        String json = JSON.writeValueAsString(String.valueOf(each));
        pieces.add(
            chunk(
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":%s}}]}".formatted(json),
                "null"));
      }
    } else {
      int begin = continuing.contains(call.uri().getHost()) ? begin(asked) : 0;
      for (int i = begin; i < WORDS; i++) {
        pieces.add(chunk("{\"content\":\"w%d \"}".formatted(i), "null"));
      }
    }
    pieces.add(chunk("{}", isCall ? "\"tool_calls\"" : "\"stop\""));
    pieces.add("data: {\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20}}\n\n");
    pieces.add("data: [DONE]\n\n");
    Optional<FailureClass> fault = Optional.empty();
    while (pieces.size() > breaks) {
      pieces.removeLast();
      FailureClass[] kinds = {FailureClass.CUT, FailureClass.STALLED, FailureClass.TRANSIENT};
      fault = fault.or(() -> Optional.of(kinds[random.nextInt(kinds.length)]));
    }
    if (fault.equals(Optional.of(FailureClass.TRANSIENT))) { // the connection ends well
      fault = Optional.empty();
    }
    return new Scripted(200, Optional.empty(), pieces, fault, cancellation);
  }

  private static String chunk(String delta, String reason) {
    return "data: {\"model\":\"m\",\"choices\":[{\"delta\":%s,\"finish_reason\":%s}]}\n\n"
        .formatted(delta, reason);
  }

  private static int begin(JsonNode asked) {
    JsonNode messages = asked.path("messages");
    JsonNode last = messages.path(messages.size() - 1);
    return last.path("role").stringValue("").equals("assistant")
        ? last.path("content").stringValue("").split(" ").length
        : 0;
  }

  /// An answer piece by piece, each after a while.
  private final class Scripted implements Reply {
    private final int status;
    private final Optional<String> retryAfter;
    private final Deque<String> pieces;
    private final Optional<FailureClass> fault;
    private final Cancellation cancellation;

    Scripted(
        int status,
        Optional<String> retryAfter,
        Deque<String> pieces,
        Optional<FailureClass> fault,
        Cancellation cancellation) {
      this.status = status;
      this.retryAfter = retryAfter;
      this.pieces = pieces;
      this.fault = fault;
      this.cancellation = cancellation;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public Optional<String> header(String name) {
      return name.equals("Retry-After") ? retryAfter : Optional.empty();
    }

    @Override
    public Optional<byte[]> next(Duration most) {
      if (cancellation.isCancelled()) {
        throw new CancelledException();
      }
      if (pieces.isEmpty() && fault.isPresent()) {
        if (fault.get() == FailureClass.STALLED) {
          time.advance(most);
        }
        throw new AttemptException(fault.get(), "broke off");
      }
      boolean isSlow = random.nextInt(200) == 0;
      pause(
          Duration.ofMillis(isSlow ? random.nextInt(40_000) : random.nextInt(100)),
          most,
          FailureClass.STALLED);
      return Optional.ofNullable(pieces.poll())
          .map(piece -> piece.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {}
  }
}
