package dev.freehold.gateway.upstream;

import dev.freehold.chat.OutputFormat;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads an answer piece by piece until its end, within the limits of time.
///
/// A piece that is no JSON is skipped and told of; not where tools are called or the answer has a
/// form to keep, since what has a hole in it may mean something else, and not more than a few
/// times.
final class AnswerLoop {
  private static final int MAX_BROKEN = 3;

  private final String backend;
  private final Wire wire;
  private final Telling telling;
  private final Time time;
  private final Limits limits;
  private final boolean isFree;
  private final Wire.AnswerReader reader;
  private int broken;

  AnswerLoop(String backend, Wire wire, Telling telling, Time time, Upstream.Ask ask) {
    this.backend = backend;
    this.wire = wire;
    this.telling = telling;
    this.time = time;
    this.limits = ask.limits();
    this.isFree = ask.request().output().format() instanceof OutputFormat.Free;
    this.reader = wire.reader(telling);
  }

  /// Reads an answer that comes in pieces.
  ///
  /// @param begun when the request was sent
  /// @param patience how long the first piece may take from then on
  void run(Network.Reply reply, long begun, Duration patience) {
    Lines lines = new Lines(reply, limits.sizes(), time);
    ServerEvents events = new ServerEvents(lines, limits.sizes().event());
    long end = begun + limits.whole().toNanos();
    long deadline = Math.min(begun + patience.toNanos(), end);
    long seen = 0;
    while (!reader.isEnded()) {
      Optional<ServerEvents.ServerEvent> event;
      try {
        event = next(lines, events, deadline);
      } catch (AttemptException failed) {
        if (telling.hasReason() && isAfterTheEnd(failed)) {
          return;
        }
        throw late(failed, begun);
      }
      if (event.isEmpty()) {
        break;
      }
      boolean wasWaiting = telling.hasReason();
      read(event.get());
      boolean isWaiting = telling.hasReason();
      if (isWaiting ? !wasWaiting : telling.progress() > seen) {
        seen = telling.progress();
        Duration next = isWaiting ? limits.afterFinish() : limits.betweenTokens();
        deadline = Math.min(time.nanos() + next.toNanos(), end);
      }
    }
    if (!telling.hasReason()) {
      throw Telling.cut();
    }
  }

  /// Reads an answer that comes whole, from a server that does not stream.
  void runWhole(Network.Reply reply, long begun) {
    Lines lines = new Lines(reply, limits.sizes(), time);
    long end = begun + limits.whole().toNanos();
    StringBuilder text = new StringBuilder();
    Optional<String> line;
    do {
      line = lines.next(Math.min(time.nanos() + limits.betweenTokens().toNanos(), end));
      line.ifPresent(more -> text.append(more).append('\n'));
    } while (line.isPresent());
    JsonNode whole =
        Json.parse(text.toString())
            .filter(JsonNode::isObject)
            .orElseThrow(() ->
                new AttemptException(
                    FailureClass.MALFORMED, backend + " sent an answer that is no JSON"));
    if (Errors.isError(whole)) {
      throw new AttemptException(Errors.inAnswer(backend, whole));
    }
    reader.read("", whole);
    if (!telling.hasReason()) {
      throw Telling.cut();
    }
  }

  private Optional<ServerEvents.ServerEvent> next(Lines lines, ServerEvents events, long deadline) {
    if (wire.isEvents()) {
      return events.next(deadline);
    }
    Optional<String> line = lines.next(deadline);
    while (line.isPresent() && line.get().isBlank()) {
      line = lines.next(deadline);
    }
    return line.map(text -> new ServerEvents.ServerEvent("", text));
  }

  /// A connection that breaks or is silent after the reason of the end took nothing with it.
  private static boolean isAfterTheEnd(AttemptException failed) {
    FailureClass type = failed.failure().type();
    return type == FailureClass.STALLED || type == FailureClass.CUT;
  }

  private AttemptException late(AttemptException failed, long begun) {
    if (failed.failure().type() != FailureClass.STALLED) {
      return failed;
    }
    long waited = Duration.ofNanos(time.nanos() - begun).toMillis();
    return telling.progress() == 0
        ? new AttemptException(
            FailureClass.SILENT, "%s gave no token in %d ms".formatted(backend, waited))
        : new AttemptException(
            FailureClass.STALLED,
            "%s stopped within its answer, %d ms after it was asked".formatted(backend, waited));
  }

  private void read(ServerEvents.ServerEvent event) {
    if (reader.isEnd(event.data())) {
      return;
    }
    Optional<JsonNode> piece = Json.parse(event.data()).filter(JsonNode::isObject);
    if (piece.isEmpty()) {
      broken++;
      if (telling.hasCalls() || !isFree || broken > MAX_BROKEN) {
        throw new AttemptException(
            FailureClass.MALFORMED, backend + " sent pieces of an answer that are no JSON");
      }
      telling.notice("a piece of the answer could not be read and is left out");
    } else if (Errors.isError(piece.get())) {
      throw new AttemptException(Errors.inAnswer(backend, piece.get()));
    } else {
      reader.read(event.name(), piece.get());
    }
  }
}
