package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Small documents of servers: lists of files and manifests, as JSON within limits.
final class Documents {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_STRING = 1 << 20;
  private static final int MAX_NUMBER = 64;
  private static final int MAX_NAME = 1 << 12;

  private final Web web;
  private final PullSettings settings;
  private final Consumer<PullEvent> events;

  Documents(Web web, PullSettings settings, Consumer<PullEvent> events) {
    this.web = web;
    this.settings = settings;
    this.events = events;
  }

  /// A document and the head of the answer that brought it.
  record Found(byte[] bytes, Answer answer) {
    Optional<String> header(String name) {
      return answer.header(name);
    }
  }

  /// The bytes at an address, asked for again while the server is busy or the connection breaks.
  byte[] bytes(URI address, Map<String, String> headers, long limit) throws InterruptedException {
    return found(address, headers, limit).bytes();
  }

  /// The document at an address, asked for again while the server is busy or the connection breaks.
  Found found(URI address, Map<String, String> headers, long limit) throws InterruptedException {
    Attempts attempts = Attempts.atAnswer(Addresses.shown(address), settings.patience(), events);
    while (true) {
      try (Answer answer = web.get(address, headers)) {
        return new Found(answer.body().bytes(limit), answer);
      } catch (TimedBody.TooLong failure) {
        throw new HubException(
            Addresses.shown(address) + ": the answer has " + failure.getMessage(), failure);
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  /// What the head of a file says, as the hub itself answers.
  Answer head(URI address) throws InterruptedException {
    Attempts attempts = Attempts.atAnswer(Addresses.shown(address), settings.patience(), events);
    while (true) {
      try (Answer answer = web.head(address)) {
        return answer;
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  /// What the storage of a file says of it: the head of an answer with its first byte.
  Answer probe(URI address) throws InterruptedException {
    Attempts attempts = Attempts.atAnswer(Addresses.shown(address), settings.patience(), events);
    while (true) {
      try (Answer answer = web.get(address, Map.of("Range", "bytes=0-0"))) {
        return answer;
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  /// A size as a document gives it; -1 where it gives none.
  static long size(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : -1;
  }

  static JsonNode json(byte[] bytes, String source) {
    try {
      StrictJson.Limits limits =
          new StrictJson.Limits(bytes.length + 1L, MAX_DEPTH, MAX_STRING, MAX_NUMBER, MAX_NAME);
      return StrictJson.parse(bytes, source, limits);
    } catch (TensorException e) {
      throw new HubException(String.valueOf(e.getMessage()), e);
    }
  }
}
