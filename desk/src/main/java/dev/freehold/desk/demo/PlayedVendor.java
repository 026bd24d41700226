package dev.freehold.desk.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.freehold.tensor.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Plays a vendor of a model, in OpenAI's form, on this machine: no model stands behind it. It
/// sorts by words and drafts by quoting the passage that shares most words with the question.
public final class PlayedVendor implements AutoCloseable {
  /// The name that it gives its model.
  public static final String MODEL = "played";

  private static final int MAX_BODY = 4 << 20;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger answered = new AtomicInteger();

  private PlayedVendor(HttpServer server) {
    this.server = server;
  }

  /// Listens on a free port of this machine, or the one that is named.
  public static PlayedVendor start(int port) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
    PlayedVendor vendor = new PlayedVendor(server);
    server.createContext("/v1/chat/completions", vendor::handle);
    server.setExecutor(vendor.threads);
    server.start();
    return vendor;
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// Requests that were answered.
  public int answered() {
    return answered.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream in = exchange.getRequestBody()) {
      byte[] body = in.readNBytes(MAX_BODY);
      JsonNode request = StrictJson.parse(body, "request");
      String events = events(request);
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      answered.incrementAndGet();
    }
  }

  private static String events(JsonNode request) {
    JsonNode messages = request.path("messages");
    String asked = messages.path(messages.size() - 1).path("content").asString("");
    JsonNode letters = request.at("/structured_outputs/choice");
    ObjectNode chunk = JSON.objectNode().put("object", "chat.completion.chunk").put("model", MODEL);
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    ObjectNode delta = choice.putObject("delta").put("role", "assistant");
    if (letters.isArray() && !letters.isEmpty()) {
      sort(asked, choice, delta, request.path("logprobs").asBoolean(false));
    } else {
      delta.put("content", draft(asked));
    }
    ObjectNode end = JSON.objectNode().put("object", "chat.completion.chunk").put("model", MODEL);
    ObjectNode last = end.putArray("choices").addObject().put("index", 0);
    last.putObject("delta");
    last.put("finish_reason", "stop");
    end.putObject("usage")
        .put("prompt_tokens", asked.length() / 4 + 1)
        .put("completion_tokens", 40)
        .put("total_tokens", asked.length() / 4 + 41);
    return "data: %s\n\ndata: %s\n\ndata: [DONE]\n\n".formatted(chunk, end);
  }

  /// Gives each option the more of all probability the more words it shares with the text.
  private static void sort(String asked, ObjectNode choice, ObjectNode delta, boolean isTold) {
    int end = asked.lastIndexOf("End of the text.");
    Set<String> words = words(asked.substring(0, Math.max(0, end)));
    List<String> options =
        asked.substring(Math.max(0, end)).lines().filter(l -> l.matches("[A-T]\\) .*")).toList();
    double[] weights = new double[options.size()];
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      Set<String> shared = words(options.get(i).substring(3));
      shared.retainAll(words);
      weights[i] = Math.exp(2.5 * shared.size());
      sum += weights[i];
    }
    int best = 0;
    ArrayNode told = JSON.arrayNode();
    for (int i = 0; i < weights.length; i++) {
      best = weights[i] > weights[best] ? i : best;
      told.addObject()
          .put("token", String.valueOf((char) ('A' + i)))
          .put("logprob", Math.log(weights[i] / sum));
    }
    String letter = String.valueOf((char) ('A' + best));
    delta.put("content", letter);
    if (isTold) {
      ObjectNode token =
          choice.putObject("logprobs").putArray("content").addObject().put("token", letter);
      token.put("logprob", Math.log(weights[best] / sum));
      token.set("top_logprobs", told);
    }
  }

  /// Quotes the sentence of the given sources that shares most words with the question.
  private static String draft(String asked) {
    ObjectNode reply = JSON.objectNode();
    ArrayNode quotes = reply.putArray("quotes");
    JsonNode json;
    try {
      json = StrictJson.parse(asked.getBytes(StandardCharsets.UTF_8), "question");
    } catch (RuntimeException noJson) {
      return "I play a model: ask me with sources.";
    }
    Set<String> question = words(json.path("question").asString(""));
    int most = 1;
    String best = "";
    int source = 0;
    for (JsonNode one : json.path("sources")) {
      for (String sentence : one.path("text").asString("").split("(?<=[.!?])\\s+")) {
        Set<String> shared = words(sentence);
        shared.retainAll(question);
        if (shared.size() > most) {
          most = shared.size();
          best = sentence.strip();
          source = one.path("source").asInt(0);
        }
      }
    }
    if (best.isEmpty()) {
      return reply.put("found", false).put("answer", "").toString();
    }
    quotes.addObject().put("source", source).put("quote", best);
    return reply.put("found", true).put("answer", "%s [%d]".formatted(best, source)).toString();
  }

  /// Words that mean something, cut so that their endings do not matter.
  private static Set<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.toLowerCase(Locale.ROOT).split("\\P{L}+")) {
      if (word.length() > 3) {
        words.add(word.length() > 6 ? word.substring(0, 6) : word);
      }
    }
    Set<String> all = new HashSet<>(words);
    all.removeAll(
        Arrays.asList("with", "from", "that", "this", "your", "have", "been", "order", "hello"));
    return all;
  }

  /// Nobody is answered any more, as when a vendor is gone.
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
