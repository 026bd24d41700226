package dev.freehold.gateway.upstream;

import dev.freehold.chat.Cancellation;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.failure.FailureClass;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// The models that a server in OpenAI's form lists at `/models`, with the days of their end where
/// it tells them (`shutdown_date`).
public final class ModelList {
  private static final int MAX_BYTES = 8 << 20;
  private static final int MOST_MODELS = 10_000;
  private static final int MOST_NAME = 300;

  private ModelList() {}

  /// Asks a server.
  ///
  /// @return the last day of each model; empty where the server does not say
  /// @throws AttemptException where there is no list
  static Map<String, Optional<LocalDate>> ask(
      HttpUpstream.Address address, Wire wire, Network network, Secret key, Limits limits) {
    URI uri = URI.create(address.uri() + "/models");
    Network.Call call = new Network.Call(uri, wire.headers(key.reveal()), new byte[0]);
    try (Network.Reply reply = network.send(call, limits.firstToken(false), new Cancellation())) {
      if (reply.status() != 200) {
        throw failed(address, "answered %d".formatted(reply.status()));
      }
      return read(address, body(address, reply, limits));
    } catch (AttemptException failed) {
      Failure failure = failed.failure();
      throw new AttemptException(
          Failure.of(failure.type(), key.hideIn(String.valueOf(failure.message()))));
    }
  }

  private static AttemptException failed(HttpUpstream.Address address, String what) {
    return new AttemptException(
        FailureClass.MALFORMED,
        "%s %s when it was asked for its models".formatted(address.name(), what));
  }

  private static String body(HttpUpstream.Address address, Network.Reply reply, Limits limits) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Optional<byte[]> next = reply.next(limits.betweenTokens());
    while (next.isPresent()) {
      if (bytes.size() + next.get().length > MAX_BYTES) {
        throw failed(address, "sent more than %d bytes".formatted(MAX_BYTES));
      }
      bytes.writeBytes(next.get());
      next = reply.next(limits.betweenTokens());
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, Optional<LocalDate>> read(HttpUpstream.Address address, String text) {
    JsonNode data =
        Json.parse(text)
            .map(list -> list.path("data"))
            .filter(JsonNode::isArray)
            .orElseThrow(() -> failed(address, "sent no list"));
    Map<String, Optional<LocalDate>> all = new LinkedHashMap<>();
    for (JsonNode model : data) {
      String id = model.path("id").asString("");
      if (!id.isEmpty() && id.length() <= MOST_NAME && all.size() < MOST_MODELS) {
        all.put(id, day(model.path("shutdown_date")));
      }
    }
    return all;
  }

  /// A day, an instant, or seconds since 1970.
  private static Optional<LocalDate> day(JsonNode value) {
    try {
      if (value.isIntegralNumber()) {
        return Optional.of(
            LocalDate.ofInstant(Instant.ofEpochSecond(value.longValue()), ZoneOffset.UTC));
      }
      String text = value.asString("");
      return text.length() < 10 || text.length() > 40
          ? Optional.empty()
          : Optional.of(LocalDate.parse(text.substring(0, 10)));
    } catch (DateTimeException | ArithmeticException none) {
      return Optional.empty();
    }
  }
}
