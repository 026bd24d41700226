package dev.freehold.bench.serving;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Asks a server for streamed answers and takes the time of each piece.
final class Client implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final String DATA = "data:";

  /// Names and places of what is asked and told, which differ between servers.
  enum Dialect {
    /// `/v1/completions`, as OpenAI's.
    OPENAI,
    /// `/completion` of llama.cpp's server.
    LLAMA
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI address;
  private final Dialect dialect;

  Client(URI address, Dialect dialect) {
    this.address = address;
    this.dialect = dialect;
  }

  /// Random ids of usual tokens.
  static ArrayNode prompt(Random random, int tokens, int vocabulary) {
    ArrayNode ids = JsonNodeFactory.instance.arrayNode();
    random.ints(tokens, vocabulary / 8, vocabulary / 2).forEach(ids::add);
    return ids;
  }

  /// Continues a prompt greedily.
  Answered complete(JsonNode prompt, int tokens) throws InterruptedException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("prompt", prompt);
    body.put("temperature", 0).put("stream", true);
    if (dialect == Dialect.OPENAI) {
      body.put("max_tokens", tokens).putObject("stream_options").put("include_usage", true);
      return ask("/v1/completions", body);
    }
    body.put("n_predict", tokens).put("ignore_eos", true).put("cache_prompt", false);
    return ask("/completion", body);
  }

  /// Sends a body to a path and reads its stream.
  Answered ask(String path, JsonNode body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    long start = System.nanoTime();
    try {
      HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() != 200) {
          return Answered.refused(
              response.statusCode(),
              response.headers().firstValue("Retry-After"),
              String.join("\n", lines.toList()),
              System.nanoTime() - start);
        }
        return new Reading(start).of(lines.iterator());
      }
    } catch (IOException | java.io.UncheckedIOException broken) {
      return Answered.refused(0, Optional.empty(), broken.toString(), System.nanoTime() - start);
    }
  }

  /// Puts the events of one answer together.
  private static final class Reading {
    private final long start;
    private final StringBuilder text = new StringBuilder();
    private long[] gaps = new long[64];
    private int count;
    private long first;
    private long last;
    private int promptTokens;
    private int cachedTokens;
    private int tokens;
    private String problem = "the stream ended without a word of it";

    Reading(long start) {
      this.start = start;
    }

    Answered of(Iterator<String> lines) {
      while (lines.hasNext()) {
        String line = lines.next();
        if (line.equals("data: [DONE]")) {
          problem = problem.startsWith("{") ? problem : "";
        } else if (line.startsWith(DATA)) {
          event(JsonMapper.shared().readTree(line.substring(DATA.length())));
        }
      }
      return new Answered(
          200,
          Optional.empty(),
          problem,
          promptTokens,
          cachedTokens,
          tokens,
          first,
          System.nanoTime() - start,
          Arrays.copyOf(gaps, Math.max(0, count)),
          text.toString());
    }

    private void event(JsonNode event) {
      if (event.has("error")) {
        problem = event.toString();
      }
      JsonNode usage = event.path("usage");
      if (usage.isObject()) {
        promptTokens = usage.path("prompt_tokens").asInt(0);
        cachedTokens = usage.at("/prompt_tokens_details/cached_tokens").asInt(0);
        tokens = usage.path("completion_tokens").asInt(0);
      }
      if (event.path("stop").asBoolean(false)) { // the last event of llama.cpp's own form
        promptTokens = event.path("tokens_evaluated").asInt(0);
        tokens = event.path("tokens_predicted").asInt(0);
        problem = "";
      }
      String piece = piece(event);
      if (!piece.isEmpty()) {
        text.append(piece);
        arrived(System.nanoTime());
      }
    }

    private static String piece(JsonNode event) {
      JsonNode choice = event.path("choices").path(0);
      return choice.path("text").asString("")
          + choice.at("/delta/content").asString("")
          + choice.at("/delta/reasoning_content").asString("")
          + event.path("content").asString("");
    }

    private void arrived(long now) {
      if (first == 0) {
        first = now - start;
      } else {
        gaps = count == gaps.length ? Arrays.copyOf(gaps, 2 * count) : gaps;
        gaps[count++] = now - last;
      }
      last = now;
    }
  }

  /// The value below which a share of all lie, in seconds.
  static double quantile(LongStream nanos, double share) {
    long[] sorted = nanos.sorted().toArray();
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))] / 1e9;
  }

  /// "p50 1.25 s, p95 2.50 s".
  static String quantiles(LongStream nanos) {
    long[] all = nanos.toArray();
    return String.format(
        Locale.ROOT,
        "p50 %.3f s, p95 %.3f s",
        quantile(Arrays.stream(all), 0.5),
        quantile(Arrays.stream(all), 0.95));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
